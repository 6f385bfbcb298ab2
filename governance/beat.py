"""Who wakes the workers: every job at its interval, by the monotonic clock.

Celery's own scheduler goes by the host's time of day. When that is set back by ten minutes, it
sends nothing for ten minutes. Nor does a tick carry an expiry, which each worker would judge by its
own clock: one that is ahead would drop every tick and look busy. Ticks are cheap and may be
doubled; what must not happen is that they pile up while no worker runs, so none is sent where
enough of them wait.
"""

import time
from typing import Any, Final

from celery.beat import Scheduler
from celery.utils.log import get_logger
from kombu.exceptions import OperationalError

log = get_logger(__name__)

#: Rounds of ticks that may wait in the queue: after an outage a worker is done with them at once.
ROUNDS: Final = 10


class Ticker(Scheduler):
    """Two of them are harmless: the second adds ticks that find nothing to do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._due: dict[str, float] = {}
        super().__init__(*args, **kwargs)

    def tick(self, *_args: Any, **_kwargs: Any) -> float:
        """Send what is due; returns the seconds until something is again."""
        now = time.monotonic()
        jobs: dict[str, Any] = self.schedule
        due = [(name, each) for name, each in jobs.items() if self._due.get(name, now) <= now]
        room = bool(due) and self._room()
        for name, entry in due:
            self._due[name] = now + entry.schedule.run_every.total_seconds()
            if room:
                self.apply_entry(entry, producer=self.producer)
        left = min(self._due.values(), default=now) - time.monotonic()
        return max(0.0, min(left, float(self.max_interval or left)))

    def _room(self) -> bool:
        """Whether ticks are taken. Where the broker cannot say, sending will."""
        queue = self.app.conf.task_default_queue
        away: tuple[type[BaseException], ...] = (
            OperationalError,
            *self.connection.connection_errors,
        )
        try:
            channel: Any = self.connection.default_channel
            waiting = int(channel.queue_declare(queue=queue).message_count)
        except away:
            return True
        if waiting >= ROUNDS * len(self.schedule):
            log.warning("%s ticks wait and no worker takes them; none is added.", waiting)
            return False
        return True
