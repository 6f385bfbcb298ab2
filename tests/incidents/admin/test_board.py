from datetime import datetime, timedelta
from typing import Any

import pytest

from incidents import selectors
from incidents.models import Clock, Incident
from tests import factory
from tests.incidents.admin.desk import Desk, rows, text

CLOCKS = "incidents_clock"


def titles(response: Any) -> list[str]:
    return [clock.title for clock in rows(response)]


def test_it_orders_as_the_board_does(incident: Incident, officer: Desk, now: datetime) -> None:
    factory.submit(factory.breach(now - 3 * factory.HOUR), at=now)
    shown = [clock.id for clock in rows(officer.list(CLOCKS))]
    assert shown == [clock.id for clock in selectors.board()]


def test_a_running_deadline_shows_time_left_zone_and_owner(
    incident: Incident, officer: Desk
) -> None:
    found = text(officer.list(CLOCKS))
    assert "in 6 h" in found
    assert "Legal counsel" in found
    assert incident.reference in found


def test_a_paused_one_says_until_when_at_the_latest(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    clock = factory.deadline(incident, "notify", "initial")
    factory.grant(clock, "pause", at=now, until=now + timedelta(days=3))
    found = text(officer.list(CLOCKS, standing="paused"))
    assert "stands still" in found
    assert f"{now + timedelta(days=3):%Y-%m-%d %H:%M} UTC" in found
    assert "moved" in found


def test_one_that_was_moved_carries_a_mark_with_what_was_counted(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    clock = factory.deadline(incident, "notify", "initial")
    factory.grant(clock, "delay", at=now, until=now + timedelta(days=3))
    assert f"Counted: {clock.legal_due:%Y-%m-%d %H:%M} UTC." in text(officer.list(CLOCKS))


def test_a_late_one_says_how_late(incident: Incident, officer: Desk, now: datetime) -> None:
    late = now - timedelta(days=3, hours=1)
    Clock.objects.filter(state="running").update(conservative_due=late, legal_due=late)
    assert "3 d 1 h late" in text(officer.list(CLOCKS))


def test_a_legal_zone_is_shown_beside_utc(incident: Incident, officer: Desk) -> None:
    Clock.objects.filter(state="running").update(zone="Europe/Brussels")
    found = text(officer.list(CLOCKS))
    assert "Europe/Brussels" in found
    assert " UTC" in found


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"standing": "running"}, 2),
        ({"standing": "running", "duty__shadow__exact": "0"}, 1),
        ({"standing": "not_started"}, 2),
        ({"standing": "overdue"}, 0),
        ({"standing": "nonsense"}, 4),
        ({"owner": "legal-counsel"}, 4),
        ({"owner": "executive"}, 0),
        ({"regime": "breach"}, 3),
        ({"regime": "harm"}, 0),
        ({"severity": "SEV2"}, 4),
        ({"severity": "SEV1"}, 0),
        ({"duty__shadow__exact": "1"}, 1),
        ({"q": "went wrong"}, 4),
        ({"q": "INC-1999"}, 0),
    ],
)
def test_filters_and_search_narrow_it(
    incident: Incident, officer: Desk, query: dict[str, str], count: int
) -> None:
    assert len(titles(officer.list(CLOCKS, **query))) == count


def test_an_empty_one_says_what_to_do(now: datetime, officer: Desk) -> None:
    assert "report an incident over the API" in text(officer.list(CLOCKS))


def test_it_opens_without_policies_in_force(db: None, officer: Desk) -> None:
    assert officer.list(CLOCKS).status_code == 200


def test_its_queries_do_not_grow_with_its_rows(
    now: datetime, officer: Desk, django_assert_max_num_queries: Any
) -> None:
    for _ in range(8):
        factory.submit(factory.breach(now - factory.HOUR), at=now)
    officer.list(CLOCKS)  # the first look of the hour is put on record
    with django_assert_max_num_queries(22):  # one for each part of its order, and for each tally
        assert len(titles(officer.list(CLOCKS))) > 20
