"""What delays and pauses make of counted dues (pure): examples, then laws for any of them."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.holds import Held, Hold, apply
from policies.deadlines import Running
from tests.factory import AT, HOUR

#: Due by the law after ten hours, to be worked to after eight, aimed at after three.
COUNTED = Running(
    anchor="aware",
    started_at=AT,
    legal_due=AT + 10 * HOUR,
    conservative_due=AT + 8 * HOUR,
    target_due=AT + 3 * HOUR,
    counting="elapsed",
    calendar="",
    zone="UTC",
    period="10 hours",
)
PROMPT = Running("aware", AT, None, None, None, "promptly", "", "UTC", "promptly")


def pause(since: float, end: float) -> Hold:
    return Hold("pause", AT + since * HOUR, AT + end * HOUR)


def delay(end: float) -> Hold:
    return Hold("delay", None, AT + end * HOUR)


def dues(*holds: Hold, at: float = 1) -> tuple[float, ...]:
    """Hours from AT: target, conservative, legal."""
    running = apply(COUNTED, holds, at=AT + at * HOUR).running
    found = (running.target_due, running.conservative_due, running.legal_due)
    return tuple((due - AT) / HOUR for due in found if due is not None)


@pytest.mark.parametrize(
    ("holds", "expected"),
    [
        ([], (3, 8, 10)),
        ([pause(1, 3)], (5, 10, 12)),
        ([pause(4, 6)], (3, 10, 12)),  # our own target was over before
        ([pause(9, 11)], (3, 8, 12)),  # between the date to work to and the legal end
        ([pause(10, 12)], (3, 8, 10)),  # what has expired does not stand still
        ([pause(-5, 2)], (5, 10, 12)),  # nothing stands still before it runs
        ([pause(-5, 0)], (3, 8, 10)),
        ([pause(1, 3), pause(4, 5)], (6, 11, 13)),
        ([pause(1, 3), pause(11, 12)], (5, 10, 13)),  # within the period that the first moved
        ([pause(1, 4), pause(2, 5)], (7, 12, 14)),  # no instant counts twice
        ([pause(1, 3), pause(3, 5)], (7, 12, 14)),
        ([pause(1, 9), pause(2, 3)], (11, 16, 18)),
        ([delay(9)], (3, 9, 10)),
        ([delay(20)], (3, 20, 20)),
        ([delay(1)], (3, 8, 10)),
        ([delay(20), delay(30)], (3, 30, 30)),
        ([pause(1, 3), delay(11)], (5, 11, 12)),
    ],
)
def test_dues_move(holds: list[Hold], expected: tuple[float, ...]) -> None:
    assert dues(*holds) == expected


def test_without_holds_nothing_is_moved() -> None:
    held = apply(COUNTED, [], at=AT)
    assert not held.moved
    assert held.running == held.schedule == COUNTED


@pytest.mark.parametrize(
    ("at", "paused"), [(0.9, False), (1, True), (2.9, True), (3, False), (99, False)]
)
def test_a_pause_lasts_from_its_first_instant_to_its_end(at: float, *, paused: bool) -> None:
    assert (apply(COUNTED, [pause(1, 3)], at=AT + at * HOUR).pause is not None) is paused


def test_a_pause_that_began_after_the_legal_end_silences_nothing() -> None:
    assert apply(COUNTED, [pause(10, 30)], at=AT + 20 * HOUR).pause is None


def test_what_the_law_wants_promptly_can_be_paused_and_not_delayed() -> None:
    held = apply(PROMPT, [pause(1, 3), delay(20)], at=AT + 2 * HOUR)
    assert held.pause is not None
    assert held.running == PROMPT


def test_reminders_are_counted_on_the_period_without_the_pause() -> None:
    schedule = apply(COUNTED, [pause(1, 101)], at=AT + HOUR).schedule
    assert (schedule.started_at, schedule.conservative_due) == (AT + 100 * HOUR, AT + 108 * HOUR)


def test_reminders_of_a_delayed_report_are_counted_on_the_whole_time() -> None:
    schedule = apply(COUNTED, [delay(20)], at=AT + HOUR).schedule
    assert (schedule.started_at, schedule.conservative_due) == (AT, AT + 20 * HOUR)


# --- laws ----------------------------------------------------------------------------------------

lengths = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=400))
instants = st.timedeltas(min_value=-timedelta(days=300), max_value=timedelta(days=400)).map(
    lambda after: AT + after
)


@st.composite
def pauses(draw: st.DrawFn) -> Hold:
    since = draw(instants)
    return Hold("pause", since, since + draw(lengths))


def legal(held: Held) -> datetime:
    assert held.running.legal_due is not None
    return held.running.legal_due


@given(
    after=st.timedeltas(min_value=timedelta(), max_value=10 * HOUR - timedelta(microseconds=1)),
    length=lengths,
)
def test_after_a_pause_within_the_period_the_time_left_is_what_it_was(
    after: timedelta, length: timedelta
) -> None:
    since = AT + after
    held = apply(COUNTED, [Hold("pause", since, since + length)], at=since)
    assert legal(held) - (since + length) == AT + 10 * HOUR - since


@given(holds=st.lists(pauses(), max_size=4), at=instants)
def test_pauses_move_dues_later_and_by_no_more_than_their_length(
    holds: list[Hold], at: datetime
) -> None:
    moved = legal(apply(COUNTED, holds, at=at)) - (AT + 10 * HOUR)
    most = sum((each.end - each.since for each in holds if each.since), timedelta())
    assert timedelta() <= moved <= most


@given(holds=st.lists(pauses(), max_size=4), at=instants, seed=st.randoms())
def test_the_order_in_which_pauses_are_known_does_not_matter(
    holds: list[Hold], at: datetime, seed: object
) -> None:
    shuffled = list(holds)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert apply(COUNTED, holds, at=at) == apply(COUNTED, shuffled, at=at)


@given(holds=st.lists(pauses(), max_size=3), until=instants, at=instants)
def test_the_conservative_due_is_never_the_later_one(
    holds: list[Hold], until: datetime, at: datetime
) -> None:
    running = apply(COUNTED, [*holds, Hold("delay", None, until)], at=at).running
    assert running.conservative_due is not None
    assert running.legal_due is not None
    assert running.conservative_due <= running.legal_due


@given(hold=pauses(), shorter=st.floats(min_value=0, max_value=1))
def test_ending_a_pause_earlier_never_gives_more_time(hold: Hold, shorter: float) -> None:
    assert hold.since is not None
    early = Hold("pause", hold.since, hold.since + (hold.end - hold.since) * shorter)
    at = hold.end
    assert legal(apply(COUNTED, [early], at=at)) <= legal(apply(COUNTED, [hold], at=at))


@given(holds=st.lists(pauses(), max_size=4), at=instants)
def test_while_a_clock_stands_still_its_due_lies_after_the_end_of_the_pause(
    holds: list[Hold], at: datetime
) -> None:
    held = apply(COUNTED, holds, at=at)
    if held.pause is not None:
        assert legal(held) > held.pause.end
