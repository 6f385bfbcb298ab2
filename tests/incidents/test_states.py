"""How states read at an instant (pure)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from incidents.models import Clock, Incident
from incidents.states import LABELS, TRANSITIONS, Standing, standing
from tests.factory import AT, HOUR

MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Row:
    """Due after eight hours, at risk after six."""

    state: str
    legal_due: datetime | None = AT + 8 * HOUR
    at_risk_from: datetime | None = AT + 6 * HOUR
    fulfilled_at: datetime | None = None
    paused_until: datetime | None = None


PAUSED = Row("paused", paused_until=AT + 7 * HOUR)
PROMPT = Row("running", legal_due=None, at_risk_from=None)


@pytest.mark.parametrize(
    ("row", "after", "shadow", "expected"),
    [
        (Row("not_started", None, None), timedelta(days=99), False, "not_started"),
        (Row("cancelled"), 9 * HOUR, False, "cancelled"),
        (Row("running"), timedelta(), False, "running"),
        (Row("running"), 6 * HOUR - MICROSECOND, False, "running"),
        (Row("running"), 6 * HOUR, False, "at_risk"),
        (Row("running"), 8 * HOUR - MICROSECOND, False, "at_risk"),
        (Row("running"), 8 * HOUR, False, "overdue"),
        (Row("running"), 99 * HOUR, False, "overdue"),
        (Row("running"), 99 * HOUR, True, "running"),
        (PROMPT, 99 * HOUR, False, "running"),
        (PAUSED, 6 * HOUR, False, "paused"),
        (PAUSED, 7 * HOUR - MICROSECOND, True, "paused"),
        (PAUSED, 7 * HOUR, False, "at_risk"),
        (PAUSED, 8 * HOUR, False, "overdue"),
        (Row("fulfilled", fulfilled_at=AT + 8 * HOUR - MICROSECOND), 99 * HOUR, False, "met"),
        (Row("fulfilled", fulfilled_at=AT + 8 * HOUR), 9 * HOUR, False, "met_late"),
        (Row("fulfilled", None, None, AT + 99 * HOUR), 99 * HOUR, False, "met"),
        (Row("fulfilled", fulfilled_at=AT + 9 * HOUR), 99 * HOUR, True, "met_late"),
    ],
)
def test_a_clock_stands_so(row: Row, after: timedelta, expected: str, *, shadow: bool) -> None:
    assert standing(row, at=AT + after, shadow=shadow) == expected


def test_every_standing_has_a_label() -> None:
    assert set(LABELS) == set(Standing)


def test_every_state_of_a_clock_has_a_standing() -> None:
    for state in Clock.State.values:
        assert standing(Row(state), at=AT, shadow=False) in Standing


def test_every_state_of_an_incident_has_its_ways() -> None:
    assert set(TRANSITIONS) == set(Incident.State.values)


def test_no_way_leads_out_of_closed() -> None:
    assert TRANSITIONS["closed"] == frozenset()


@pytest.mark.parametrize("state", sorted(set(TRANSITIONS) - {"closed"}))
def test_every_state_can_be_closed(state: str) -> None:
    assert "closed" in TRANSITIONS[state]
