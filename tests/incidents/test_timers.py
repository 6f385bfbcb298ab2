"""Setting and cancelling what time will set in motion."""

from datetime import datetime, timedelta

import pytest

from incidents import timers
from incidents.models import Clock, Duty, Incident, Timer
from tests import factory
from tests.factory import AT, HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    factory.install()
    return factory.submit(factory.breach(harms=["injury"]))


def of(clock: Clock) -> list[tuple[str, str, datetime]]:
    return list(clock.timers.values_list("kind", "step", "due_at"))


def test_a_clock_sets_everything_that_it_will_say(incident: Incident) -> None:
    assert of(factory.deadline(incident, "notify", "initial")) == [
        ("reminder", "our own target", AT + 3 * HOUR),
        ("reminder", "50%", AT + 4 * HOUR),
        ("at_risk", "at risk", AT + 6 * HOUR),
        ("reminder", "1 hour before", AT + 7 * HOUR),
        ("overdue", "1", AT + 8 * HOUR),
    ]


def test_a_prompt_stage_reminds_every_day(incident: Incident) -> None:
    assert of(factory.deadline(incident, "serious", "investigate")) == [
        ("reminder", "1", AT + 24 * HOUR),
        ("reminder", "our own target", AT + 30 * HOUR),
    ]


def test_a_shadow_clock_only_reminds(incident: Incident) -> None:
    assert of(factory.deadline(incident, "announce", "report")) == [
        ("reminder", "50%", AT + 3 * HOUR)
    ]


def test_a_clock_that_waits_sets_nothing(incident: Incident) -> None:
    assert of(factory.deadline(incident, "notify", "final")) == []


@pytest.fixture
def question() -> Duty:
    """To be answered in six hours."""
    factory.install()
    incident = factory.submit(factory.report(moments={"aware": factory.iso(AT)}))
    return factory.duty(incident, "notify")


def test_a_question_asks_when_half_of_its_time_is_gone(question: Duty) -> None:
    timer = question.timers.get(kind="question")
    assert (timer.step, timer.due_at) == ("half", AT + 3 * HOUR)


@pytest.mark.parametrize(
    ("after", "step", "due"),
    [(3, "unanswered", 6), (6, "2", 30), (29, "2", 30), (30, "3", 54), (100, "5", 102)],
)
def test_a_question_asks_again_at_its_limit_and_then_every_day(
    question: Duty, after: int, step: str, due: int
) -> None:
    found = timers.question_again(question, at=AT + after * HOUR)
    assert (found.step, found.due_at) == (step, AT + due * HOUR)


def test_a_question_whose_limit_has_passed_asks_every_day(question: Duty) -> None:
    assert timers.question(question, at=AT + 7 * HOUR).step == "2"


def again(clock: Clock, count: int) -> Timer:
    return timers.again(clock, Timer.Kind.OVERDUE, count, after=AT, at=AT)


def test_a_timer_is_set_once(incident: Incident) -> None:
    clock = factory.deadline(incident, "notify", "initial")
    timers.set_all([again(clock, 2)])
    timers.set_all([again(clock, 2)])
    assert clock.timers.filter(step="2").count() == 1


def test_a_cancelled_timer_is_set_again(incident: Incident) -> None:
    clock = factory.deadline(incident, "notify", "initial")
    timers.set_all([again(clock, 2)])
    timers.cancel(clock.timers.all(), because="x", at=AT)
    timers.set_all([again(clock, 2)])
    timer = clock.timers.get(step="2")
    assert (timer.state, timer.done_at, timer.outcome) == ("pending", None, "")


@pytest.mark.parametrize(
    ("hours", "step", "day"), [(0, "2", 1), (23, "2", 1), (24, "3", 2), (80, "5", 4)]
)
def test_repetitions_that_were_missed_are_left_out(
    incident: Incident, hours: int, step: str, day: int
) -> None:
    clock = factory.deadline(incident, "notify", "initial")
    found = timers.again(clock, Timer.Kind.OVERDUE, 2, after=AT, at=AT + hours * HOUR)
    assert (found.step, found.due_at) == (step, AT + timedelta(days=day))


def test_a_reminder_that_was_said_is_not_said_again(incident: Incident) -> None:
    clock = factory.deadline(incident, "notify", "initial")
    timer = clock.timers.get(step="50%")
    clock.timers.filter(id=timer.id).update(state=Timer.State.FIRED)
    timers.set_all([timer])
    assert clock.timers.get(step="50%").state == "fired"


def test_cancelling_leaves_what_has_fired(incident: Incident) -> None:
    clock = factory.deadline(incident, "notify", "initial")
    clock.timers.filter(step="50%").update(state=Timer.State.FIRED)
    assert timers.cancel(clock.timers.all(), because="x", at=AT) == 4


@pytest.mark.parametrize(
    ("kind", "step", "repeats"),
    [
        ("overdue", "1", True),
        ("reminder", "12", True),
        ("reminder", "50%", False),
        ("reminder", "our own target", False),
        ("escalation", "1", False),
    ],
)
def test_what_repeats_has_a_number(kind: str, step: str, *, repeats: bool) -> None:
    assert Timer(kind=kind, step=step).repeats is repeats


def test_every_key_fits_its_column(incident: Incident) -> None:
    clock = factory.deadline(incident, "notify", "initial")
    far = AT + timedelta(days=36500)
    longest = timers.again(clock, Timer.Kind.REMINDER, 10**9, after=far, at=far)
    assert len(longest.key) + len("10000 minutes before") <= 200
