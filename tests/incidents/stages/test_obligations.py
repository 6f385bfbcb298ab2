"""Duties and their clocks: what the rows and the trail say, and what the database insists on."""

import json

import pytest
from django.db import IntegrityError, transaction

from governance.ledger import readings
from governance.ledger.models import Entry
from incidents import flow, moments
from incidents.models import Clock, Duty, Incident
from incidents.stages import calling_off
from incidents.stages.fulfilling import Fulfilment
from tests import factory
from tests.factory import AT, HOUR, PERSON, deadline, duty

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    factory.install()
    return factory.submit(factory.breach(harms=["injury"]))


def record(incident: Incident, verb: str) -> dict[str, object]:
    entry = Entry.objects.filter(incident_id=incident.id, verb=verb).latest("id")
    found: dict[str, object] = json.loads(entry.body)
    return found


def test_a_duty_names_the_policy_that_opened_it(incident: Incident) -> None:
    notify = duty(incident, "notify")
    policy = factory.document(factory.text("breach"))
    assert (notify.policy, notify.policy_digest) == (policy.identity, policy.digest)
    assert (notify.policy_name, notify.owner, notify.recipient) == (
        "breach",
        "legal-counsel",
        "Data protection authority",
    )


def test_the_stages_keep_their_order(incident: Incident) -> None:
    stages = duty(incident, "notify").clocks.order_by("position").values_list("stage", flat=True)
    assert list(stages) == ["initial", "final", "amendment"]


def test_the_trail_of_a_duty_holds_its_clocks() -> None:
    factory.install()
    incident = factory.submit(factory.breach(system="chat-bot"))
    after = record(incident, "duty.opened")["after"]
    assert isinstance(after, dict)
    assert [clock["legal_due"] for clock in after["clocks"]] == [
        "2026-11-23T16:00:00.000000Z",
        None,
        None,
    ]


def test_the_trail_of_a_moved_clock_holds_both_times(incident: Incident) -> None:
    moments.record(incident, "aware", AT - HOUR, basis="x", by=PERSON, at=AT)
    entry = record(incident, "clock.counted")
    assert entry["before"]["started_at"] == "2026-11-23T08:00:00.000000Z"  # type: ignore[index]
    assert entry["after"]["started_at"] == "2026-11-23T07:00:00.000000Z"  # type: ignore[index]


def test_the_trail_of_a_fulfilment_holds_the_receipt(incident: Incident) -> None:
    clock = deadline(incident, "notify", "initial")
    flow.fulfil(clock, Fulfilment(AT, "R-1", "portal", "Sent."), by=PERSON, at=AT)
    entry = record(incident, "clock.fulfilled")
    assert entry["after"]["receipt_number"] == "R-1"  # type: ignore[index]
    assert entry["actor"] == str(PERSON)


def test_the_note_of_a_fulfilment_is_held_apart(incident: Incident) -> None:
    clock = deadline(incident, "notify", "initial")
    flow.fulfil(clock, Fulfilment(AT, note="Sent.", sent_to="Jo"), by=PERSON, at=AT)
    entry = Entry.objects.get(verb="clock.fulfilled")
    held = readings.of(entry)
    assert (held.reason, held.personal["sent_to"].value) == ("Sent.", "Jo")
    assert "Sent." not in entry.body


def test_shadow_duties_keep_nothing_open(incident: Incident) -> None:
    assert calling_off.open_count(incident) == 2


def refused(constraint: str, rows: str, **fields: object) -> None:
    model = Duty if rows == "duty" else Clock
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.update(**fields)


def test_the_database_insists_on_a_question_s_limit(incident: Incident) -> None:
    refused("duty_question_has_its_limit", "duty", state="undetermined", determine_by=None)


def test_the_database_insists_on_the_start_of_a_running_clock(incident: Incident) -> None:
    refused("clock_running_has_started", "clock", state="running", started_at=None)


def test_the_database_insists_on_the_time_of_a_fulfilment(incident: Incident) -> None:
    refused("clock_fulfilled_has_its_time", "clock", state="fulfilled", fulfilled_at=None)


def test_the_database_insists_on_the_earlier_time_being_earlier(incident: Incident) -> None:
    refused("clock_conservative_first", "clock", conservative_due=AT + HOUR, legal_due=AT)


def test_the_database_insists_on_one_row_a_duty(incident: Incident) -> None:
    again = duty(incident, "notify")
    again.id = incident.id
    with pytest.raises(IntegrityError, match="duty_once_an_incident"), transaction.atomic():
        again.save(force_insert=True)
