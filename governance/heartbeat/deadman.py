"""The dead man's switch: an address outside is asked every minute for as long as all is well.

Whoever watches that address raises the alarm when the pings stop. Nothing in here has to work for
that: a dead worker, a dead beat, a database that does not answer, a job that stands still and rows
that nobody acts on all end in silence.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings

from governance import http
from governance.heartbeat import heartbeat, measures
from governance.heartbeat.models import Ping

log = structlog.get_logger(__name__)
_NAME: Final = "deadman"
_TIMEOUT: Final = 5.0
_LONGEST_ANSWER: Final = 100_000


def faults(*, at: datetime) -> Sequence[str]:
    """The jobs that stand still and the rows that wait too long; empty when all is well."""
    return [
        *(pulse.job for pulse in heartbeat.pulses(at=at) if not pulse.fresh),
        *(lag.rows for lag in measures.lags(at=at) if not lag.fine),
    ]


def ping(*, now: Callable[[], datetime]) -> bool:
    """Ask the address if all is well and it is time; whether it answered. Of several workers one
    asks. The address is a secret: what is kept and logged of a failure names its host only."""
    at = now()
    if not settings.DEADMAN_URL or faults(at=at) or not _claim(at):
        return False
    try:
        answer = http.get(settings.DEADMAN_URL, timeout=_TIMEOUT, limit=_LONGEST_ANSWER)
        error = "" if answer.status < 300 else f"It answered with status {answer.status}."
    except (http.Refused, http.Unreachable) as failure:
        error = str(failure)
    row = Ping.objects.filter(name=_NAME)
    if error:
        log.warning("deadman.unheard", error=error)
        row.update(error=error[:500])
        return False
    row.update(error="", succeeded_at=now())
    return True


def last() -> Ping | None:
    """The last attempt, None before the first one and where no address is set."""
    return Ping.objects.filter(name=_NAME).first() if settings.DEADMAN_URL else None


def _claim(at: datetime) -> bool:
    every = timedelta(seconds=settings.DEADMAN_SECONDS)
    Ping.objects.get_or_create(name=_NAME, defaults={"attempted_at": at - every})
    due = Ping.objects.filter(name=_NAME, attempted_at__lte=at - every)
    return bool(due.update(attempted_at=at))
