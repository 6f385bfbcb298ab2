"""How long to wait before trying a delivery again (pure)."""

from datetime import timedelta
from typing import Final

LONGEST: Final = timedelta(minutes=15)
LONGEST_ASKED: Final = timedelta(hours=1)  # a deadline does not wait because a server says so
MOST_ATTEMPTS: Final = 100  # at the longest wait about a day, long enough for a mail host to return


def wait(attempts: int, *, spread: float, asked: timedelta | None = None) -> timedelta:
    """Two seconds doubling to a quarter of an hour; `spread` in [0, 1) shortens it by up to half,
    so that messages which failed together do not return together.

    Where the other side `asked` for a longer wait it gets that, up to an hour, and up to a tenth
    more, for the same reason.
    """
    full = min(timedelta(seconds=2 ** min(max(attempts, 0), 12)), LONGEST)
    ours = full * (1 - spread / 2)
    if asked is None:
        return ours
    return max(ours, min(asked, LONGEST_ASKED) * (1 + spread / 10))
