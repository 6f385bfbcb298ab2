"""How far the sweep is behind, and how many incidents, clocks and questions stand how."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from governance.heartbeat.measures import Tally
from incidents.admin import standings
from incidents.models import (
    Dispensation,
    Duty,
    Incident,
    Notice,
    Reassessment,
    Submission,
    Timer,
)
from incidents.stages.intake import LEFT_BEHIND_AFTER

_PENDING: Final = Timer.objects.filter(state=Timer.State.PENDING)
_RECEIVED: Final = Submission.objects.filter(status=Submission.Status.RECEIVED)
_SENT: Final = Notice.objects.filter(message__isnull=False, state__in=Notice.LIVE)
_TO_END: Final = Dispensation.objects.filter(
    state=Dispensation.State.APPROVED, ends_at__isnull=False
)
_PUT_OFF: Final = Q(retry_at__isnull=False)


def due_since(*, at: datetime) -> Mapping[str, datetime | None]:
    left = _first(
        _RECEIVED.filter(~_PUT_OFF, received_at__lte=at - LEFT_BEHIND_AFTER), "received_at"
    )
    return {
        "timers": _earlier(
            _first(_PENDING.filter(~_PUT_OFF, due_at__lte=at), "due_at"), _retry(_PENDING, at)
        ),
        "submissions": _earlier(left and left + LEFT_BEHIND_AFTER, _retry(_RECEIVED, at)),
    }


def put_off() -> Mapping[str, int]:
    failed = Reassessment.objects.filter(state=Reassessment.State.FAILED)
    return {
        "timers": _PENDING.filter(_PUT_OFF).count(),
        "submissions": _RECEIVED.filter(_PUT_OFF).count(),
        "notices": _SENT.filter(_PUT_OFF).count(),
        "dispensations": _TO_END.filter(_PUT_OFF).count(),
        "reassessments": failed.count(),
    }


def tallies(*, at: datetime) -> Iterable[Tally]:
    clocks = {each.value: count for each, count in standings.counts(at=at).items()}
    yield Tally("clocks", "Unfinished clocks outside shadow.", "standing", clocks)
    yield Tally("timers", "What time will set in motion.", "state", {"pending": _PENDING.count()})
    yield Tally("questions", "Duties that wait for facts.", "state", _questions(at))
    yield Tally("incidents", "Incidents that are not closed.", "state", _incidents())
    yield Tally("submissions", "Reports that opened no incident.", "status", _submissions())


def _questions(at: datetime) -> Mapping[str, int]:
    asked = Duty.objects.filter(state=Duty.State.UNDETERMINED, shadow=False)
    late = asked.filter(determine_by__lte=at).count()
    return {"in_time": asked.count() - late, "late": late}


def _incidents() -> Mapping[str, int]:
    unfinished = Incident.objects.exclude(state=Incident.State.CLOSED)
    seen = unfinished.filter(acknowledged_at__isnull=False).count()
    return {"acknowledged": seen, "unacknowledged": unfinished.count() - seen}


def _submissions() -> Mapping[str, int]:
    rejected = Submission.objects.filter(status=Submission.Status.REJECTED)
    return {"received": _RECEIVED.count(), "rejected": rejected.count()}


def _retry(rows: QuerySet[Any], at: datetime) -> datetime | None:
    return _first(rows.filter(retry_at__lte=at), "retry_at")


def _first(rows: QuerySet[Any], field: str) -> datetime | None:
    found: datetime | None = rows.order_by(field).values_list(field, flat=True).first()
    return found


def _earlier(*instants: datetime | None) -> datetime | None:
    return min((each for each in instants if each is not None), default=None)
