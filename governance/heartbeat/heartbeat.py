"""Recording and judging the beats of periodic jobs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from governance.heartbeat.models import Heartbeat


@dataclass(frozen=True)
class Pulse:
    """One job's state; `age` is None when it never finished a tick."""

    job: str
    age: timedelta | None
    limit: timedelta

    @property
    def fresh(self) -> bool:
        return self.age is not None and self.age <= self.limit


def record(job: str, *, at: datetime) -> None:
    """Note that `job` finished a tick at `at`."""
    Heartbeat.objects.update_or_create(job=job, defaults={"finished_at": at})


def pulses(*, at: datetime) -> list[Pulse]:
    """Every expected job, in the order of the settings."""
    last = dict(Heartbeat.objects.values_list("job", "finished_at"))
    return [
        Pulse(job, at - last[job] if job in last else None, timedelta(seconds=limit))
        for job, limit in settings.HEARTBEAT_JOBS.items()
    ]
