"""Recording when things happened that start clocks."""

from collections.abc import Mapping
from datetime import datetime

from governance import ids
from governance.errors import Invalid
from governance.ledger import ledger
from incidents.models import Incident, Moment
from policies.problems import nearest
from policies.release import Release
from policies.reports import CLOCK_TOLERANCE


def record(
    incident: Incident,
    moments: Mapping[str, datetime],
    *,
    basis: str,
    by: ledger.Actor,
    at: datetime,
) -> None:
    """Store moments whose names and times are checked."""
    rows = [
        Moment(
            id=ids.new(),
            incident=incident,
            name=name,
            at=instant,
            basis=basis,
            recorded_at=at,
            recorded_by=str(by),
        )
        for name, instant in moments.items()
    ]
    Moment.objects.bulk_create(rows)
    ledger.append_all((_event(row) for row in rows), by=by, at=at)


def check(name: str, instant: datetime, *, release: Release, at: datetime) -> None:
    """Raises Invalid for a moment that the taxonomies do not know or that is still to come."""
    if name not in release.moments:
        close = nearest(name, release.moments)
        hint = f"Did you mean {close!r}?" if close else f"Known: {', '.join(release.moments)}."
        raise Invalid(f"There is no moment {name!r}. {hint}")
    if instant > at + CLOCK_TOLERANCE:
        raise Invalid(f"The moment {name!r} lies in the future; record what has happened.")


def _event(row: Moment) -> ledger.Event:
    return ledger.Event(
        "moment.recorded",
        "moment",
        row.id,
        row.incident_id,
        after={"name": row.name, "at": row.at},
        reason=row.basis,
    )
