"""A deadline that moves: who hears of it, and what goes on being said."""

import pytest

from incidents import flow, sweep
from incidents.models import Clock, Incident
from tests import factory
from tests.factory import AT, HOUR, MINUTE, PERSON, deadline, record
from tests.incidents.said import subjects, told

pytestmark = pytest.mark.django_db
DAY = 24 * HOUR


@pytest.fixture
def incident() -> Incident:
    """A breach known at AT: due by the law after eight hours."""
    factory.install()
    found = factory.submit(factory.breach(harms=["privacy"]))
    flow.acknowledge(found, by=PERSON, at=AT)
    told()
    return found


def initial(incident: Incident) -> Clock:
    return deadline(incident, "notify", "initial")


def overdue(incident: Incident) -> list[tuple[str, str]]:
    rows = initial(incident).timers.filter(kind="overdue").order_by("due_at", "id")
    return list(rows.values_list("step", "state"))


def test_who_leads_and_is_notified_hears_of_one_that_comes_closer(incident: Incident) -> None:
    record(incident, "aware", AT - 4 * HOUR, at=AT + HOUR)
    assert subjects() == ["New facts bring deadlines closer"]


def test_one_that_moves_away_is_on_the_record_only(incident: Incident) -> None:
    record(incident, "aware", AT + HOUR, at=AT + 2 * HOUR)
    assert subjects() == []


def test_a_date_that_leaves_and_comes_back_is_overdue_again(incident: Incident) -> None:
    sweep.run(at=AT + 8 * HOUR)
    assert "OVERDUE: Notify the authority" in subjects()
    record(incident, "aware", AT + 8 * HOUR, at=AT + 9 * HOUR)
    record(incident, "aware", AT, at=AT + 10 * HOUR)
    subjects()
    sweep.run(at=AT + 8 * HOUR + DAY)
    assert "OVERDUE: Notify the authority" in subjects()
    assert overdue(incident)[:3] == [("1", "fired"), ("1", "cancelled"), ("2", "fired")]


def test_what_was_said_of_it_stays_as_it_was_said(incident: Incident) -> None:
    sweep.run(at=AT + 8 * HOUR)
    first = initial(incident).timers.get(kind="overdue", step="1")
    record(incident, "aware", AT + 8 * HOUR, at=AT + 9 * HOUR)
    record(incident, "aware", AT, at=AT + 10 * HOUR)
    sweep.run(at=AT + 10 * HOUR)
    first.refresh_from_db()
    assert (first.state, first.done_at) == ("fired", AT + 8 * HOUR)


def test_a_prompt_stage_goes_on_reminding_where_it_was(incident: Incident) -> None:
    factory.amend(incident, harms=["injury"])  # it wants an investigation, promptly
    clock = deadline(incident, "serious", "investigate")
    assert clock.started_at is not None
    start = clock.started_at
    sweep.run(at=start + DAY + MINUTE)
    record(incident, "aware", start + HOUR, at=start + DAY + HOUR)
    record(incident, "aware", start, at=start + DAY + 2 * HOUR)
    rows = clock.timers.filter(kind="reminder", state="pending")
    assert "2" in set(rows.values_list("step", flat=True))
