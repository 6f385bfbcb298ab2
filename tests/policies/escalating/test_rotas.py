"""Whose turn it is: tables, and what holds of every rota, clock changes included."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.documents.escalation_matrix import Rota
from policies.on_call import turn_at
from tests.policies.escalating.matrices import BRUSSELS, override, rota, utc

WEEKLY = rota("2026-11-02T09:00")


def member(rota_: Rota, at: str) -> str | None:
    turn = turn_at(rota_, utc(at))
    return turn.member if turn else None


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-11-02T07:59", None),  # 08:59 in Brussels: the rota has not begun
        ("2026-11-02T08:00", "ann"),
        ("2026-11-09T07:59", "ann"),
        ("2026-11-09T08:00", "ben"),
        ("2026-11-16T08:00", "ann"),
        ("2031-11-03T08:00", "ben"),
    ],
)
def test_turns_follow_one_another(at: str, who: str | None) -> None:
    assert member(WEEKLY, at) == who


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2027-03-29T06:59", "ann"),  # summer time since the day before: 08:59 in Brussels
        ("2027-03-29T07:00", "ben"),  # 21 weeks after the start
        ("2027-10-25T07:00", "ben"),
        ("2027-11-01T07:59", "ben"),  # winter time again
        ("2027-11-01T08:00", "ann"),
    ],
)
def test_a_handover_stays_at_its_local_time(at: str, who: str) -> None:
    assert member(WEEKLY, at) == who


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-11-04T12:00", "ann"),
        ("2026-11-06T16:59", "ann"),
        ("2026-11-06T17:00", "ben"),
        ("2026-11-13T16:59", "ben"),
        ("2026-11-13T17:00", "ann"),
    ],
)
def test_a_weekly_handover_falls_on_its_day(at: str, who: str) -> None:
    friday = rota("2026-11-04T10:00", turn=None, handover=(4, time(18)))
    assert member(friday, at) == who


def test_an_override_takes_the_turn_and_gives_it_back() -> None:
    with_override = rota(
        "2026-11-02T09:00",
        overrides=(override("2026-11-03T00:00", "2026-11-04T00:00", "cy"),),
    )
    found = [member(with_override, f"2026-11-0{day}T23:30") for day in (2, 3)]
    assert found == ["cy", "ann"]


def test_a_turn_says_when_it_ends() -> None:
    turn = turn_at(WEEKLY, utc("2026-11-03T00:00"))
    assert turn is not None
    assert turn.end == utc("2026-11-09T08:00")


def test_a_rota_that_has_ended_has_nobody() -> None:
    ended = rota("2026-11-02T09:00", until=datetime(2026, 11, 5))  # noqa: DTZ001 - a local time
    assert member(ended, "2026-11-04T23:00") is None
    assert member(ended, "2026-11-04T22:59") == "ann"


ZONES = ["Europe/Brussels", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]
STARTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(second=0, microsecond=0)
)
MEMBERS = st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=4, unique=True)
TURNS = st.one_of(
    st.builds(lambda hours: {"turn": timedelta(hours=hours)}, st.integers(1, 400)),
    st.builds(
        lambda day, hour, minute: {"turn": None, "handover": (day, time(hour, minute))},
        st.integers(0, 6),
        st.integers(0, 23),
        st.sampled_from([0, 15, 30]),
    ),
)
ROTAS = st.builds(
    lambda start, zone, members, turns: Rota(
        id="r", zone=zone, start=start, members=tuple(members), **turns
    ),
    STARTS,
    st.sampled_from(ZONES),
    MEMBERS,
    TURNS,
)
LATER = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


def begin(rota_: Rota) -> datetime:
    return rota_.start.replace(tzinfo=ZoneInfo(rota_.zone)).astimezone(ZoneInfo("UTC"))


@settings(max_examples=300, deadline=None)
@given(rota_=ROTAS, later=LATER)
def test_of_each_instant_one_member_has_the_turn_and_the_turn_holds_it(
    rota_: Rota, later: timedelta
) -> None:
    at = begin(rota_) + later
    turn = turn_at(rota_, at)
    assert turn is not None
    assert turn.start <= at < turn.end


@settings(max_examples=300, deadline=None)
@given(rota_=ROTAS, later=LATER)
def test_where_a_turn_ends_the_next_begins(rota_: Rota, later: timedelta) -> None:
    turn = turn_at(rota_, begin(rota_) + later)
    assert turn is not None
    following = turn_at(rota_, turn.end)
    assert following is not None
    assert following.start == turn.end
    place = rota_.members.index(turn.member) + 1
    assert following.member == rota_.members[place % len(rota_.members)]


DAILY = ROTAS.filter(lambda each: each.turn is None or each.turn % timedelta(1) == timedelta())


@settings(max_examples=300, deadline=None)
@given(rota_=DAILY, later=LATER)
def test_a_handover_of_whole_days_is_at_its_local_time(rota_: Rota, later: timedelta) -> None:
    turn = turn_at(rota_, begin(rota_) + later)
    assert turn is not None
    clock = rota_.handover[1] if rota_.handover else rota_.start.time()
    zone = ZoneInfo(rota_.zone)
    local = turn.end.astimezone(zone)
    skipped = datetime.combine(local.date(), clock, zone)
    assert local.time() == clock or skipped.astimezone(ZoneInfo("UTC")) == turn.end


def test_the_zone_is_that_of_the_rota() -> None:
    assert WEEKLY.zone == BRUSSELS
    tokyo = rota("2026-11-02T09:00", zone="Asia/Tokyo")
    assert member(tokyo, "2026-11-02T00:00") == "ann"
