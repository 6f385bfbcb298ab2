"""When a stage is due, given what has been recorded (pure)."""

from datetime import UTC, datetime, timedelta

import pytest

from policies import deadlines
from policies.deadlines import Running, Waiting
from policies.documents.obligation_policy import Stage
from tests import factory
from tests.factory import AT, HOUR, MINUTE

LIMITS = "limits: [{from: aware, hours: 8, counting: elapsed}]"
DORA = """limits:
            - {from: aware, hours: 24, counting: elapsed}
            - {from: classified, hours: 4, counting: elapsed}"""


def stage(name: str = "initial", *, limits: str = LIMITS, **edits: str) -> Stage:
    text = factory.text("breach", (LIMITS, limits), *edits.items())
    stages: tuple[Stage, ...] = factory.document(text).spec.duties[0].stages
    return next(each for each in stages if each.id == name)


def running(given: Stage, facts: dict[str, object] | None = None, **starts: datetime) -> Running:
    found = deadlines.clock(given, starts=starts, facts=facts or {}, release=factory.release())
    assert isinstance(found, Running)
    return found


def waiting(given: Stage, facts: dict[str, object] | None = None, **starts: datetime) -> Waiting:
    found = deadlines.clock(given, starts=starts, facts=facts or {}, release=factory.release())
    assert isinstance(found, Waiting)
    return found


def test_a_clock_counts_from_its_moment() -> None:
    found = running(stage(), aware=AT)
    assert (found.started_at, found.legal_due, found.conservative_due) == (
        AT,
        AT + 8 * HOUR,
        AT + 8 * HOUR,
    )


def test_a_clock_says_what_counted_it() -> None:
    limit = "limits: [{from: aware, days: 2, counting: eu-1182, calendar: office}]"
    found = running(stage(limits=limit), aware=AT)
    assert (found.counting, found.calendar, found.zone, found.period, found.anchor) == (
        "eu-1182",
        "office@1.0.0",
        "Europe/Brussels",
        "2 days",
        "aware",
    )


def test_a_clock_without_its_moment_waits_for_it() -> None:
    assert waiting(stage(), occurred=AT).for_anchors == ("aware",)


def test_of_several_limits_the_earliest_counts() -> None:
    given = stage(limits=DORA)
    assert running(given, aware=AT, classified=AT + HOUR).legal_due == AT + 5 * HOUR
    assert running(given, aware=AT, classified=AT + 21 * HOUR).legal_due == AT + 24 * HOUR


def test_of_limits_that_end_alike_the_earliest_warning_counts() -> None:
    """Both end at the noon after the weekend; the four hours of the Saturday warn first."""
    limits = """limits:
            - {from: aware, hours: 24, counting: dora-5-4, calendar: office}
            - {from: classified, hours: 4, counting: dora-5-4, calendar: office}"""
    friday = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    found = running(stage(limits=limits), aware=friday, classified=friday + 13 * HOUR)
    assert found.legal_due == datetime(2026, 11, 30, 11, 0, tzinfo=UTC)
    assert found.conservative_due == friday + 17 * HOUR


def test_one_recorded_moment_is_enough_to_start() -> None:
    assert running(stage(limits=DORA), classified=AT).anchor == "classified"


def test_with_no_moment_it_waits_for_any() -> None:
    assert waiting(stage(limits=DORA)).for_anchors == ("aware", "classified")


CONDITIONAL = """limits:
            - {from: aware, hours: 8, counting: elapsed}
            - {from: aware, hours: 2, counting: elapsed, when: {impact.reversible: false}}"""


@pytest.mark.parametrize(
    ("facts", "hours"),
    [
        ({"impact": {"reversible": False}}, 2),
        ({"impact": {"reversible": True}}, 8),
        ({}, 2),  # it might apply
    ],
)
def test_a_limit_holds_under_its_condition_and_in_doubt(
    facts: dict[str, object], hours: int
) -> None:
    assert running(stage(limits=CONDITIONAL), facts, aware=AT).legal_due == AT + hours * HOUR


def test_a_chained_stage_waits_for_the_submission_of_the_earlier_one() -> None:
    assert waiting(stage("final"), aware=AT).for_anchors == ("submitted:initial",)


def test_a_chained_stage_counts_from_the_submission() -> None:
    starts = {"submitted:initial": AT}
    assert running(stage("final"), {}, **starts).legal_due == AT + 24 * HOUR


def test_the_target_is_our_own_and_earlier() -> None:
    assert running(stage(), aware=AT).target_due == AT + 3 * HOUR


def test_a_prompt_stage_has_a_start_and_no_due_time() -> None:
    given = factory.document(factory.text("harm")).spec.duties[0].stages[1]
    found = running(given, aware=AT)
    assert (found.legal_due, found.conservative_due, found.target_due) == (
        None,
        None,
        AT + 30 * HOUR,
    )
    assert deadlines.reminders(given, found) == []
    assert deadlines.at_risk_from(found) is None


def test_reminders_lie_within_the_period_in_order() -> None:
    given = stage(**{'["50%", "1 hour before"]': '["1 hour before", "50%", "9 hours before"]'})
    found = running(given, aware=AT)
    assert deadlines.reminders(given, found) == [
        ("50%", AT + 4 * HOUR),
        ("1 hour before", AT + 7 * HOUR),
    ]


def test_a_clock_is_at_risk_when_three_quarters_are_gone() -> None:
    assert deadlines.at_risk_from(running(stage(), aware=AT)) == AT + 6 * HOUR


def test_the_conservative_time_is_never_later_than_the_legal_one() -> None:
    limit = "limits: [{from: aware, hours: 72, counting: eu-1182, calendar: office}]"
    found = running(stage(limits=limit), aware=AT + 20 * MINUTE)
    assert found.conservative_due == AT + 20 * MINUTE + 72 * HOUR
    assert found.legal_due == AT + 73 * HOUR


@pytest.mark.parametrize(
    ("limit", "days"),
    [("days: 8, counting: eu-1182", 8), ("business_days: 3, counting: business-days", 3)],
)
def test_beyond_the_calendar_plain_days_are_counted_and_said(limit: str, days: int) -> None:
    given = stage(limits=f"limits: [{{from: aware, {limit}, calendar: office}}]")
    start = AT - timedelta(days=3650)
    found = running(given, aware=start)
    assert found.legal_due == found.conservative_due == start + timedelta(days=days)
    assert found.counting.endswith(", without calendar")
