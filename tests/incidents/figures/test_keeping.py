"""Of very many incidents figures are kept, shown with their time, and counted anew when old."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from governance.errors import Conflict
from incidents import flow, tasks
from incidents.figures import counting, deadlines, keeping, times, trend
from incidents.figures.counted import PARTS, Counted
from incidents.figures.deadlines import Row as Deadlines
from incidents.figures.keeping import Found
from incidents.figures.period import TITLES, Grouping, Period, few
from incidents.figures.question import USUAL, Question
from incidents.models import Incident, KeptFigures
from tests import factory
from tests.factory import AT, HOUR, MINUTE

pytestmark = pytest.mark.django_db

State = KeptFigures.State
LATER: Final = AT + 9 * HOUR
REGIME: Final = Deadlines("Breach law", 1, 0, 1, 4, 2 * HOUR, 6 * HOUR)
MODES: Final = (("drift", "MEASURE 2.4"), ("bias", "MANAGE 4.1"))


@pytest.fixture(autouse=True)
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Incidents of all kinds of ends, and one is too many to be counted on the spot."""
    factory.install()
    monkeypatch.setattr(keeping, "AT_ONCE", 0)
    told = factory.submit(factory.breach())
    flow.acknowledge(told, by=factory.PERSON, at=AT + 20 * MINUTE)
    factory.fulfil(factory.deadline(told, "notify", "initial"), AT + 2 * HOUR)
    factory.submit(factory.breach(system="chat-bot"))
    drifted = factory.submit(factory.report(harms=["death"]))
    Incident.objects.filter(id=drifted.id).update(report={"failure_modes": ["drift", "bias"]})


def ask(question: Question = USUAL, at: datetime = LATER) -> Found:
    return keeping.find(question, Grouping(question.by), at=at)


def work(at: datetime = LATER, budget: timedelta = counting.SLICE) -> bool:
    return counting.work(now=lambda: at, budget=budget)


def kept(question: Question = USUAL, at: datetime = LATER) -> Counted:
    ask(question, at)
    assert work(at)
    found = ask(question, at).figures
    assert found is not None
    return found


def row(question: Question = USUAL) -> KeptFigures:
    return KeptFigures.objects.get(key=question.key)


# --- few and many --------------------------------------------------------------------------------


def test_few_incidents_are_counted_on_the_spot_and_nothing_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keeping, "AT_ONCE", 3)
    found = ask()
    assert found.figures is not None
    assert (found.figures.incidents, found.figures.at, found.waits) == (3, LATER, False)
    assert not KeptFigures.objects.exists()


def test_those_of_the_period_before_count_as_well() -> None:
    after = Period(AT + HOUR, AT + 3 * HOUR)
    assert (few(after, most=2), few(after, most=3)) == (False, True)


def test_only_systems_that_are_read_count_for_whether_they_are_few() -> None:
    seen = Question(systems=("chat-bot",)).period(LATER)
    assert (few(seen, most=0), few(seen, most=1)) == (False, True)


def test_of_many_there_is_nothing_at_first() -> None:
    found = ask()
    assert (found.figures, found.waits, row().state) == (None, True, State.WAITING)


def test_asked_twice_they_are_counted_once() -> None:
    ask()
    ask(at=LATER + MINUTE)
    assert work()
    assert not work()


# --- what is kept is what would be counted now ---------------------------------------------------

EVERY: Final = [
    *(Question(by=by, subcategories=MODES if by == "rmf_subcategory" else ()) for by in TITLES),
    Question(interval="week"),
    Question(systems=("triage",)),
    Question(since=AT - HOUR, until=AT + HOUR),
    Question(since=AT + HOUR),
]


@pytest.mark.parametrize("question", EVERY, ids=lambda each: f"{each.by}-{each.key[:6]}")
def test_what_is_kept_equals_what_is_counted_now(question: Question) -> None:
    found, period, at = kept(question), question.period(LATER), LATER
    named, over = question.grouping, Grouping(question.interval)
    assert found == Counted(
        at,
        trend.trend(period, question.interval),
        times.times(period, Grouping("")),
        times.times(period, over),
        times.times(period, named),
        deadlines.deadlines(period, at=at),
        deadlines.grouped(period, over, at=at),
        deadlines.grouped(period, named, at=at) if question.by else [],
        times.times(period.before, Grouping("")),
        deadlines.deadlines(period.before, at=at),
    )


def test_there_is_something_to_compare() -> None:
    """The twin of the test above: it would hold of nothing at all."""
    found = kept()
    assert found.whole[0].took["acknowledged"].median == 20 * MINUTE
    assert found.regimes[0] == REGIME
    assert kept(EVERY[-1]).before[0].incidents == 3


def test_what_is_kept_survives_a_change_of_names() -> None:
    question = Question(by="system")
    kept(question)
    found = keeping.find(question, Grouping("system", {"triage": "Front door"}), at=LATER).figures
    assert found is not None
    assert found.parts[0].title == "Front door"


@pytest.mark.parametrize("question", EVERY, ids=lambda each: f"{each.by}-{each.key[:6]}")
def test_a_question_is_read_as_it_was_kept(question: Question) -> None:
    ask(question)
    assert Question.read(row(question).question) == question


def test_questions_with_other_answers_have_other_keys() -> None:
    assert len({each.key for each in EVERY}) == len(EVERY)


def test_who_reads_one_system_gets_no_figures_of_others() -> None:
    kept()
    seen = Question(systems=("chat-bot",))
    assert ask(seen).figures is None
    assert kept(seen).incidents == 1


# --- freshness -----------------------------------------------------------------------------------


def test_so_many_questions_wait_and_no_more_but_the_usual_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keeping, "MOST_WAITING", 1)
    ask(Question(by="system"))
    assert ask(Question(by="source")) == Found(None, refused=True)
    assert ask().waits
    work()
    work()
    assert ask(Question(by="source")).waits


def test_what_is_fresh_is_shown_as_it_is() -> None:
    kept()
    found = ask(at=LATER + 4 * MINUTE)
    assert found.figures is not None
    assert (found.figures.at, found.waits) == (LATER, False)


def test_what_is_old_is_shown_and_counted_anew_once() -> None:
    kept()
    found = ask(at=LATER + 5 * MINUTE)
    assert found.figures is not None
    assert (found.figures.at, found.waits) == (LATER, True)
    ask(at=LATER + 6 * MINUTE)
    assert row().requested_at == LATER + 5 * MINUTE
    assert work(LATER + 6 * MINUTE)
    assert not work(LATER + 6 * MINUTE)


def test_newer_figures_have_what_happened_since() -> None:
    kept()
    factory.submit(factory.report(), at=LATER)
    ask(at=LATER + 5 * MINUTE)
    work(LATER + 6 * MINUTE)
    found = ask(at=LATER + 6 * MINUTE).figures
    assert found is not None
    assert (found.at, found.incidents) == (LATER + 6 * MINUTE, 4)


def test_what_takes_long_is_counted_a_tenth_of_the_time() -> None:
    kept()
    KeptFigures.objects.update(took=2 * MINUTE)
    assert not ask(at=LATER + 19 * MINUTE).waits
    assert ask(at=LATER + 20 * MINUTE).waits


def test_the_usual_page_is_counted_anew_while_somebody_looks_at_it() -> None:
    kept()
    keeping.keep_fresh(at=LATER + 23 * HOUR)
    assert work(LATER + 23 * HOUR)
    keeping.keep_fresh(at=LATER + 25 * HOUR)
    assert not work(LATER + 25 * HOUR)


def test_other_pages_are_counted_when_somebody_looks() -> None:
    kept(Question(by="system"))
    keeping.keep_fresh(at=LATER + HOUR)
    assert not work(LATER + HOUR)


def test_what_nobody_looks_at_is_dropped_after_days() -> None:
    kept()
    keeping.forget(before=LATER)
    assert KeptFigures.objects.exists()
    keeping.forget(before=LATER + MINUTE)
    assert not KeptFigures.objects.exists()


def test_the_worker_counts_and_the_retention_drops() -> None:
    ask()
    tasks.figures()
    assert row().state == State.COUNTED
    KeptFigures.objects.update(wanted_at=AT - timedelta(days=365))
    tasks.retain()
    assert not KeptFigures.objects.exists()


# --- crashes and faults --------------------------------------------------------------------------


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever counts dies over the deadlines."""

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setitem(PARTS, "deadlines", die)  # type: ignore[arg-type]
        yield


def died(at: datetime = LATER) -> None:
    with pytest.raises(KeyboardInterrupt):
        work(at)


def test_slices_go_on_where_the_last_one_ended() -> None:
    ask()
    for number in range(1, len(PARTS)):
        assert work(budget=timedelta(0))
        assert len(row().parts) == number
    assert work(budget=timedelta(0))
    assert (row().state, row().attempts) == (State.COUNTED, 0)


def test_what_is_counted_slice_by_slice_holds_as_of_its_beginning() -> None:
    ask()
    work(LATER, timedelta(0))
    work(LATER + 2 * MINUTE)
    assert (row().as_of, row().took) == (LATER, 2 * MINUTE)


def test_after_a_death_it_is_counted_from_the_start_when_the_lease_is_over(dying: None) -> None:
    ask()
    died()
    assert set(row().parts) == {"trend", "times"}
    assert not work(LATER + counting.LEASE - MINUTE / 2)
    died(LATER + counting.LEASE)
    assert row().began_at == LATER + counting.LEASE


def test_after_too_many_deaths_it_is_given_up_and_says_so(dying: None) -> None:
    ask()
    for number in range(counting.MOST_ATTEMPTS):
        died(LATER + number * counting.LEASE)
    assert not work(LATER + counting.MOST_ATTEMPTS * counting.LEASE)
    assert (row().state, row().error) == (
        State.FAILED,
        "The process died on it 3 times; see its log.",
    )


def failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("out of order")

    ask()
    with monkeypatch.context() as patched:
        patched.setitem(PARTS, "times", fail)  # type: ignore[arg-type]
        for number in range(counting.MOST_ATTEMPTS):
            assert work(LATER + number * HOUR)


def test_what_fails_is_tried_again_and_then_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    failed(monkeypatch)
    assert (row().state, row().error) == (State.FAILED, "RuntimeError: out of order")
    assert not ask(at=LATER + 2 * HOUR + MINUTE).waits


def test_what_failed_is_counted_again_when_somebody_wants_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failed(monkeypatch)
    keeping.ask_again(USUAL, at=LATER + 3 * HOUR)
    assert work(LATER + 3 * HOUR)
    assert (row().state, row().error) == (State.COUNTED, "")


def test_what_failed_is_counted_again_when_somebody_looks_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failed(monkeypatch)
    later = LATER + (counting.MOST_ATTEMPTS - 1) * HOUR + counting.AGAIN
    keeping.keep_fresh(at=later - MINUTE)
    assert row().state == State.FAILED
    keeping.keep_fresh(at=later)
    assert (row().state, row().error) == (State.WAITING, "")
    assert work(later)
    assert row().state == State.COUNTED


def test_what_did_not_fail_is_not_counted_again() -> None:
    kept()
    with pytest.raises(Conflict):
        keeping.ask_again(USUAL, at=LATER)
