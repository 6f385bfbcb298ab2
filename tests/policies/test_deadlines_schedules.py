"""Limits that lapse, stages that recur, go to several recipients or depend on facts (pure)."""

from datetime import UTC, datetime, timedelta

import pytest

from policies import deadlines
from policies.deadlines import NotOwed, Running, Sent, Waiting
from policies.documents.obligation_policy import Stage
from tests import factory, schedules
from tests.factory import AT, HOUR
from tests.schedules import DAY, WEEK, stage


def clock(
    given: Stage,
    facts: dict[str, object] | None = None,
    previous: Sent | None = None,
    **starts: datetime,
) -> Running | Waiting | NotOwed:
    return deadlines.clock(
        given,
        starts={name.replace("__", ":"): at for name, at in starts.items()},
        facts=facts or {},
        release=factory.release(),
        previous=previous,
    )


def running(
    given: Stage,
    facts: dict[str, object] | None = None,
    previous: Sent | None = None,
    **starts: datetime,
) -> Running:
    found = clock(given, facts, previous, **starts)
    assert isinstance(found, Running)
    return found


# --- a limit that lapses -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("classified", "due", "anchor"),
    [
        (None, 24, "aware"),  # until it is recorded, the limit stands
        (1, 5, "classified"),
        (21, 24, "aware"),  # within the 24 hours, which then count first
        (24, 24, "aware"),  # at the very end it stands
        (30, 34, "classified"),
    ],
)
def test_a_limit_lapses_when_its_moment_came_after_its_period(
    classified: int | None, due: int, anchor: str
) -> None:
    moments = {} if classified is None else {"classified": AT + classified * HOUR}
    found = running(stage("major", "initial"), aware=AT, **moments)
    assert (found.legal_due, found.anchor) == (AT + due * HOUR, anchor)


def test_a_limit_lapses_by_its_plain_period_and_not_by_the_rolled_one() -> None:
    rolled = (
        "{from: aware, hours: 24, counting: elapsed, unless_later: classified}",
        "{from: aware, days: 2, counting: eu-1182, calendar: office, unless_later: classified}",
    )
    friday = datetime(2026, 12, 11, 14, tzinfo=UTC)
    given = stage("major", "initial", rolled)
    assert running(given, aware=friday).legal_due == datetime(2026, 12, 15, 23, tzinfo=UTC)
    sunday = friday + 49 * HOUR
    assert running(given, aware=friday, classified=sunday).legal_due == sunday + 4 * HOUR


def test_a_limit_of_working_days_lapses_by_plain_days() -> None:
    working = (
        "{from: aware, hours: 24, counting: elapsed, unless_later: classified}",
        "{from: aware, business_days: 1, counting: business-days, calendar: office, "
        "unless_later: classified}",
    )
    given = stage("major", "initial", working, ("hours: 4,", "hours: 40,"))
    assert running(given, aware=AT, classified=AT + 24 * HOUR).anchor == "aware"
    assert running(given, aware=AT, classified=AT + 25 * HOUR).anchor == "classified"


def test_without_its_start_a_limit_that_may_lapse_is_waited_for() -> None:
    assert clock(stage("major", "initial")) == Waiting(("aware", "classified"))


# --- a stage that recurs -----------------------------------------------------------------------

SUBMITTED = AT
DUE = AT + 4 * WEEK


def test_the_first_occurrence_counts_from_its_anchor() -> None:
    found = running(stage("model", "intermediate"), submitted__initial=SUBMITTED)
    assert (found.legal_due, found.anchor, found.period) == (DUE, "submitted:initial", "4 weeks")


def test_the_first_occurrence_waits_for_its_anchor() -> None:
    assert clock(stage("model", "intermediate"), aware=AT) == Waiting(("submitted:initial",))


@pytest.mark.parametrize(
    ("sent", "start", "anchor"),
    [
        (AT + WEEK, AT + WEEK, "submitted:intermediate"),  # early
        (DUE, DUE, "submitted:intermediate"),
        (DUE + DAY, DUE, "due:intermediate"),  # late: the schedule stays
        (DUE + 9 * WEEK, DUE, "due:intermediate"),
    ],
)
def test_the_next_counts_from_the_earlier_of_submission_and_due_time(
    sent: datetime, start: datetime, anchor: str
) -> None:
    found = running(stage("model", "intermediate"), previous=Sent(sent, DUE))
    assert (found.started_at, found.legal_due, found.anchor) == (start, start + 4 * WEEK, anchor)


def test_the_next_of_one_that_never_started_counts_from_its_submission() -> None:
    found = running(stage("model", "intermediate"), previous=Sent(AT, None))
    assert found.legal_due == AT + 4 * WEEK


def test_after_a_late_one_that_counts_days_the_same_weekday_is_due() -> None:
    days = ("{weeks: 4, counting: elapsed}", "{weeks: 4, counting: calendar-days}")
    given = stage("model", "intermediate", days)
    first = running(given, submitted__initial=datetime(2026, 1, 5, 10, tzinfo=UTC))
    assert first.legal_due == datetime(2026, 2, 3, tzinfo=UTC)  # the end of Monday the 2nd
    late = Sent(first.legal_due + 5 * DAY, first.legal_due)
    assert running(given, previous=late).legal_due == datetime(2026, 3, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("resolved", "owed"),
    [(AT + DAY, False), (DUE - HOUR, False), (DUE, True), (DUE + DAY, True)],
)
def test_the_end_ends_what_was_not_due_before_it(resolved: datetime, owed: bool) -> None:
    found = clock(stage("model", "intermediate"), submitted__initial=SUBMITTED, resolved=resolved)
    assert isinstance(found, NotOwed) is not owed


def test_the_end_ends_what_still_waits() -> None:
    found = clock(stage("model", "intermediate"), resolved=AT)
    assert found == NotOwed("The moment 'resolved' has come, which ends these reports.")


@pytest.mark.parametrize(
    ("name", "moments", "over"),
    [("initial", {}, True), ("intermediate", {}, False), ("intermediate", {"resolved": AT}, True)],
)
def test_a_stage_has_no_further_occurrence_once_it_is_over(
    name: str, moments: dict[str, datetime], over: bool
) -> None:
    assert deadlines.ended(stage("model", name), moments) is over


# --- a stage that depends on facts -------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"personal_data": {"risk": "high"}}, ()),
        ({}, ("personal_data.risk",)),  # in doubt it is owed, and says what would settle it
        ({"personal_data": {"risk": "likely"}}, "The condition of the stage does not hold."),
    ],
)
@pytest.mark.parametrize("moments", [{"aware": AT}, {}])
def test_a_stage_is_owed_unless_its_condition_is_false(
    facts: dict[str, object], found: object, moments: dict[str, datetime]
) -> None:
    given = clock(stage("people", "people"), facts, **moments)
    assert (given.because if isinstance(given, NotOwed) else given.missing) == found


def test_the_condition_of_a_stage_does_not_move_its_due_time() -> None:
    given = stage("people", "people")
    certain = running(given, {"personal_data": {"risk": "high"}}, aware=AT)
    assert certain.legal_due == running(given, aware=AT).legal_due == AT + timedelta(hours=12)


def test_a_prompt_stage_may_depend_on_facts_too() -> None:
    prompt = (
        "limits: [{from: aware, hours: 12, counting: elapsed}]",
        "promptly: true\n          from: aware",
    )
    given = stage("people", "people", prompt)
    assert running(given, {"personal_data": {"risk": "high"}}, aware=AT).legal_due is None
    assert isinstance(clock(given, {"personal_data": {"risk": "likely"}}, aware=AT), NotOwed)


# --- several recipients ------------------------------------------------------------------------


def test_what_follows_several_submissions_counts_from_the_one_it_is_given() -> None:
    found = running(stage("both", "final"), submitted__warning=AT)
    assert found.legal_due == AT + 72 * HOUR


def test_these_policies_work_with_those_of_the_house() -> None:
    names = ("both", "major", "model", "people")
    release = factory.release(**{name: schedules.text(name) for name in names})
    assert len(release.obligations) == len(factory.release().obligations) + len(names)
