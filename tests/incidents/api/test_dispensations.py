"""Delays, pauses and waivers over REST."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance import clock
from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_RESPOND, PERSONAL_READ
from incidents.models import Clock, Incident
from tests import factory
from tests.factory import HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    factory.install()
    at = clock.now()
    return factory.submit(factory.breach(at - HOUR, system="chat-bot"), at=at)


@pytest.fixture
def initial(incident: Incident) -> Clock:
    return factory.deadline(incident, "notify", "initial")


@pytest.fixture
def asker() -> APIClient:
    held = (INCIDENTS_READ, INCIDENTS_RESPOND, PERSONAL_READ)
    return factory.client(*held, owner=factory.asker())


@pytest.fixture
def counsel() -> APIClient:
    return factory.client(owner=factory.approver())


def body(**given: Any) -> dict[str, Any]:
    until = factory.iso(clock.now() + timedelta(days=2))
    return {"kind": "delay", "ground": "Art. 9", "reason": "The police.", "until": until, **given}


def asked(caller: APIClient, initial: Clock, **given: Any) -> dict[str, Any]:
    answer = factory.post(caller, f"clocks/{initial.id}/dispensations", body(**given))
    assert answer.status_code == 201, answer.json()
    found: dict[str, Any] = answer.json()
    return found


def change(caller: APIClient, row: dict[str, Any], what: str, **given: Any) -> Any:
    return factory.post(caller, f"dispensations/{row['id']}/{what}", given)


def test_a_request_names_who_asked_and_what_for(asker: APIClient, initial: Clock) -> None:
    row = asked(asker, initial, evidence="Letter 17")
    assert (row["state"], row["kind"], row["evidence"], row["title"]) == (
        "requested",
        "delay",
        "Letter 17",
        "Notify the authority",
    )
    assert row["requested_by"] == str(factory.asker())


def test_its_answer_says_where_it_is(asker: APIClient, initial: Clock) -> None:
    answer = factory.post(asker, f"clocks/{initial.id}/dispensations", body())
    row = factory.get(asker, answer["Location"].removeprefix("/api/v1/")).json()
    assert row["id"] == answer.json()["id"]


def test_approved_it_moves_the_clock(asker: APIClient, counsel: APIClient, initial: Clock) -> None:
    row = asked(asker, initial)
    assert change(counsel, row, "approval", note="Seen.").json()["state"] == "approved"
    found = factory.get(asker, f"clocks/{initial.id}").json()
    assert found["legal_due"] == row["until"]
    assert found["counted_legal_due"] is not None


def test_a_pause_reads_as_one(asker: APIClient, counsel: APIClient, initial: Clock) -> None:
    change(counsel, asked(asker, initial, kind="pause"), "approval")
    assert factory.get(asker, f"clocks/{initial.id}").json()["standing"] == "paused"


def test_approving_takes_the_scope(asker: APIClient, initial: Clock) -> None:
    assert change(asker, asked(asker, initial), "approval").status_code == 403


def test_nobody_approves_their_own_request(counsel: APIClient, initial: Clock) -> None:
    answer = change(counsel, asked(counsel, initial), "approval")
    assert (answer.status_code, answer.json()["code"]) == (403, "another-person-needed")


def test_refusing_withdrawing_and_ending(
    asker: APIClient, counsel: APIClient, initial: Clock
) -> None:
    refused = change(counsel, asked(asker, initial), "refusal", note="No.").json()
    withdrawn = change(asker, asked(asker, initial), "withdrawal").json()
    row = asked(asker, initial)
    change(counsel, row, "approval")
    ended = change(asker, row, "end", reason="The police agree.").json()
    assert (refused["state"], withdrawn["state"], ended["state"]) == (
        "refused",
        "withdrawn",
        "ended",
    )
    assert ended["ended_because"] == "The police agree."


def test_the_list_is_filtered_by_state(
    asker: APIClient, counsel: APIClient, initial: Clock
) -> None:
    change(counsel, asked(asker, initial), "approval")
    asked(asker, initial, kind="pause")
    for state, kind in (("requested", "pause"), ("approved", "delay")):
        found = factory.get(asker, "dispensations", state=state).json()["results"]
        assert [each["kind"] for each in found] == [kind]


@pytest.mark.parametrize(
    ("given", "pointer"),
    [({"ground": ""}, "/ground"), ({"kind": "waiver"}, "/kind"), ({"till": "x"}, "/till")],
)
def test_what_is_wrong_is_pointed_at(
    asker: APIClient, initial: Clock, given: dict[str, Any], pointer: str
) -> None:
    answer = factory.post(asker, f"clocks/{initial.id}/dispensations", body(**given))
    assert answer.status_code == 422
    assert pointer in factory.pointers(answer.json())


@pytest.mark.parametrize(
    "path", ["clocks/{}/dispensations", "duties/{}/waiver", "dispensations/{}/approval"]
)
def test_what_is_not_there_is_not_found(counsel: APIClient, incident: Incident, path: str) -> None:
    given = {} if "approval" in path else body()
    if "waiver" in path:
        given = {"ground": "Art. 9", "reason": "x"}
    assert factory.post(counsel, path.format(incident.id), given).status_code == 404


def test_a_waiver_is_asked_for_on_the_duty(
    asker: APIClient, counsel: APIClient, incident: Incident
) -> None:
    key = factory.duty(incident, "notify").id
    given = {"ground": "Art. 34(3)", "reason": "All of it was encrypted."}
    row = factory.post(asker, f"duties/{key}/waiver", given).json()
    change(counsel, row, "approval")
    found = factory.get(asker, f"duties/{key}").json()
    assert (found["state"], found["dispensations"][0]["ground"]) == ("waived", "Art. 34(3)")
