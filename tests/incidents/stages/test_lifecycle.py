"""From open to closed, and nothing after that."""

from collections.abc import Callable

import pytest

from governance.ledger.models import Entry
from incidents import flow
from incidents.errors import DutiesOpen, WrongState
from incidents.models import Incident
from tests import factory
from tests.factory import (
    AT,
    HOUR,
    PERSON,
    amend,
    change,
    deadline,
    fulfil,
    record,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    factory.install()


def test_an_incident_with_open_duties_does_not_close() -> None:
    incident = factory.submit(factory.breach(harms=["privacy"]))
    with pytest.raises(DutiesOpen) as raised:
        change(incident, "closed")
    assert raised.value.extra == {"open_duties": 1}


def test_an_open_question_keeps_it_open_too() -> None:
    incident = factory.submit(factory.report(personal_data={"breach": False}))
    with pytest.raises(DutiesOpen):
        change(incident, "closed")


def closed() -> Incident:
    """Closed once its duties are done; the shadow kept nothing open."""
    incident = factory.submit(factory.breach(harms=["privacy"]))
    for stage in ("initial", "final"):
        fulfil(deadline(incident, "notify", stage), AT + HOUR)
    return change(incident, "closed")


def test_with_its_duties_done_it_closes() -> None:
    incident = closed()
    assert (incident.state, incident.closed_at) == ("closed", AT + HOUR)
    assert not incident.timers.filter(state="pending").exists()


def test_no_clock_of_a_closed_incident_runs_on() -> None:
    states = set(closed().clocks.values_list("state", flat=True))
    assert states <= {"fulfilled", "cancelled"}


def test_each_clock_that_closing_ends_has_its_entry() -> None:
    incident = closed()
    cancelled = incident.clocks.filter(state="cancelled", duty__state__in=["open", "fulfilled"])
    ended = Entry.objects.filter(verb="clock.cancelled", incident_id=incident.id)
    assert cancelled.exists()
    assert {entry.object_id for entry in ended} == {str(clock.id) for clock in cancelled}


@pytest.mark.parametrize(
    "act",
    [
        lambda incident: amend(incident, harms=[]),
        lambda incident: record(incident, "resolved", AT),
        lambda incident: flow.acknowledge(incident, by=PERSON, at=AT),
        lambda incident: change(incident, "open"),
        lambda incident: change(incident, "closed"),
        lambda incident: fulfil(deadline(incident, "announce", "report"), AT),
    ],
)
def test_a_closed_incident_does_not_change(act: Callable[[Incident], object]) -> None:
    incident = closed()
    with pytest.raises(WrongState, match="is closed"):
        act(incident)


@pytest.mark.parametrize(
    ("path", "verbs"),
    [
        (["contained", "resolved"], ["incident.contained", "incident.resolved"]),
        (["resolved", "open"], ["incident.resolved", "incident.reopened"]),
    ],
)
def test_states_follow_each_other(path: list[str], verbs: list[str]) -> None:
    incident = factory.submit(factory.report())
    for state in path:
        incident = change(incident, state)
    assert [verb for verb in factory.verbs(incident) if verb in verbs] == verbs


def test_no_way_leads_back_to_contained() -> None:
    incident = change(factory.submit(factory.report()), "resolved")
    with pytest.raises(WrongState, match="it can go to: closed, open"):
        change(incident, "contained")


def test_an_incident_is_acknowledged_once() -> None:
    incident = factory.submit(factory.report())
    flow.acknowledge(incident, by=PERSON, at=AT)
    with pytest.raises(WrongState, match="acknowledged already"):
        flow.acknowledge(incident, by=PERSON, at=AT)
