"""What the page of a request says that deciding would do: what it then does, or why it cannot."""

import re
from datetime import datetime, timedelta

import pytest
from django.http import HttpResponse

from governance.ledger.ledger import Actor
from incidents.models import Clock, Incident
from tests import factory
from tests.factory import HOUR, MINUTE
from tests.incidents.admin.desk import Desk, desk, text

ROWS = "incidents_dispensation"
DAYS = timedelta(days=2)


@pytest.fixture
def clock(incident: Incident) -> Clock:
    return factory.deadline(incident, "notify", "initial")


def effect(page: HttpResponse) -> str:
    """The part of the page that says it."""
    found = re.search(r'id="effect">(.*?)</section>', text(page), re.DOTALL)
    assert found is not None
    return found[1]


def cells(page: HttpResponse, what: str) -> tuple[str, str]:
    """Of one thing that changes, before and after."""
    row = rf">{what}</td><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td>"
    found = re.search(row, effect(page), re.DOTALL)
    assert found is not None, what
    return found[1], found[2]


def utc(at: datetime | None) -> str:
    assert at is not None
    return f"{at:%Y-%m-%d %H:%M} UTC"


def end(clock: Clock) -> str:
    return f"{clock.title}: legal end"


def test_approving_a_delay_moves_the_end_to_its_own(
    clock: Clock, officer: Desk, now: datetime
) -> None:
    row = factory.ask(clock, "delay", at=now, until=now + DAYS)
    before, after = cells(officer.page(ROWS, row.id), end(clock))
    assert utc(clock.legal_due) in before
    assert utc(row.until) in after


def test_what_it_says_of_a_pause_comes_true(clock: Clock, officer: Desk, now: datetime) -> None:
    row = factory.ask(clock, "pause", at=now, since=now - MINUTE, until=now + DAYS)
    page = officer.page(ROWS, row.id)
    officer.act(ROWS, row.id, "approve", note="Seen.")
    clock.refresh_from_db()
    assert utc(clock.legal_due) in cells(page, end(clock))[1]
    assert cells(page, f"{clock.title}: state") == ("Running", "Paused")
    assert clock.state == "paused"
    assert f"runs on at {utc(row.until)}" in effect(page)


def test_looking_changes_nothing(clock: Clock, officer: Desk, now: datetime) -> None:
    row = factory.ask(clock, "pause", at=now, until=now + DAYS)
    officer.page(ROWS, row.id)
    row.refresh_from_db()
    clock.refresh_from_db()
    assert (row.state, clock.state) == ("requested", "running")


def test_ending_a_delay_gives_back_what_was_counted(
    clock: Clock, officer: Desk, now: datetime
) -> None:
    counted = clock.legal_due
    row = factory.grant(clock, "delay", at=now, until=now + DAYS)
    page = officer.page(ROWS, row.id)
    assert "What ending it now does" in text(page)
    assert utc(counted) in cells(page, end(clock))[1]


def test_ending_a_pause_without_a_date_lets_it_run_on(officer: Desk, now: datetime) -> None:
    incident = factory.submit(factory.breach(now - HOUR, harms=["injury"]), at=now - MINUTE)
    clock = factory.deadline(incident, "serious", "investigate")
    row = factory.grant(clock, "pause", at=now, until=now + DAYS)
    page = officer.page(ROWS, row.id)
    assert cells(page, f"{clock.title}: state") == ("Paused", "Running")
    assert "legal end" not in effect(page)


def test_of_a_deadline_that_waits_it_says_so(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    waiting = incident.clocks.filter(state="not_started", duty__shadow=False).first()
    assert waiting is not None
    row = factory.ask(waiting, "pause", at=now, until=now + DAYS)
    assert "has not started" in effect(officer.page(ROWS, row.id))


def test_what_would_be_refused_is_not_promised(clock: Clock, officer: Desk, now: datetime) -> None:
    row = factory.ask(clock, "delay", at=now - HOUR, until=now - MINUTE)
    found = effect(officer.page(ROWS, row.id))
    assert "It would be refused." in found
    assert "Its end has passed meanwhile." in found


def test_approving_a_waiver_ends_the_deadlines_of_its_duty(
    clock: Clock, officer: Desk, now: datetime
) -> None:
    row = factory.ask(clock.duty, "waiver", at=now)
    page = officer.page(ROWS, row.id)
    assert cells(page, "State")[1] == "Waived"
    assert cells(page, f"{clock.title}: state") == ("Running", "Cancelled")


def test_ending_a_waiver_says_what_is_owed_again(
    clock: Clock, officer: Desk, now: datetime
) -> None:
    row = factory.grant(clock.duty, "waiver", at=now)
    assert cells(officer.page(ROWS, row.id), "State") == ("Waived", "Open")


def test_who_asked_sees_it_too(clock: Clock, officer: Desk, now: datetime) -> None:
    by = Actor("user", str(officer.user.id))
    row = factory.ask(clock, "delay", at=now, by=by, until=now + DAYS)
    assert utc(row.until) in cells(officer.page(ROWS, row.id), end(clock))[1]


def test_a_refused_request_has_none(clock: Clock, officer: Desk, now: datetime) -> None:
    row = factory.ask(clock, "delay", at=now, until=now + DAYS)
    officer.act(ROWS, row.id, "refuse", note="No.")
    assert 'id="effect"' not in text(officer.page(ROWS, row.id))


def test_an_auditor_holds_no_incident_by_looking(
    clock: Clock, officer: Desk, now: datetime
) -> None:
    row = factory.ask(clock, "delay", at=now, until=now + DAYS)
    assert 'id="effect"' not in text(desk("auditor").page(ROWS, row.id))
