"""A limit that lapses moves the due time of a clock that runs, to a later one too."""

import json

import pytest

from governance.ledger.models import Entry
from incidents import states
from incidents.models import Incident
from tests import factory, schedules
from tests.factory import AT, HOUR, pending, record
from tests.schedules import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    schedules.install("major")
    return factory.submit(schedules.report())


def test_until_it_is_classified_the_outer_limit_counts(incident: Incident) -> None:
    assert clock(incident, "initial").legal_due == AT + 24 * HOUR


@pytest.mark.parametrize(("after", "due"), [(2, 6), (22, 24), (30, 34)])
def test_classifying_moves_the_due_time(incident: Incident, after: int, due: int) -> None:
    record(incident, "classified", AT + after * HOUR, at=AT + after * HOUR)
    found = clock(incident, "initial")
    assert (found.legal_due, found.conservative_due) == (AT + due * HOUR, AT + due * HOUR)


def test_a_due_time_that_moves_later_is_in_the_trail(incident: Incident) -> None:
    record(incident, "classified", AT + 30 * HOUR, at=AT + 30 * HOUR)
    entry = Entry.objects.get(verb="clock.counted", object_id=clock(incident, "initial").id)
    body = json.loads(entry.body)
    assert (body["before"]["legal_due"], body["after"]["legal_due"]) == (
        "2026-11-24T08:00:00.000000Z",
        "2026-11-24T18:00:00.000000Z",
    )


def test_a_clock_that_was_overdue_runs_again_and_will_say_so_again(incident: Incident) -> None:
    now = AT + 30 * HOUR
    assert states.standing(clock(incident, "initial"), at=now, shadow=False) == "overdue"
    record(incident, "classified", now, at=now)
    found = clock(incident, "initial")
    assert states.standing(found, at=now, shadow=False) == "running"
    assert pending(found) == [("at_risk", "at risk"), ("overdue", "1")]


def test_a_classification_corrected_to_an_earlier_one_brings_the_limit_back(
    incident: Incident,
) -> None:
    record(incident, "classified", AT + 30 * HOUR, at=AT + 30 * HOUR)
    record(incident, "classified", AT + 23 * HOUR, at=AT + 31 * HOUR)
    assert clock(incident, "initial").legal_due == AT + 24 * HOUR
