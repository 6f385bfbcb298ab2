"""Delays, pauses and waivers as the pages of deadlines, duties and requests show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from governance.api.withheld import veil
from governance.console import actors, labels, times
from governance.console.labels import Tone
from governance.console.pages import explained
from governance.errors import BylawError
from incidents import dispensations, requests
from incidents.admin import reassessed, signed
from incidents.models import Clock, Dispensation
from policies import titles

TONES: Final[Mapping[str, Tone]] = {
    "requested": "warn",
    "approved": "info",
    "refused": "plain",
    "withdrawn": "plain",
    "ended": "plain",
}


@dataclass(frozen=True)
class Shown:
    """One of them in a list. `ends` says when it is over and why then."""

    url: str
    kind: str
    state: SafeString
    ground: str
    ends: str
    requested: str
    decided: str


def rows(found: Iterable[Dispensation]) -> Sequence[Shown]:
    listed = [veil(each) for each in found]
    names = actors.names(who for row in listed for who in (row.requested_by, row.decided_by))
    return [
        Shown(
            url=reverse("admin:incidents_dispensation_change", args=[row.id]),
            kind=row.get_kind_display(),
            state=state(row),
            ground=row.ground,
            ends=ends(row),
            requested=_by(row.requested_at, names.get(row.requested_by, "")),
            decided=_by(row.decided_at, names.get(row.decided_by, "")),
        )
        for row in listed
    ]


def state(row: Dispensation) -> SafeString:
    return labels.label(row.get_state_display(), TONES[row.state])


def ends(row: Dispensation) -> str:
    """`until …`, `review on …`, both, or what ended it."""
    if row.ended_at is not None:
        return f"{times.utc(row.ended_at)}: {row.ended_because}"
    parts = []
    if row.until is not None:
        parts.append(gettext("until %(until)s") % {"until": times.utc(row.until)})
    if row.review_at is not None:
        parts.append(gettext("to be reviewed on %(at)s") % {"at": times.utc(row.review_at)})
    return ", ".join(parts) or gettext("no end")


def effect(row: Dispensation, *, at: datetime) -> dict[str, Any]:
    """What approving a request, or ending what is in force, does now; to try it, the incident is
    held for a moment."""
    try:
        found = dispensations.preview(row, at=at)
    except BylawError as error:
        return {"refused": explained(error)}
    before, after = found.before.severity, found.after.severity
    return {
        "severity": reassessed.levels(before, after) if before != after else "",
        "changes": reassessed.changes(found.changes, titles.of(found.after.release_id)),
        "until": requests.ends_at(row) if _asks_for(row, Dispensation.Kind.PAUSE) else None,
        "waits": row.clock is not None
        and row.clock.state == Clock.State.NOT_STARTED
        and row.state == Dispensation.State.REQUESTED,
    }


def _asks_for(row: Dispensation, kind: Dispensation.Kind) -> bool:
    return row.kind == kind and row.state == Dispensation.State.REQUESTED


def _by(at: datetime | None, name: str) -> str:
    return signed.said(times.utc(at), name) if at is not None else "—"
