"""How long to wait before a delivery is tried again (pure)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.outbox import backoff


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 2), (2, 4), (5, 32), (9, 512), (10, 900), (12, 900), (100, 900), (10**9, 900)],
)
def test_the_wait_doubles_up_to_a_quarter_of_an_hour(attempts: int, seconds: int) -> None:
    assert backoff.wait(attempts, spread=0) == timedelta(seconds=seconds)


@given(attempts=st.integers(1, 1000), spread=st.floats(0, 1, exclude_max=True))
def test_the_spread_shortens_by_at_most_half(attempts: int, spread: float) -> None:
    full = backoff.wait(attempts, spread=0)
    assert full / 2 <= backoff.wait(attempts, spread=spread) <= full


def test_all_attempts_together_outlast_a_day_without_the_mail_host() -> None:
    shortest = sum(
        (backoff.wait(each, spread=0.999) for each in range(1, backoff.MOST_ATTEMPTS)), timedelta()
    )
    assert shortest > timedelta(hours=11)


def test_who_asks_for_a_longer_wait_gets_it() -> None:
    assert backoff.wait(1, spread=0, asked=timedelta(minutes=5)) == timedelta(minutes=5)


def test_who_asks_for_a_shorter_wait_does_not() -> None:
    assert backoff.wait(5, spread=0, asked=timedelta(seconds=1)) == timedelta(seconds=32)


@given(
    attempts=st.integers(0, 1000),
    spread=st.floats(0, 1, exclude_max=True),
    asked=st.timedeltas(timedelta(), timedelta(days=400)),
)
def test_a_wait_is_as_long_as_asked_but_never_beyond_an_hour_and_a_tenth(
    attempts: int, spread: float, asked: timedelta
) -> None:
    found = backoff.wait(attempts, spread=spread, asked=asked)
    assert min(asked, backoff.LONGEST_ASKED) <= found <= backoff.LONGEST_ASKED * 1.1
    assert found >= backoff.wait(attempts, spread=spread)


@given(attempts=st.integers(1, 1000), spread=st.floats(0, 1, exclude_max=True))
def test_the_next_wait_is_never_shorter(attempts: int, spread: float) -> None:
    assert backoff.wait(attempts, spread=spread) <= backoff.wait(attempts + 1, spread=spread)


def test_no_attempt_at_all_is_a_wait_too() -> None:
    assert backoff.wait(-1, spread=0) == timedelta(seconds=1)
