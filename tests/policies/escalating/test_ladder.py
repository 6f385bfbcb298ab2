"""Which steps follow one another, and until when it is quiet."""

from datetime import timedelta
from typing import Any

import pytest

from policies import ladder, quiet
from policies.documents.escalation_matrix import Response
from policies.release import PLAIN_CALENDAR
from tests import factory
from tests.policies.escalating.matrices import BRUSSELS, matrix, utc

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
AT = utc("2026-11-23T08:00")
STEPS = [{"after": "PT10M", "notify": ["executive"]}, {"after": "PT30M", "everyone": True}]
CALENDARS = factory.release().calendars


def sev1(**more: Any) -> Response:
    return matrix(levels={"SEV1": {"steps": STEPS, **more}}).levels["SEV1"]


def climbed(response: Response, until: timedelta) -> list[tuple[int, int, timedelta]]:
    """(number, repetition, after) of every step told in time until then."""
    rung = ladder.first(response, AT)
    found = []
    while rung is not None and rung.due - AT <= until:
        found.append((rung.number, rung.again, rung.due - AT))
        rung = ladder.following(response, rung.number, due=rung.due, at=rung.due)
    return found


def test_a_ladder_without_repetition_ends() -> None:
    assert climbed(sev1(), 9 * HOUR) == [(1, 0, 10 * MINUTE), (2, 0, 30 * MINUTE)]


def test_the_last_step_is_repeated_until_somebody_acknowledges() -> None:
    found = climbed(sev1(repeat={"every": "PT15M"}), HOUR)
    assert found[2:] == [(3, 1, 45 * MINUTE), (4, 2, 60 * MINUTE)]


def test_repetitions_may_be_counted() -> None:
    assert len(climbed(sev1(repeat={"every": "PT15M", "times": 2}), 9 * HOUR)) == 4


@pytest.mark.parametrize(
    ("late", "number", "after"),
    [(0, 3, 15), (14, 3, 15), (15, 4, 30), (44, 5, 45), (600, 43, 615)],
)
def test_repetitions_that_were_missed_are_left_out(late: int, number: int, after: int) -> None:
    response = sev1(repeat={"every": "PT15M"})
    rung = ladder.following(response, 2, due=AT, at=AT + late * MINUTE)
    assert rung == ladder.Rung(number, number - 2, AT + after * MINUTE)


def test_the_last_step_tells_every_role() -> None:
    step = ladder.step(sev1(), 2)
    assert step is not None
    assert set(step.notify) == set(matrix().roles)


def test_a_repetition_tells_the_last_step() -> None:
    assert ladder.step(sev1(), 9) == ladder.step(sev1(), 2)


def test_a_level_without_steps_has_no_ladder() -> None:
    assert ladder.first(matrix().levels["SEV3"], AT) is None


# --- working hours -------------------------------------------------------------------------------

HOURS = {"calendar": "office", "from": "09:00", "to": "17:00"}


def at_night(**more: Any) -> Any:
    outside = {"lead": "executive", **more}
    return matrix(working_hours=HOURS, levels={"SEV1": {"outside_hours": outside}})


@pytest.mark.parametrize(
    ("at", "lead"),
    [
        ("2026-11-23T07:59", "executive"),  # Monday, 08:59 in Brussels
        ("2026-11-23T08:00", "incident-commander"),
        ("2026-11-23T15:59", "incident-commander"),
        ("2026-11-23T16:00", "executive"),
        ("2026-11-22T12:00", "executive"),  # Sunday
        ("2026-12-25T12:00", "executive"),  # a holiday
        ("2040-12-25T12:00", "incident-commander"),  # a Tuesday that the calendar does not cover
    ],
)
def test_outside_the_working_hours_another_answer_holds(at: str, lead: str) -> None:
    assert ladder.response(at_night(), "SEV1", CALENDARS, utc(at)).lead == lead


def test_what_the_variant_leaves_out_is_as_within_the_hours() -> None:
    plain = at_night().levels["SEV1"]
    assert plain.outside.steps == plain.steps
    assert plain.outside.acknowledge_within == plain.acknowledge_within


def test_a_shorter_variant_goes_on_with_its_last_step() -> None:
    outside = at_night(steps=[{"after": "PT5M", "notify": ["executive"]}]).levels["SEV1"].outside
    told = [(step.after, step.notify) for step in outside.steps]
    assert told == [
        (5 * MINUTE, ("executive",)),
        (30 * MINUTE, ("executive",)),
        (24 * HOUR, ("executive",)),
    ]


# --- overdue -------------------------------------------------------------------------------------


def test_by_default_overdue_goes_on_to_the_executive_after_a_day() -> None:
    watch = matrix().watch
    assert ladder.overdue(watch, timedelta()) == ("compliance-officer",)
    assert ladder.overdue(watch, timedelta(days=1)) == ("compliance-officer", "executive")


def test_by_default_overdue_is_said_every_day() -> None:
    late, found = timedelta(), []
    for _ in range(3):
        late = ladder.overdue_next(matrix().watch, late)
        found.append(late)
    assert found == [timedelta(days=1), timedelta(days=2), timedelta(days=3)]


@pytest.mark.parametrize(
    ("late", "following"),
    [(0, 2), (1, 2), (2, 5), (5, 6), (5.5, 6), (9, 10)],
)
def test_the_ladder_of_a_duty_repeats_after_its_last_step(late: float, following: float) -> None:
    steps = [
        {"after": after, "notify": ["executive"]} for after in ("PT0S", "PT2H", "PT5H")
    ]  # fmt: skip
    given = matrix(duties={"overdue": {"steps": steps, "repeat": {"every": "PT1H"}}})
    assert ladder.overdue_next(given.watch, late * HOUR) == following * HOUR


# --- quiet ---------------------------------------------------------------------------------------

NIGHT = {"hours": {"from": "22:00", "to": "07:00"}, "zone": BRUSSELS}


def quiet_until(at: str, **more: Any) -> str:
    given = {**NIGHT, **more}
    if "calendar" in more:
        del given["zone"]
    rule = matrix(levels={"SEV3": {"quiet": given}}).levels["SEV3"].quiet
    assert rule is not None
    until = quiet.until(rule, CALENDARS.get(rule.calendar, PLAIN_CALENDAR), utc(at))
    return f"{until:%m-%dT%H:%M}" if until else ""


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-11-23T20:59", ""),
        ("2026-11-23T21:00", "11-24T06:00"),
        ("2026-11-24T05:59", "11-24T06:00"),
        ("2026-11-24T06:00", ""),
        ("2027-03-27T23:00", "03-28T05:00"),  # the clocks go forward in this night
        ("2027-10-30T22:00", "10-31T06:00"),  # and back in this one
    ],
)
def test_the_night_is_quiet_until_the_morning(at: str, until: str) -> None:
    assert quiet_until(at) == until


def test_hours_of_one_day_are_quiet_too() -> None:
    assert quiet_until("2026-11-23T11:30", hours={"from": "12:00", "to": "13:00"}) == "11-23T12:00"


def test_a_quiet_day_joins_the_nights_around_it() -> None:
    found = quiet_until("2026-11-27T22:00", days=["saturday", "sunday"])
    assert found == "11-30T06:00"


def test_the_days_that_a_calendar_does_not_work_are_quiet() -> None:
    assert quiet_until("2026-12-24T22:00", calendar="office") == "12-28T06:00"


def test_what_would_be_quiet_for_good_is_not_quiet() -> None:
    assert quiet_until("2026-11-23T21:00", hours={"from": "00:00", "to": "00:00"}) == ""
