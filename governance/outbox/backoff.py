"""How long to wait before trying a delivery again (pure)."""

from datetime import timedelta
from typing import Final

LONGEST: Final = timedelta(minutes=15)
MOST_ATTEMPTS: Final = 100  # at the longest wait about a day, long enough for a mail host to return


def wait(attempts: int, *, spread: float) -> timedelta:
    """Two seconds doubling to a quarter of an hour; `spread` in [0, 1) shortens it by up to half,
    so that messages which failed together do not return together."""
    full = min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST)
    return full * (1 - spread / 2)
