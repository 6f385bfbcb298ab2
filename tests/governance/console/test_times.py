from datetime import UTC, datetime, timedelta

import pytest

from governance.console import times

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wait", "expected"),
    [
        (timedelta(seconds=1), "in under 1 min"),
        (timedelta(minutes=1), "in 1 min"),
        (timedelta(minutes=119, seconds=59), "in 119 min"),
        (timedelta(hours=2), "in 2 h"),
        (timedelta(hours=47, minutes=59), "in 47 h"),
        (timedelta(hours=48), "in 2 d"),
        (timedelta(), "under 1 min late"),
        (timedelta(minutes=-5), "5 min late"),
        (timedelta(days=-3, hours=-5), "3 d late"),
    ],
)
def test_what_is_owed_is_told_in_time_left_or_time_late(wait: timedelta, expected: str) -> None:
    assert times.due(NOW + wait, now=NOW) == expected


def test_the_past_is_told_as_past() -> None:
    assert times.distance(NOW - timedelta(hours=5), now=NOW) == "5 h ago"


def test_another_zone_is_told_in_utc() -> None:
    there = datetime.fromisoformat("2026-11-25T00:00:00+01:00")
    assert times.utc(there) == "2026-11-24 23:00 UTC"


def test_a_legal_zone_is_named_with_its_day() -> None:
    at = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    assert times.local(at, "Europe/Brussels") == "Wed 2026-11-25 00:00 Europe/Brussels"


def test_utc_is_not_said_twice() -> None:
    assert times.both(NOW, "UTC") == times.stamp(NOW)


def test_a_stamp_keeps_the_exact_instant() -> None:
    at = NOW + timedelta(microseconds=123456)
    assert 'datetime="2026-11-22T09:30:00.123456Z"' in times.stamp(at)


def test_no_instant_is_no_text() -> None:
    assert (times.utc(None), times.local(None, "UTC"), times.stamp(None)) == ("", "", "")
