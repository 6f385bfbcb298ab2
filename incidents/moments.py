"""What a request sets in motion about moments, in order. Each function is one transaction, with the
incident held."""

from datetime import datetime

from django.db import transaction

from governance.ledger import ledger
from incidents import decisions, differences, locks, previews, selectors
from incidents.models import Incident, Moment
from incidents.previews import Effect
from incidents.stages import moments as rows


def record(
    incident: Incident,
    name: str,
    instant: datetime,
    *,
    basis: str,
    source: str = "",
    decides: bool = True,
    by: ledger.Actor,
    at: datetime,
) -> Incident:
    """Record when something happened. If it decides, or is the first of its name, it counts from
    here on: clocks that wait for it start, others move, and the policies are applied again, for a
    moment is a fact too. Else it stands beside the others as a candidate."""
    with transaction.atomic():
        incident = locks.changeable(incident)
        release = selectors.release_of(incident)
        rows.check(name, instant, release=release, at=at)
        counts = rows.record(
            incident,
            {name: instant},
            basis=basis,
            source=source,
            decides=decides,
            by=by,
            at=at,
        )
        if counts:
            because = f"The moment {name!r} was recorded."
            decisions.again(incident, release, because=because, by=by, at=at)
    return incident


def choose(moment: Moment, *, because: str, by: ledger.Actor, at: datetime) -> Incident:
    """Let another candidate count: clocks move, also to earlier dates, and the policies are applied
    again. Raises WrongState when it counts already or was withdrawn."""
    with transaction.atomic():
        incident = locks.changeable(moment.incident)
        _choose(incident, moment, because=because, by=by, at=at)
    return incident


def preview(moment: Moment, *, at: datetime) -> Effect:
    """What `choose` would do; nothing of it stays."""
    with previews.taken_back():
        incident = locks.changeable(moment.incident)
        last, before = selectors.latest_decision(incident), differences.picture(incident)
        _choose(incident, moment, because="", by=previews.NOBODY, at=at)
        changes = differences.between(before, differences.picture(incident))
        return Effect(last, selectors.latest_decision(incident), changes)


def withdraw(moment: Moment, *, because: str, by: ledger.Actor, at: datetime) -> Incident:
    """Mark a candidate as recorded by mistake; it stays on record. Raises WrongState for the one
    that counts."""
    with transaction.atomic():
        incident = locks.changeable(moment.incident)
        rows.withdraw(moment, because=because, by=by, at=at)
    return incident


def _choose(
    incident: Incident, moment: Moment, *, because: str, by: ledger.Actor, at: datetime
) -> None:
    rows.choose(moment, because=because, by=by, at=at)
    release = selectors.release_of(incident)
    why = f"Another record of the moment {moment.name!r} counts now."
    decisions.again(incident, release, because=why, by=by, at=at)
