"""The SQL of standings against the function that defines them."""

from datetime import datetime, timedelta

import pytest

from incidents.admin import standings
from incidents.models import Clock, Duty, Incident
from incidents.states import Standing, standing
from tests import factory

HOUR = timedelta(hours=1)
CASES: dict[str, dict[str, object]] = {
    "waits": {"state": "not_started"},
    "cancelled": {"state": "cancelled"},
    "runs without a number": {"state": "running", "due": None},
    "runs with time left": {"state": "running", "due": HOUR, "risk": HOUR / 2},
    "runs without a risk time": {"state": "running", "due": HOUR},
    "is at risk from this instant": {"state": "running", "due": HOUR, "risk": timedelta()},
    "is at risk": {"state": "running", "due": HOUR, "risk": -HOUR},
    "is overdue from this instant": {"state": "running", "due": timedelta(), "risk": -HOUR},
    "is overdue": {"state": "running", "due": -HOUR, "risk": -2 * HOUR},
    "stands still": {"state": "paused", "due": HOUR, "risk": -HOUR, "until": HOUR / 2},
    "stood still until this instant": {"state": "paused", "due": HOUR, "until": timedelta()},
    "stood still and is late": {"state": "paused", "due": -HOUR, "until": -2 * HOUR},
    "is met": {"state": "fulfilled", "due": HOUR, "sent": -HOUR},
    "is met without a number": {"state": "fulfilled", "due": None, "sent": -HOUR},
    "is met at the legal end": {"state": "fulfilled", "due": -HOUR, "sent": -HOUR},
    "is met late": {"state": "fulfilled", "due": -2 * HOUR, "sent": -HOUR},
}


def place(incident: Incident, at: datetime, case: dict[str, object], *, shadow: bool) -> Clock:
    clock = factory.deadline(incident, "notify", "initial")
    if case["state"] == "paused":
        factory.grant(clock, "pause", at=at, until=at + 9 * HOUR)
    legal, risk, sent, until = (
        at + value if isinstance(value := case.get(name), timedelta) else None
        for name in ("due", "risk", "sent", "until")
    )
    Clock.objects.filter(id=clock.id).update(
        state=case["state"],
        conservative_due=legal,
        legal_due=legal,
        at_risk_from=risk,
        fulfilled_at=sent,
        waiting_since=at if case["state"] == "not_started" else None,
        paused_since=at - 3 * HOUR,
        paused_until=until,
    )
    Duty.objects.filter(id=clock.duty_id).update(shadow=shadow)
    return Clock.objects.select_related("duty").get(id=clock.id)


@pytest.mark.parametrize("shadow", [False, True])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_clock_matches_the_condition_of_its_own_standing_and_of_no_other(
    incident: Incident, now: datetime, case: dict[str, object], shadow: bool
) -> None:
    clock = place(incident, now, case, shadow=shadow)
    matching = [
        each
        for each in Standing
        if Clock.objects.filter(standings.condition(each, at=now), id=clock.id).exists()
    ]
    assert matching == [standing(clock, at=now, shadow=shadow)]


def test_shadow_clocks_are_not_counted(incident: Incident, now: datetime) -> None:
    place(incident, now, CASES["is overdue"], shadow=True)
    assert standings.counts(at=now)[Standing.OVERDUE] == 0


def test_overdue_clocks_are_counted(incident: Incident, now: datetime) -> None:
    place(incident, now, CASES["is overdue"], shadow=False)
    assert standings.counts(at=now)[Standing.OVERDUE] == 1
