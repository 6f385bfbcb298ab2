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
