"""Packages that people ask for: the request, and fetching what came of it. Making is `making`."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from governance import canonical, english
from governance.access import reach
from governance.access.rules import ANY, Access
from governance.errors import Conflict, Invalid, NotFound
from governance.ledger import ledger
from governance.ledger.ledger import Actor
from incidents.evidence.package import Label
from incidents.evidence.redaction import Redaction
from incidents.models import Duty, Export, Incident

State = Export.State
OBJECT: Final = "evidence_package"


def of_incident(
    incident: Incident, redaction: Redaction | None = None, *, by: Actor, at: datetime
) -> Export:
    """Everything about one incident, or a shortened copy for one recipient. Asked again by the same
    person while one is being made, it gives that one."""
    scope: dict[str, Any] = {"incident": str(incident.id)}
    about = incident.reference
    if redaction is not None:
        scope |= {"redaction": redaction.as_dict()}
        about = f"{about} for {redaction.recipient}"[:200]
    return _asked(Export.Kind.INCIDENT, scope, about, incident.id, by=by, at=at)


def of_period(
    since: datetime, until: datetime, *, regime: str = "", by: Actor, at: datetime
) -> Export:
    """The incidents reported from `since` until before `until`; of a regime, by the name of its
    policy, those with a duty of it. Raises Invalid."""
    if since >= until:
        raise Invalid("The period ends before it begins.")
    if regime and not Duty.objects.filter(policy_name=regime).exists():
        raise Invalid(f"No incident has a duty of the regime {regime[:80]!r}.")
    scope = {"since": canonical.instant(since), "until": canonical.instant(until)}
    about = f"{regime or 'incidents'} {since:%Y-%m-%d} to {until:%Y-%m-%d}"
    scope |= {"regime": regime} if regime else {}
    return _asked(Export.Kind.PERIOD, scope, about, None, by=by, at=at)


def of_log(*, by: Actor, at: datetime) -> Export:
    """Every entry that is sealed when the work begins."""
    return _asked(Export.Kind.LOG, {}, "audit trail", None, by=by, at=at)


def one(id_: UUID, access: Access = ANY) -> Export:
    """Raises NotFound, OutOfReach."""
    found = Export.objects.filter(id=id_).first()
    return reach.one(found, access, f"There is no evidence package {id_}.")


def fetch(export: Export, *, by: Actor, at: datetime) -> Path:
    """The file, for somebody whose fetching is recorded. Raises Conflict while there is none, or
    none any more; NotFound where it is not on this machine's disk."""
    if export.state != State.DONE:
        raise Conflict(f"This package is {english.label(export)}.")
    path = file(export)
    if not path.is_file():
        raise NotFound(f"The file {path} is missing. Ask for a new package.")
    with transaction.atomic():
        after = {"sha256": export.sha256, "size": export.size}
        ledger.append(event("evidence.downloaded", export, after), by=by, at=at)
    return path


def file(export: Export) -> Path:
    return directory() / f"{export.id}.zip"


def label(export: Export) -> Label:
    return Label(str(export.id), export.kind, export.about, export.requested_at)


def file_name(export: Export) -> str:
    """What the file is called where it is downloaded to."""
    return f"{label(export).name}.zip"


def directory() -> Path:
    found: Path = settings.EXPORTS
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def event(verb: str, export: Export, after: Mapping[str, object], reason: str = "") -> ledger.Event:
    said = {"kind": export.kind, "scope": export.scope, **after}
    return ledger.Event(verb, OBJECT, export.id, export.incident_id, after=said, reason=reason)


def _asked(
    kind: Export.Kind,
    scope: dict[str, Any],
    about: str,
    incident_id: UUID | None,
    *,
    by: Actor,
    at: datetime,
) -> Export:
    with transaction.atomic():
        same = Export.objects.filter(
            kind=kind, scope=scope, requested_by=str(by), state__in=Export.ACTIVE
        )
        if (found := same.first()) is not None:
            return found
        made = Export.objects.create(
            kind=kind,
            scope=scope,
            about=about,
            incident_id=incident_id,
            requested_by=str(by),
            requested_at=at,
        )
        ledger.append(event("evidence.requested", made, {"about": about}), by=by, at=at)
    return made
