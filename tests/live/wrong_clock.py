"""A Celery process on a host whose clock is wrong: `python -m tests.live.wrong_clock SECONDS ...`.

The time of day is moved for the whole process before Celery starts, and runs on from there; its
children inherit it. The rest of the line is what `celery` would be given.
"""

import sys
from datetime import UTC, datetime, timedelta

import time_machine


def command(seconds: int, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "tests.live.wrong_clock", str(seconds), *arguments]


def main() -> None:
    wrong_by = timedelta(seconds=int(sys.argv[1]))
    time_machine.travel(datetime.now(UTC) + wrong_by, tick=True).start()
    from celery.__main__ import main as celery  # noqa: PLC0415 - it must not read the right time

    sys.argv = ["celery", *sys.argv[2:]]
    celery()


if __name__ == "__main__":
    main()
