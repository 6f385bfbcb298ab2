"""Times of a day in a zone, and the instants that they are (pure)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from policies.documents.escalation_matrix import Hours

_DAY = timedelta(days=1)


def instant(local: datetime, zone: str) -> datetime:
    """In UTC. A local time that a clock change skips or repeats is its earlier reading."""
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def local(at: datetime, zone: str) -> datetime:
    """The local time of an instant, without its offset."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def within(hours: Hours, at: time) -> bool:
    """Whether the hours hold at a local time; their end is no part of them."""
    if hours.start < hours.end:
        return hours.start <= at < hours.end
    return at >= hours.start or at < hours.end


def end_of(hours: Hours, local_time: datetime) -> datetime:
    """The local time at which the hours that hold at `local_time` are over."""
    ends = datetime.combine(local_time.date(), hours.end)
    return ends if ends > local_time else ends + _DAY
