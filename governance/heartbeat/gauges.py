"""What Prometheus is told: read from the database at each scrape, so that it is the same whichever
web process answers and however many there are.

Each part is collected on its own and for five seconds at most. What alarms stand on (ages of jobs,
lag of rows) is read by index; should the counts ever be too slow, they are left out, `scrape_ok`
says so, and the rest stays.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from governance import clock
from governance.heartbeat import deadman, heartbeat, measures

log = structlog.get_logger(__name__)
_PREFIX: Final = "bylaw"
_PATIENCE: Final = "5s"


class Gauges(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield _gauge("build_info", "The version that answers.", "version", {settings.VERSION: 1})
        read = {}
        for name, part in _PARTS.items():
            found = _collected(name, part)
            read[name] = float(found is not None)
            yield from found or ()
        yield _gauge("scrape_ok", "Whether this part of the metrics could be read.", "part", read)


def registry() -> CollectorRegistry:
    """With our gauges and nothing of the process that happens to answer."""
    made = CollectorRegistry(auto_describe=False)
    made.register(Gauges())
    return made


def _collected(
    name: str, part: Callable[[datetime], Iterable[GaugeMetricFamily]]
) -> list[GaugeMetricFamily] | None:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout TO '{_PATIENCE}'")
            return list(part(clock.now()))
    except DatabaseError as error:
        log.warning("metrics.unread", part=name, error=str(error))
        return None


def _jobs(at: datetime) -> Iterable[GaugeMetricFamily]:
    found = heartbeat.pulses(at=at)
    ages = {pulse.job: _seconds(pulse.age) for pulse in found}
    limits = {pulse.job: _seconds(pulse.limit) for pulse in found}
    text = "Since a periodic job last finished a tick; infinite when it never did."
    yield _gauge("job_age_seconds", text, "task", ages)
    yield _gauge("job_age_limit_seconds", "From when on the job counts as stale.", "task", limits)


def _lags(at: datetime) -> Iterable[GaugeMetricFamily]:
    found = measures.lags(at=at)
    ages = {lag.rows: _seconds(lag.age) for lag in found}
    limits = {lag.rows: _seconds(lag.limit) for lag in found}
    text = "How long the row of this kind that is due longest has been due."
    yield _gauge("lag_seconds", text, "rows", ages)
    yield _gauge("lag_limit_seconds", "From when on rows wait too long.", "rows", limits)
    text = "Rows that failed by a fault and are tried again, less and less often."
    yield _gauge("put_off", text, "rows", measures.put_off())


def _deadman(at: datetime) -> Iterable[GaugeMetricFamily]:
    """Without an address there is nothing to say, so that an alarm on this stays silent."""
    last = deadman.last()
    if settings.DEADMAN_URL:
        heard = last.succeeded_at if last else None
        text = "Since the watcher outside last answered a ping; infinite when it never did."
        age = _seconds(at - heard if heard else None)
        yield GaugeMetricFamily(f"{_PREFIX}_deadman_ping_age_seconds", text, value=age)


def _counts(at: datetime) -> Iterable[GaugeMetricFamily]:
    for source in measures.sources():
        for tally in source.tallies(at=at):
            yield _gauge(tally.name, tally.text, tally.label, tally.counts)


def _gauge(name: str, text: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"{_PREFIX}_{name}", text, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def _seconds(age: timedelta | None) -> float:
    return float("inf") if age is None else age.total_seconds()


_PARTS: Final[Mapping[str, Callable[[datetime], Iterable[GaugeMetricFamily]]]] = {
    "jobs": _jobs,
    "lags": _lags,
    "deadman": _deadman,
    "counts": _counts,
}
