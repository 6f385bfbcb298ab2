"""`If-Match` at every address that changes something: what is not as it was read is not changed."""

from collections.abc import Iterator
from typing import Final

import pytest
from rest_framework.test import APIClient

from tests import factory
from tests.flows.doors import UNSAFE, Door, acts, doors, state

pytestmark = pytest.mark.django_db
OTHER: Final = '"other"'
#: Of what no address shows one alone: a run of reassessments is seen in their list.
NOT_SHOWN: Final = "post api/v1/reassessment-runs/<uuid:id>/retry"


@pytest.fixture
def caller(house: None) -> APIClient:
    owner = factory.person("all-hands", "compliance-officer", "administrator")
    return factory.client(owner=owner)


def changing() -> Iterator[tuple[Door, str]]:
    for door in doors():
        for method in UNSAFE:
            if door.view is not None and method.upper() in getattr(door.view, "needs", {}):
                yield door, method


def test_nothing_is_changed_that_is_not_as_it_was_read(caller: APIClient) -> None:
    before, entries = state(), acts()
    answers = {}
    for door, method in changing():
        sent = {"HTTP_IF_MATCH": OTHER, "content_type": "application/json"}
        answer = caller.generic(method.upper(), door.address, "{}", **sent)
        answers[f"{method} {door.route}"] = answer.json()["code"]
    expected = {True: "changed-meanwhile", False: "if-match-without-object"}
    wrong = {name: code for name, code in answers.items() if code != expected["<" in name]}
    assert wrong == {NOT_SHOWN: "if-match-without-object"}
    assert len(answers) > 60
    assert (state(), acts()) == (before, entries)
