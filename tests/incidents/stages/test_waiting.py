"""A clock that waits knows since when, and its owner hears of it daily until it starts."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from governance.outbox.models import Message
from incidents import firing, selectors, sweep
from incidents.models import Clock, Incident
from tests import factory
from tests.factory import AT, HOUR, MINUTE, deadline, pending
from tests.incidents.reassessing import VOLUNTARY, approve, sweep_at

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def incident() -> Incident:
    """A breach that nobody has become aware of, as far as anybody has recorded."""
    factory.install()
    return factory.submit(factory.breach(aware=None, harms=["privacy"]))


def initial(incident: Incident) -> Clock:
    return deadline(incident, "notify", "initial")


def reminded() -> list[str]:
    """The texts of the mails about clocks that wait."""
    found = Message.objects.filter(subject__contains="Not started: ").order_by("id")
    return list(found.values_list("because", flat=True))


# --- since when ----------------------------------------------------------------------------------


def test_a_clock_waits_from_when_its_duty_was_opened(incident: Incident) -> None:
    assert initial(incident).waiting_since == AT


def test_a_clock_that_starts_waits_no_more(incident: Incident) -> None:
    factory.record(incident, "aware", AT)
    assert initial(incident).waiting_since is None


def test_a_clock_that_ran_from_the_start_never_waited() -> None:
    factory.install()
    assert initial(factory.submit(factory.breach())).waiting_since is None


def test_waiting_for_something_else_goes_on_from_the_same_time() -> None:
    limits = """limits:
            - {from: aware, hours: 8, counting: elapsed}
            - from: classified
              hours: 2
              counting: elapsed
              when: {harms: {includes: death}}"""
    one = "limits: [{from: aware, hours: 8, counting: elapsed}]"
    factory.install(breach=factory.text("breach", (one, limits)))
    incident = factory.submit(factory.breach(aware=None, harms=["privacy"]))
    factory.amend(incident, AT + 3 * HOUR, harms=["death"])
    clock = initial(incident)
    assert (clock.waits_for, clock.waiting_since) == (["aware", "classified"], AT)
    assert pending(clock) == [("reminder", "waits for aware or classified")]


def test_a_clock_that_comes_back_waits_anew(incident: Incident) -> None:
    factory.amend(incident, AT + HOUR, personal_data={"risk": "unlikely"})
    factory.amend(incident, AT + 2 * HOUR, personal_data={"risk": "high"})
    assert initial(incident).waiting_since == AT + 2 * HOUR


def test_no_clock_waits_without_saying_since_when(incident: Incident) -> None:
    with pytest.raises(IntegrityError, match="clock_waiting_has_its_time"), transaction.atomic():
        Clock.objects.filter(state="not_started").update(waiting_since=None)


def test_the_board_puts_the_longest_wait_first(incident: Incident) -> None:
    factory.submit(factory.breach(aware=None), at=AT - HOUR)
    waiting = [clock for clock in selectors.board() if clock.state == "not_started"]
    since = [clock.waiting_since for clock in waiting if not clock.duty.shadow]
    assert since == sorted(since)
    assert since[0] == AT - HOUR


# --- the owner hears of it -----------------------------------------------------------------------


def test_nobody_is_reminded_before_a_day_is_over(incident: Incident) -> None:
    firing.fire_due(by=sweep.SWEEP, at=AT + DAY - MINUTE)
    assert reminded() == []


def test_after_a_day_the_owner_hears_what_it_waits_for(incident: Incident) -> None:
    firing.fire_due(by=sweep.SWEEP, at=AT + DAY)
    assert reminded() == [
        "Its period has not begun: since 2026-11-23 08:00 UTC it waits for “We became aware”. "
        "Record that moment as soon as it is known. The duty applies."
    ]


def test_the_owner_hears_of_it_every_day(incident: Incident) -> None:
    for days in (1, 2, 3):
        firing.fire_due(by=sweep.SWEEP, at=AT + days * DAY)
    assert len(reminded()) == 3


def test_after_days_of_downtime_it_is_said_once(incident: Incident) -> None:
    firing.fire_due(by=sweep.SWEEP, at=AT + 5 * DAY + HOUR)
    timers = initial(incident).timers.filter(state="pending")
    assert (len(reminded()), [timer.due_at for timer in timers]) == (1, [AT + 6 * DAY])


def test_a_clock_that_has_started_is_silent_about_its_wait(incident: Incident) -> None:
    factory.record(incident, "aware", AT + 23 * HOUR, at=AT + 23 * HOUR)
    assert "waits for aware" not in dict(pending(initial(incident))).values()
    firing.fire_due(by=sweep.SWEEP, at=AT + DAY)
    assert reminded() == []


def test_a_change_of_something_else_neither_doubles_nor_delays_it(incident: Incident) -> None:
    factory.amend(incident, AT + HOUR, impact={"people_affected": 3})
    timers = initial(incident).timers.filter(state="pending")
    assert [(timer.step, timer.due_at) for timer in timers] == [("waits for aware", AT + DAY)]


def test_what_waits_for_another_report_is_not_reminded_of(incident: Incident) -> None:
    assert pending(deadline(incident, "notify", "final")) == []


def test_what_is_optional_is_not_reminded_of(incident: Incident) -> None:
    assert pending(deadline(incident, "notify", "amendment")) == []


def test_what_stands_in_shadow_is_not_reminded_of(incident: Incident) -> None:
    clock = deadline(incident, "announce", "report")
    assert (clock.state, clock.duty.shadow, pending(clock)) == ("not_started", True, [])


def test_a_duty_that_leaves_the_shadow_is_reminded_of_from_then_on() -> None:
    dates = """  applies_from:
    - {date: "2026-01-01", when: {impact.reversible: false}}
    - {date: "2990-01-01"}
  applies_when"""
    factory.install(coming=factory.text("coming", ("  applies_when", dates)))
    incident = factory.submit(factory.breach(aware=None, impact={"reversible": True}))
    assert deadline(incident, "announce", "report").shadow
    factory.amend(incident, impact={"reversible": False})
    assert not deadline(incident, "announce", "report").shadow
    assert pending(deadline(incident, "announce", "report")) == [("reminder", "waits for aware")]


def test_a_duty_whose_law_does_not_bite_any_more_is_silent(incident: Incident) -> None:
    approve(VOLUNTARY)
    sweep_at()
    clock = initial(incident)
    assert (clock.state, clock.duty.shadow, pending(clock)) == ("not_started", True, [])


def test_a_closed_duty_is_silent(incident: Incident) -> None:
    factory.amend(incident, personal_data={"risk": "unlikely"})
    assert pending(initial(incident)) == []
