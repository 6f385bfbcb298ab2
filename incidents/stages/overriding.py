"""A person's word on the severity, from the choice to its end: rows, entries, and what holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from governance import english, ids
from governance.errors import NotAllowed
from governance.ledger import ledger
from incidents import selectors
from incidents.errors import WrongState
from incidents.models import Incident, SeverityOverride
from policies.release import Release

State = SeverityOverride.State


@dataclass(frozen=True)
class Word:
    """The level that a `person` wants instead of the one that the policies compute, and why."""

    level: str
    computed: str
    reason: str
    person: str


def effective(override: SeverityOverride | None, computed: str, release: Release) -> str:
    """The level that holds: of what a person and the policies say the more severe, or the less
    severe where two persons lowered it."""
    if override is None or is_over(override, computed, release):
        return computed
    pick = max if override.lowers else min
    return pick(override.level, computed, key=release.severity.rank)


def is_over(override: SeverityOverride, computed: str, release: Release) -> bool:
    """Whether the policies do not know its level any more, or compute a more severe one than two
    persons spoke of."""
    ranks = release.severity.ranks
    if override.level not in ranks:
        return True
    known = ranks.get(override.computed)
    return override.lowers and (known is None or ranks[computed] < known)


def request(incident: Incident, word: Word, *, by: ledger.Actor, at: datetime) -> SeverityOverride:
    """Store the wish for a less severe level. Raises WrongState where one waits already."""
    if incident.severity_overrides.filter(state=State.REQUESTED).exists():
        raise WrongState("A lower severity is asked for already; it waits for an approver.")
    row = _row(incident, word, at=at)
    row.lowers, row.state = True, State.REQUESTED
    row.save(force_insert=True)
    ledger.append(_event("requested", row, reason=word.reason), by=by, at=at)
    return row


def hold(incident: Incident, word: Word, *, by: ledger.Actor, at: datetime) -> SeverityOverride:
    """Put a more severe level in force, in the place of what was. Raises WrongState where it is
    already."""
    former = selectors.override_in_force(incident)
    if former is not None and former.level == word.level and not former.lowers:
        raise WrongState(f"A person has raised it to {word.level} already.")
    _replace(former, person=word.person, by=by, at=at)
    row = _row(incident, word, at=at)
    row.lowers, row.state = False, State.IN_FORCE
    row.save(force_insert=True)
    ledger.append(_event("began", row, reason=word.reason), by=by, at=at)
    return row


def approve(
    row: SeverityOverride, *, person: str, note: str, by: ledger.Actor, at: datetime
) -> None:
    """Put it in force, in the place of what was. Raises NotAllowed for who asked, and WrongState
    when it is decided."""
    _refuse_requester(row, person)
    _expect(row, State.REQUESTED)
    _replace(selectors.override_in_force(row.incident), person=person, by=by, at=at)
    _decide(row, State.IN_FORCE, person=person, note=note, at=at)
    before = {"state": State.REQUESTED}
    ledger.append(_event("approved", row, before=before, reason=note), by=by, at=at)


def refuse(
    row: SeverityOverride, *, person: str, note: str, by: ledger.Actor, at: datetime
) -> None:
    """Raises NotAllowed for who asked, who withdraws instead, and WrongState."""
    _refuse_requester(row, person)
    _expect(row, State.REQUESTED)
    _decide(row, State.REFUSED, person=person, note=note, at=at)
    before = {"state": State.REQUESTED}
    ledger.append(_event("refused", row, before=before, reason=note), by=by, at=at)


def withdraw(
    row: SeverityOverride, *, person: str, note: str, by: ledger.Actor, at: datetime
) -> None:
    """Raises NotAllowed for anybody but who asked, and WrongState."""
    if row.requested_by != person:
        raise NotAllowed("Only who asked for it withdraws it; an approver refuses it.")
    _expect(row, State.REQUESTED)
    _close(row, State.WITHDRAWN, reason=note, person=person, by=by, at=at)


def end(
    row: SeverityOverride,
    *,
    reason: str = "",
    because: str = "",
    person: str,
    by: ledger.Actor,
    at: datetime,
) -> None:
    """What is in force ends, for the `reason` of a person or `because` the program says so."""
    _expect(row, State.IN_FORCE)
    _close(row, State.ENDED, reason=reason, because=because, person=person, by=by, at=at)


def drop(incident: Incident, *, by: ledger.Actor, at: datetime) -> None:
    """The incident is closed: nothing of it waits any more. What is in force stays as it was."""
    for row in incident.severity_overrides.filter(state=State.REQUESTED):
        because = "The incident was closed."
        _close(row, State.WITHDRAWN, because=because, person=str(by), by=by, at=at)


def _row(incident: Incident, word: Word, *, at: datetime) -> SeverityOverride:
    return SeverityOverride(
        id=ids.new(),
        incident=incident,
        level=word.level,
        computed=word.computed,
        reason=word.reason,
        requested_at=at,
        requested_by=word.person,
    )


def _replace(
    former: SeverityOverride | None, *, person: str, by: ledger.Actor, at: datetime
) -> None:
    if former is not None:
        because = "Another took its place."
        end(former, because=because, person=person, by=by, at=at)


def _refuse_requester(row: SeverityOverride, person: str) -> None:
    if row.requested_by == person:
        raise NotAllowed("You asked for this; another person decides on it.")


def _expect(row: SeverityOverride, state: SeverityOverride.State) -> None:
    if row.state != state:
        raise WrongState(f"This severity override is {english.label(row)} already.")


def _decide(
    row: SeverityOverride, state: SeverityOverride.State, *, person: str, note: str, at: datetime
) -> None:
    row.state, row.decided_at, row.decided_by, row.note = state, at, person, note
    row.save(update_fields=["state", "decided_at", "decided_by", "note"])


def _close(
    row: SeverityOverride,
    state: SeverityOverride.State,
    *,
    reason: str = "",
    because: str = "",
    person: str,
    by: ledger.Actor,
    at: datetime,
) -> None:
    before = {"state": row.state}
    row.state, row.ended_at, row.ended_by = state, at, person
    row.ended_because = (reason or because)[:1000]
    row.save(update_fields=["state", "ended_at", "ended_by", "ended_because"])
    event = _event(state.value, row, before=before, reason=reason, because=because)
    ledger.append(event, by=by, at=at)


def _event(
    verb: str,
    row: SeverityOverride,
    *,
    before: Mapping[str, Any] | None = None,
    reason: str = "",
    because: str = "",
) -> ledger.Event:
    return ledger.Event(
        f"severity_override.{verb}",
        "severity_override",
        row.id,
        row.incident_id,
        before=before,
        after={
            "level": row.level,
            "computed": row.computed,
            "lowers": row.lowers,
            "state": row.state,
            "requested_by": row.requested_by,
            "decided_by": row.decided_by,
            "ended_at": row.ended_at,
        },
        reason=reason,
        because=because,
    )
