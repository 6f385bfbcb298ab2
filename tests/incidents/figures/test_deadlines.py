from datetime import datetime
from typing import Final

import pytest

from incidents.figures.deadlines import Row, deadlines, grouped, together
from incidents.figures.period import Grouping, Period
from incidents.models import Clock, Duty, Incident
from incidents.states import Standing, standing
from tests import factory
from tests.factory import AT, HOUR

pytestmark = pytest.mark.django_db

PERIOD: Final = Period(AT - HOUR, AT + HOUR)


@pytest.fixture(autouse=True)
def _house() -> None:
    factory.install()


def row(at: datetime) -> Row:
    (found,) = deadlines(PERIOD, at=at)
    return found


def initial() -> Clock:
    """Its legal due is eight hours after we became aware."""
    return factory.deadline(factory.submit(factory.breach(system="chat-bot")), "notify", "initial")


def test_where_nothing_is_due_there_is_no_share() -> None:
    initial()
    assert (row(AT).due, row(AT).in_time) == (0, None)


def test_what_was_sent_before_its_time_is_met() -> None:
    factory.fulfil(initial(), AT + 2 * HOUR)
    found = row(AT + 3 * HOUR)
    assert (found.met, found.in_time, found.took, found.left) == (1, 1.0, 2 * HOUR, 6 * HOUR)


def test_what_was_sent_at_the_very_end_is_late() -> None:
    clock = initial()
    assert clock.legal_due is not None
    factory.fulfil(clock, clock.legal_due)
    assert (row(AT + 9 * HOUR).met_late, row(AT + 9 * HOUR).in_time) == (1, 0.0)


def test_what_is_overdue_counts_though_nothing_was_sent() -> None:
    initial()
    found = row(AT + 9 * HOUR)
    assert (found.overdue, found.in_time) == (1, 0.0)


def test_duties_in_shadow_do_not_count() -> None:
    initial()
    Duty.objects.update(shadow=True, shadow_because="Not yet in force.")
    assert deadlines(PERIOD, at=AT) == []


def test_the_figures_say_what_the_board_says() -> None:
    for hours in range(4):
        factory.fulfil(initial(), AT + hours * 4 * HOUR)
    initial()
    at = AT + 9 * HOUR
    stands = [
        standing(clock, at=at, shadow=clock.duty.shadow)
        for clock in Clock.objects.select_related("duty").filter(optional=False)
    ]
    found = row(at)
    assert (found.met, found.met_late, found.overdue) == (
        stands.count(Standing.MET),
        stands.count(Standing.MET_LATE),
        stands.count(Standing.OVERDUE),
    )
    assert found.open == len(stands) - found.due - stands.count(Standing.CANCELLED)


def test_a_pause_is_over_at_its_enforced_end() -> None:
    factory.grant(initial(), "pause", until=AT + 4 * HOUR)
    assert (row(AT + 3 * HOUR).overdue, row(AT + 40 * HOUR).overdue) == (0, 1)


def test_groups_are_of_all_regimes_together() -> None:
    initial()
    (found,) = grouped(PERIOD, Grouping("system"), at=AT + 9 * HOUR)
    assert (found.part, found.overdue) == ("chat-bot", 1)


def test_an_incident_counts_in_each_of_its_groups() -> None:
    modes = ["data-leak", "drift"]
    initial()
    Incident.objects.update(report={"failure_modes": modes})
    found = grouped(PERIOD, Grouping("failure_mode"), at=AT + 9 * HOUR)
    assert [(row.part, row.overdue) for row in found] == [(mode, 1) for mode in modes]


def test_months_go_by_the_report() -> None:
    initial()
    (found,) = grouped(PERIOD, Grouping("month"), at=AT)
    assert found.part == f"{AT:%Y-%m}-01"


def test_all_together_are_added_up() -> None:
    rows = [Row("a", 1, 2, 3, 4, None, None), Row("b", 1, 1, 1, 1, None, None)]
    assert together(rows) == Row("", 2, 3, 4, 5, None, None)
