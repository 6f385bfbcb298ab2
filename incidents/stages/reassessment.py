"""Deciding one incident anew, because versions came into force or a person asks for it: claimed,
kept, or put off."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from governance import ids
from governance.ledger import ledger
from incidents import selectors
from incidents.models import Incident, Reassessment, ReassessmentRun
from incidents.previews import Effect

LONGEST_RETRY: Final = timedelta(minutes=10)
_LONGEST_OCCASION: Final = 250


def claim(id_: UUID, *, at: datetime) -> Reassessment | None:
    """The row, locked for the transaction; None when another has it, or has done it."""
    rows = selectors.to_reassess(at=at).select_related("run").filter(id=id_)
    return rows.select_for_update(of=("self",), skip_locked=True, no_key=True).first()


def asked(incident: Incident, *, reason: str, shown: str, by: ledger.Actor) -> Reassessment:
    """The row of a reassessment by hand; `keep` stores it, once it is done."""
    return Reassessment(
        id=ids.new(), incident=incident, requested_by=str(by), reason=reason, shown=shown
    )


def because(row: Reassessment) -> str:
    """Why an incident is decided anew. Fits the occasion of a decision."""
    if row.run is None:
        return "Reassessed by hand."
    return _chosen(row.run)


def _chosen(run: ReassessmentRun) -> str:
    """Which versions came into force, and whose approval chose that open incidents follow them."""
    people = sorted({each["approved_by"] for each in run.causes})
    head = f"Reassessed as {' and '.join(people)} chose at approval. In force from {run}: "
    return head + _listed(run.versions, _LONGEST_OCCASION - len(head)) + "."


def keep(row: Reassessment, effect: Effect, *, by: ledger.Actor, at: datetime) -> None:
    """Put on the row what became of the incident, for good. The ledger names the findings' codes
    and places, not contents."""
    row.state, row.done_at, row.error, row.retry_at = Reassessment.State.DONE, at, "", None
    before, decision = effect.before, effect.after
    row.decision, row.changes = decision, list(effect.changes)
    row.severity_before, row.severity_after = before.severity, decision.severity
    row.findings = [finding.as_dict() for finding in effect.findings]
    row.save()
    event = ledger.Event(
        "incident.reassessed",
        "incident",
        row.incident_id,
        row.incident_id,
        before={"severity": before.severity, "release": before.release_id},
        after={
            "severity": decision.severity,
            "release": decision.release_id,
            "decision": decision.id,
            **_occasion(row),
            "changes": row.changes,
            "findings": [{"code": each.code, "pointer": each.pointer} for each in effect.findings],
        },
        reason=row.reason,
        because="" if row.reason else because(row),
    )
    ledger.append(event, by=by, at=at)


def _occasion(row: Reassessment) -> dict[str, object]:
    if row.run is None:
        return {"shown": row.shown}
    return {"effective_at": row.run.effective_at, "causes": row.run.causes}


def leave(row: Reassessment, *, by: ledger.Actor, at: datetime) -> None:
    """The incident was closed before its turn: a closed incident does not change."""
    before = {"state": row.state}
    row.state, row.done_at = Reassessment.State.LEFT, at
    row.save(update_fields=["state", "done_at"])
    event = ledger.Event(
        "reassessment.left",
        "reassessment",
        row.id,
        row.incident_id,
        before=before,
        after={"state": row.state, **_occasion(row)},
        because="The incident was closed before its turn.",
    )
    ledger.append(event, by=by, at=at)


def put_off(id_: UUID, error: Exception, *, at: datetime) -> None:
    """It failed by a fault of ours: kept with the error, and tried again, less and less often."""
    row = Reassessment.objects.filter(id=id_, state__in=Reassessment.WAITING).first()
    if row is None:
        return
    attempts = row.attempts + 1
    wait = min(timedelta(seconds=2 ** min(attempts, 10)), LONGEST_RETRY)
    Reassessment.objects.filter(id=id_, state=row.state, attempts=row.attempts).update(
        state=Reassessment.State.FAILED,
        attempts=attempts,
        retry_at=at + wait,
        error=f"{type(error).__name__}: {error}"[:500],
    )


def _listed(names: Sequence[str], room: int) -> str:
    """The names as far as there is room for them, and how many are left out."""
    for count in range(len(names), 0, -1):
        left = len(names) - count
        text = ", ".join(names[:count]) + (f" and {left} more" if left else "")
        if len(text) < room:
            return text
    return f"{len(names)} versions"
