"""Delays: an end that is later than what was counted, and what becomes of it."""

from datetime import timedelta

import pytest

from incidents import sweep
from incidents.errors import WrongState
from incidents.models import Clock, Incident
from tests import factory
from tests.factory import AT, HOUR, ask, deadline, finish, grant, pending, record
from tests.incidents.dispensing.standing import now, standing

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_delay_moves_both_dues_and_keeps_those_that_were_counted(clock: Clock) -> None:
    grant(clock, "delay", until=AT + 24 * HOUR)
    found = now(clock)
    assert (found.conservative_due, found.legal_due) == (AT + 24 * HOUR, AT + 24 * HOUR)
    assert found.counted_legal_due == found.counted_conservative_due == AT + 8 * HOUR


def test_a_delayed_clock_is_late_only_after_its_end(clock: Clock) -> None:
    grant(clock, "delay", until=AT + 24 * HOUR)
    assert standing(clock, 9 * HOUR) == "running"
    assert standing(clock, 24 * HOUR) == "overdue"
    assert ("overdue", "1") in pending(clock)


def test_an_earlier_moment_moves_what_was_counted_and_leaves_the_delay(
    incident: Incident, clock: Clock
) -> None:
    grant(clock, "delay", until=AT + 24 * HOUR)
    record(incident, "aware", AT - 5 * HOUR, at=AT + 2 * HOUR)
    found = now(clock)
    assert (found.counted_legal_due, found.legal_due) == (AT + 3 * HOUR, AT + 24 * HOUR)


def test_a_later_moment_may_outrun_the_delay(incident: Incident, clock: Clock) -> None:
    grant(clock, "delay", until=AT + 9 * HOUR)
    record(incident, "aware", AT + 2 * HOUR, at=AT + 2 * HOUR)
    assert now(clock).legal_due == AT + 10 * HOUR


def test_a_delay_that_ends_early_gives_back_what_was_counted(clock: Clock) -> None:
    finish(grant(clock, "delay", until=AT + 24 * HOUR), at=AT + 2 * HOUR)
    assert now(clock).legal_due == AT + 8 * HOUR
    assert now(clock).counted_legal_due is None


def test_a_delay_that_ends_beyond_what_was_counted_makes_it_due_at_that_instant(
    clock: Clock,
) -> None:
    finish(grant(clock, "delay", until=AT + 24 * HOUR), at=AT + 12 * HOUR)
    assert now(clock).legal_due == AT + 12 * HOUR
    assert standing(clock, 12 * HOUR) == "overdue"


def test_a_report_sent_within_the_delay_is_not_late(clock: Clock) -> None:
    grant(clock, "delay", until=AT + 24 * HOUR)
    factory.fulfil(now(clock), AT + 20 * HOUR)
    assert standing(clock, 99 * HOUR) == "met"


def test_at_its_end_a_delay_is_over_and_the_date_stays(clock: Clock) -> None:
    row = grant(clock, "delay", until=AT + 24 * HOUR)
    sweep.run(at=AT + 30 * HOUR)
    row.refresh_from_db()
    assert (row.state, row.ended_at) == ("ended", AT + 24 * HOUR)
    assert now(clock).legal_due == AT + 24 * HOUR


def test_what_has_no_date_cannot_be_delayed() -> None:
    factory.install()
    found = factory.submit(factory.breach(harms=["injury"]))
    with pytest.raises(WrongState, match="names no date"):
        ask(deadline(found, "serious", "investigate"), "delay")


def test_nor_what_has_none_once_it_starts() -> None:
    factory.install()
    found = factory.submit(factory.report(harms=["injury"]))
    waiting = deadline(found, "serious", "investigate")
    assert waiting.state == "not_started"
    with pytest.raises(WrongState, match="names no date"):
        ask(waiting, "delay")


def test_a_clock_that_waits_starts_delayed(incident: Incident) -> None:
    final = deadline(incident, "notify", "final")
    grant(final, "delay", until=AT + 99 * HOUR)
    factory.fulfil(deadline(incident, "notify", "initial"), AT + 2 * HOUR)
    assert (now(final).counted_legal_due, now(final).legal_due) == (
        AT + 26 * HOUR,
        AT + 99 * HOUR,
    )
