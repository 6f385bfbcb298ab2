"""Delays, pauses and waivers as the pages of deadlines, duties and requests show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.safestring import SafeString

from governance.console import actors, labels, times
from governance.console.labels import Tone
from incidents import clocks, holds, selectors
from incidents.holds import Hold
from incidents.models import Clock, Dispensation
from incidents.requests import REVIEW_WITHIN

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
    listed = list(found)
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
    parts = [f"until {times.utc(row.until)}"] if row.until is not None else []
    if row.review_at is not None:
        parts.append(f"to be reviewed on {times.utc(row.review_at)}")
    return ", ".join(parts) or "no end"


def effect(row: Dispensation, *, at: datetime) -> str:
    """What approving a request, or ending what is in force, does now."""
    if row.clock is None:
        if row.state == Dispensation.State.REQUESTED:
            return "The duty is waived: its deadlines are cancelled and nothing is said any more."
        return "The duty is owed again, and its deadlines run from their moments."
    if row.clock.state not in clocks.STARTED:
        return "The deadline has not started; from its start on this holds for it."
    return _dates(row, row.clock, at)


def _dates(row: Dispensation, clock: Clock, at: datetime) -> str:
    asked = row.state == Dispensation.State.REQUESTED
    known = list(selectors.holds(row.incident).get(clock.id, ()))
    own = _hold(row, at) if asked else None
    if own is not None:
        found = [*(_cut(each, at) for each in known if each.kind == own.kind), own]
        found += [each for each in known if each.kind != own.kind]
    else:
        found = [_cut(each, at) if each.kind == row.kind else each for each in known]
    running = holds.apply(clocks.frozen(clock), found, at=at).running
    if running.legal_due is None:
        return "The law names no date here. Reminders stop, and come again once it is over."
    stands = (
        "The period stands still; if nobody ends it before, the" if own and own.since else "The"
    )
    return (
        f"{stands} legal end moves from {times.utc(clock.legal_due)} to "
        f"{times.utc(running.legal_due)}."
    )


def _hold(row: Dispensation, at: datetime) -> Hold:
    review = row.review_at + REVIEW_WITHIN if row.review_at is not None else at
    end = row.until if row.until is not None else review
    return Hold("pause", row.since or at, end) if row.kind == "pause" else Hold("delay", None, end)


def _cut(hold: Hold, at: datetime) -> Hold:
    return Hold(hold.kind, hold.since, min(hold.end, at))


def _by(at: datetime | None, name: str) -> str:
    return f"{times.utc(at)} by {name}" if at is not None else "—"
