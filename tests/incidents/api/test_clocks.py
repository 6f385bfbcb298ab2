"""The deadline board and recording what was sent, over REST."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance import clock
from tests import factory
from tests.factory import HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller() -> APIClient:
    factory.install()
    return factory.client()


def opened(caller: APIClient, *, hours_ago: float, **facts: Any) -> str:
    """The reference of an incident of which we became aware so long ago."""
    aware = clock.now() - timedelta(hours=hours_ago)
    body = factory.post(caller, "incidents", factory.breach(aware=aware, **facts)).json()
    reference: str = body["reference"]
    return reference


def clocks(caller: APIClient, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = factory.get(caller, "clocks", **query).json()["results"]
    return found


def initial(caller: APIClient) -> dict[str, Any]:
    return next(
        each for each in clocks(caller) if (each["duty"], each["stage"]) == ("notify", "initial")
    )


def fulfil(caller: APIClient, key: str, **body: Any) -> Any:
    given = {"submitted_at": factory.iso(clock.now()), **body}
    return factory.post(caller, f"clocks/{key}/fulfilment", given)


@pytest.mark.parametrize(
    ("hours_ago", "standing"), [(1, "running"), (7, "at_risk"), (9, "overdue")]
)
def test_a_clock_reads_as_it_stands_now(caller: APIClient, hours_ago: float, standing: str) -> None:
    opened(caller, hours_ago=hours_ago)
    assert initial(caller)["standing"] == standing


def test_a_clock_says_what_counted_it(caller: APIClient) -> None:
    opened(caller, hours_ago=1)
    found = initial(caller)
    assert (found["anchor"], found["period"], found["counting"], found["regime"]) == (
        "aware",
        "8 hours",
        "elapsed",
        "Breach law",
    )
    due = datetime.fromisoformat(found["legal_due"])
    assert due - datetime.fromisoformat(found["started_at"]) == 8 * HOUR


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 7),
        ({"state": "running"}, 5),
        ({"state": "not_started"}, 2),
        ({"shadow": "true"}, 1),
        ({"owner": "legal-counsel"}, 7),
        ({"owner": "executive"}, 0),
        ({"incident": "INC-2026-999999"}, 0),
    ],
)
def test_clocks_are_filtered(caller: APIClient, query: dict[str, str], count: int) -> None:
    opened(caller, hours_ago=1)
    assert len(clocks(caller, **query)) == count


def test_clocks_are_found_by_what_is_due_before(caller: APIClient) -> None:
    opened(caller, hours_ago=1)
    soon = clocks(caller, due_before=factory.iso(clock.now() + 6 * HOUR))
    assert [each["duty"] for each in soon] == ["announce"]


def test_one_clock_is_read_by_its_id(caller: APIClient) -> None:
    opened(caller, hours_ago=1)
    found = initial(caller)
    assert factory.get(caller, f"clocks/{found['id']}").json()["stage"] == "initial"


def test_a_fulfilment_is_answered_with_the_clock_as_it_is_then(caller: APIClient) -> None:
    opened(caller, hours_ago=1)
    given = {"receipt_number": "R-1", "channel": "portal", "sent_to": "DPA"}
    answer = fulfil(caller, initial(caller)["id"], **given)
    found = answer.json()
    assert answer.status_code == 200
    assert found["standing"] == "met"
    assert given.items() <= found.items()


def test_a_late_fulfilment_is_met_late(caller: APIClient) -> None:
    opened(caller, hours_ago=9)
    assert fulfil(caller, initial(caller)["id"]).json()["standing"] == "met_late"


def test_a_second_fulfilment_is_409(caller: APIClient) -> None:
    opened(caller, hours_ago=1)
    key = initial(caller)["id"]
    fulfil(caller, key)
    answer = fulfil(caller, key)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"submitted_at": "now"}, "/submitted_at"),
        ({"submitted_at": "2026-01-01T00:00:00"}, "/submitted_at"),
        ({"submitted_at": None}, "/submitted_at"),
        ({"receipt": "R-1"}, "/receipt"),
        ({"receipt_number": "R" * 121}, "/receipt_number"),
    ],
)
def test_a_fulfilment_that_is_not_understood_is_422(
    caller: APIClient, body: dict[str, Any], pointer: str
) -> None:
    opened(caller, hours_ago=1)
    answer = fulfil(caller, initial(caller)["id"], **body)
    assert (answer.status_code, set(factory.pointers(answer.json()))) == (422, {pointer})


def test_a_fulfilment_to_come_is_refused(caller: APIClient) -> None:
    opened(caller, hours_ago=1)
    later = factory.iso(clock.now() + HOUR)
    answer = fulfil(caller, initial(caller)["id"], submitted_at=later)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_an_unknown_clock_is_404(caller: APIClient) -> None:
    assert fulfil(caller, factory.PERSON.id).status_code == 404


@pytest.mark.parametrize(
    ("query", "duties"),
    [
        ({}, ["announce", "death", "notify", "serious"]),
        ({"state": "undetermined"}, ["death", "serious"]),
        ({"shadow": "true"}, ["announce"]),
        ({"policy": "harm"}, ["death", "serious"]),
    ],
)
def test_duties_are_filtered(caller: APIClient, query: dict[str, str], duties: list[str]) -> None:
    opened(caller, hours_ago=1)
    found = factory.get(caller, "duties", **query).json()["results"]
    assert sorted(each["duty"] for each in found) == duties


def test_a_duty_comes_with_its_incident_and_stages(caller: APIClient) -> None:
    reference = opened(caller, hours_ago=1)
    (found,) = factory.get(caller, "duties", duty="notify", incident=reference).json()["results"]
    assert found["incident"] == reference
    assert [stage["stage"] for stage in found["stages"]] == ["initial", "final", "amendment"]
