"""What is said late says so: after downtime nobody should wonder why a word comes now."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from governance.console import times
from incidents.calls import Call

#: Less than this is a slow tick, and not worth a word.
WORTH_A_WORD: Final = timedelta(minutes=5)


def said(call: Call, *, due: datetime, at: datetime) -> Call:
    """The call as it reads at `at`, when it should have been made at `due`."""
    if at - due < WORTH_A_WORD:
        return call
    late = f"It was due {times.distance(due, now=at)}, at {times.utc(due)}, and is said late."
    return replace(call, because=f"{late} {call.because}")
