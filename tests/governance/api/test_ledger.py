"""The audit trail over REST: read and filter, never write."""

from datetime import timedelta
from typing import Any

import pytest

from governance import canonical
from tests import factory

pytestmark = pytest.mark.django_db


def listed(**query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = factory.get(
        factory.client("ledger:read"), "ledger/entries", **query
    ).json()["results"]
    return found


def test_an_entry_is_its_body_and_what_the_body_says() -> None:
    factory.install()
    incident = factory.submit(factory.report())
    (entry,) = listed(verb="incident.reported")
    assert entry["record"]["object"]["id"] == str(incident.id)
    assert canonical.digest(entry["body"]) == entry["digest"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"verb": "incident.reported"}, 2),
        ({"actor": str(factory.TOOL), "verb": "incident.reported"}, 2),
        ({"object_kind": "policy_version"}, 8),
        ({"since": factory.iso(factory.AT + timedelta(hours=1)), "verb": "incident.reported"}, 1),
        ({"until": factory.iso(factory.AT + timedelta(hours=1)), "verb": "incident.reported"}, 1),
        ({"verb": "nothing.happened"}, 0),
    ],
)
def test_entries_are_filtered(query: dict[str, str], count: int) -> None:
    factory.install()
    factory.submit(factory.report())
    factory.submit(factory.report(), at=factory.AT + timedelta(hours=1))
    assert len(listed(**query)) == count


def test_entries_of_one_incident() -> None:
    factory.install()
    factory.submit(factory.report())
    incident = factory.submit(factory.report())
    assert {entry["record"]["incident"] for entry in listed(incident=str(incident.id))} == {
        str(incident.id)
    }


def test_one_entry_is_read_by_its_id() -> None:
    factory.install()
    (entry,) = listed(verb="policy.installed", page_size="1")
    caller = factory.client("ledger:read")
    assert factory.get(caller, f"ledger/entries/{entry['id']}").json() == entry


def test_pages_follow_each_other_newest_first() -> None:
    factory.install()
    caller = factory.client("ledger:read")
    first = factory.get(caller, "ledger/entries", page_size="3").json()
    second = caller.get(first["next"]).json()
    ids = [entry["id"] for page in (first, second) for entry in page["results"]]
    assert len(ids) == 6
    assert ids == sorted(ids, reverse=True)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_trail_cannot_be_written(method: str) -> None:
    assert factory.client().generic(method, "/api/v1/ledger/entries").status_code == 405
