"""When what of an incident goes, by which rule, and what stands in the way.

The longest of the organisation's own period and of what the regimes want, of which the incident has
a duty, counts. A duty counts whatever became of it: that one does not apply has to be shown, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.ledger.commitments import ERASED
from incidents import legal_holds
from incidents.models import Duty, Erasure, Incident, LegalHold, Submission
from incidents.retention.periods import Class, Law, Period, Periods

_FOR_EVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Keeping:
    """Until when a class of an incident is kept: None, until a person decides. `why` is the rule
    that counts, with its citation where it is a law's; `erased_at` once it went."""

    kept: Class
    period: Period
    until: datetime | None
    why: str
    law: Law | None
    holds: Sequence[LegalHold]
    erased_at: datetime | None = None


def of(incident: Incident, periods: Periods) -> Sequence[Keeping]:
    """Of each class of an incident that is closed; nothing of one that is not."""
    return of_all([incident], periods)[incident.id]


def of_all(incidents: Sequence[Incident], periods: Periods) -> Mapping[UUID, Sequence[Keeping]]:
    """For all incidents of a page in three queries."""
    keys = [incident.id for incident in incidents]
    duties = Duty.objects.filter(incident__in=keys).values_list("incident_id", "policy_name")
    names = set(duties.order_by().distinct())
    erasures = Erasure.objects.filter(incident__in=keys).exclude(kept_class="")
    done = {(row.incident_id, row.kept_class): row.decided_at for row in erasures}
    live = legal_holds.live()
    found: dict[UUID, Sequence[Keeping]] = {}
    for incident in incidents:
        laws = [law for law in periods.laws if (incident.id, law.policy) in names]
        holds = [hold for hold in live if legal_holds.covers(hold, incident)]
        closed_at = incident.closed_at
        found[incident.id] = (
            [
                _keeping(each, laws, closed_at, holds, done.get((incident.id, each.id)))
                for each in classes(periods)
            ]
            if closed_at is not None
            else []
        )
    return found


def classes(periods: Periods) -> Sequence[Class]:
    """Those that belong to incidents."""
    return [each for each in periods.classes if each.parts != ("submissions",)]


def due(kept: Class, periods: Periods, *, at: datetime) -> QuerySet[Incident]:
    """The incidents of which this class is over and under no hold, the longest closed first."""
    done = Erasure.objects.filter(incident=OuterRef("pk"), kept_class=kept.id)
    rows = Incident.objects.filter(
        ~Exists(done), state=Incident.State.CLOSED, closed_at__lte=kept.ours.before(at)
    )
    for period in {law.period for law in periods.laws}:
        names = [law.policy for law in periods.laws if law.period == period]
        bound = Exists(Duty.objects.filter(incident=OuterRef("pk"), policy_name__in=names))
        fresh = Q(closed_at__gt=period.before(at)) if period.ends else Q()
        rows = rows.exclude(fresh & bound)
    return rows.exclude(Exists(_held())).order_by("closed_at", "id")


def due_rejected(kept: Class, *, at: datetime) -> QuerySet[Submission]:
    """Rejected submissions that are over. What they would have been of nobody can tell, so that a
    hold of everything or of any system keeps them all."""
    rows = Submission.objects.filter(
        status=Submission.Status.REJECTED,
        incident__isnull=True,
        received_at__lte=kept.ours.before(at),
    ).exclude(salt=ERASED)
    holds = LegalHold.objects.filter(released_at__isnull=True, incident__isnull=True)
    return rows.exclude(Exists(holds)).order_by("received_at", "id")


def coming(periods: Periods, *, limit: int) -> Sequence[tuple[Incident, Keeping]]:
    """What of closed incidents goes next, the first to go first. Looks at the longest closed, of
    which some may be kept longer than others closed later."""
    left = Q()
    for each in classes(periods):
        done = Erasure.objects.filter(incident=OuterRef("pk"), kept_class=each.id)
        left |= Q(~Exists(done))
    rows = Incident.objects.filter(left, state=Incident.State.CLOSED).order_by("closed_at", "id")
    incidents = list(rows[:limit])
    kept = of_all(incidents, periods)
    found = [
        (incident, keeping)
        for incident in incidents
        for keeping in kept[incident.id]
        if keeping.erased_at is None
    ]
    return sorted(found, key=lambda pair: pair[1].until or _FOR_EVER)


def _keeping(
    kept: Class,
    laws: Sequence[Law],
    closed_at: datetime,
    holds: Sequence[LegalHold],
    erased_at: datetime | None,
) -> Keeping:
    period, law = kept.ours, None
    for each in laws:
        if _longer(each.period, period, closed_at):
            period, law = each.period, each
    why = f"{law.citation} ({law.policy})" if law is not None else kept.because
    return Keeping(kept, period, period.after(closed_at), why, law, holds, erased_at)


def _longer(one: Period, other: Period, at: datetime) -> bool:
    first, second = one.after(at), other.after(at)
    if second is None:
        return False
    return first is None or first > second


def _held() -> QuerySet[LegalHold]:
    mine = Q(incident=OuterRef("pk")) | Q(system=OuterRef("system"))
    every = Q(incident__isnull=True, system="")
    return LegalHold.objects.filter(mine | every, released_at__isnull=True)
