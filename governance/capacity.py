"""How many processes of the web server there are, and how many of them may wait."""

import os

from governance import env


def web_workers() -> int:
    return env.number("BYLAW_WEB_WORKERS", 2 * _cores(), least=1)


def long_polls() -> int:
    """Of a host's web workers so many at most wait for changes at one time: one of four, of two or
    three one, and where there is but one, none. The others go on taking reports."""
    workers = web_workers()
    return min(max(workers // 4, 1), workers - 1)


def _cores() -> int:
    """The cores we may use, which in a container or under taskset are fewer than there are."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
