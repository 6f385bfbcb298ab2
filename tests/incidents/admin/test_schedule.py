from datetime import datetime

import pytest

from incidents import sweep
from incidents.models import Incident, Timer
from tests import factory
from tests.factory import HOUR
from tests.incidents.admin.desk import Desk, desk, text

TIMERS = "incidents_timer"


@pytest.fixture
def overdue(incident: Incident, now: datetime) -> Timer:
    sweep.run(at=now + 9 * HOUR)
    return incident.timers.get(kind="overdue", step="1")


def test_the_schedule_lists_what_is_due_when(incident: Incident, officer: Desk) -> None:
    found = text(officer.list(TIMERS))
    assert incident.reference in found
    assert "At risk" in found


def test_it_can_be_narrowed_to_what_was_said(overdue: Timer, officer: Desk) -> None:
    found = text(officer.list(TIMERS, state="fired"))
    assert "Overdue" in found
    assert "Overdue, no. 2" not in found


def test_without_a_choice_it_shows_what_comes_next_first(
    overdue: Timer, officer: Desk, now: datetime
) -> None:
    found = text(officer.list(TIMERS))
    assert "Overdue, no. 2" in found
    assert "Fired" not in found


def test_what_failed_can_be_found(overdue: Timer, officer: Desk, now: datetime) -> None:
    assert "Put off" not in text(officer.list(TIMERS, state="put_off"))
    overdue.clock.timers.filter(state="pending").update(attempts=1, retry_at=now)  # type: ignore[union-attr]
    assert "Put off" in text(officer.list(TIMERS, state="put_off"))


def test_the_page_answers_why(overdue: Timer, officer: Desk) -> None:
    found = text(officer.page(TIMERS, overdue.id))
    assert "still to be delivered" in found
    assert "The legal period has expired" in found
    assert "legal@example.org" in found
    assert "{&#x27;" not in officer.page(TIMERS, overdue.id).content.decode()


def test_a_put_off_timer_stands_out(overdue: Timer, officer: Desk) -> None:
    Timer.objects.filter(id=overdue.id).update(state="pending", attempts=3)
    assert "Put off" in text(officer.page(TIMERS, overdue.id))


def test_the_page_of_a_request_unanswered_leads_to_it(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    clock = factory.deadline(incident, "notify", "initial")
    asked = factory.ask(clock, "delay", at=now, until=now + 9 * HOUR)
    page = officer.page(TIMERS, asked.timers.get().id)
    assert f"/dispensation/{asked.id}/change/" in page.content.decode()


def test_the_page_of_a_deadline_leads_there(overdue: Timer, officer: Desk) -> None:
    page = officer.page("incidents_clock", overdue.clock_id)
    assert f"/timer/{overdue.id}/change/" in page.content.decode()


def test_a_reporter_sees_none_of_it(overdue: Timer) -> None:
    assert desk("reporter").page(TIMERS, overdue.id).status_code == 403
