from typing import Any

import pytest

from governance.console import actors
from tests.incidents.admin.desk import person


def test_a_person_is_named(db: None) -> None:
    colleague = person(name="colleague")
    assert actors.name(f"user:{colleague.id}") == "colleague"


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        ("system:sweep", "Bylaw (sweep)"),
        ("api_key:0123abcd", "API key 0123abcd"),
        ("user:01890000-0000-7000-8000-000000000001", "person 00000001"),
        ("user:not-a-key", "person ot-a-key"),
        ("", ""),
    ],
)
def test_what_is_not_known_is_still_told_apart(db: None, actor: str, expected: str) -> None:
    assert actors.name(actor) == expected


def test_many_actors_take_two_queries(db: None, django_assert_num_queries: Any) -> None:
    people = [f"user:{person(name=name).id}" for name in ("colleague", "jan")]
    with django_assert_num_queries(2):
        actors.names([*people, "api_key:0123abcd", "api_key:4567abcd", "system:sweep"])
