"""From open to closed."""

from collections.abc import Mapping
from datetime import datetime

from governance.ledger import ledger
from incidents import timers
from incidents.errors import DutiesOpen, WrongState
from incidents.models import Incident, Timer
from incidents.states import TRANSITIONS


def change(
    incident: Incident,
    state: Incident.State,
    *,
    reason: str,
    by: ledger.Actor,
    at: datetime,
    more: Mapping[str, object] | None = None,
) -> None:
    """Move an incident to another state. Raises WrongState where no way leads there."""
    before = Incident.State(incident.state)
    if state not in TRANSITIONS[before]:
        ways = ", ".join(sorted(TRANSITIONS[before])) or "none"
        raise WrongState(f"{incident.reference} is {before}; from there it can go to: {ways}.")
    changed = Incident.objects.filter(id=incident.id, state=before).update(
        state=state, closed_at=at if state == Incident.State.CLOSED else None
    )
    if not changed:
        raise WrongState(
            f"{incident.reference} was changed by somebody else meanwhile; look again."
        )
    incident.refresh_from_db(fields=["state", "closed_at"])
    event = ledger.Event(
        f"incident.{_VERBS[state]}",
        "incident",
        incident.id,
        incident.id,
        before={"state": before},
        after={"state": state, **(more or {})},
        reason=reason,
    )
    ledger.append(event, by=by, at=at)


def close(
    incident: Incident,
    *,
    open_duties: int,
    unconfirmed: int,
    reason: str,
    by: ledger.Actor,
    at: datetime,
) -> None:
    """Close an incident for good. Raises DutiesOpen while duties or questions stand; `unconfirmed`
    decisions not to notify are put on record."""
    if open_duties:
        raise DutiesOpen(
            f"{incident.reference} has {open_duties} open duties or questions. Fulfil them, add "
            "the facts that show they do not apply, or have them waived.",
            extra={"open_duties": open_duties},
        )
    left: Mapping[str, object] = {"unconfirmed_decisions": unconfirmed} if unconfirmed else {}
    change(incident, Incident.State.CLOSED, reason=reason, by=by, at=at, more=left)
    timers.cancel(
        Timer.objects.filter(incident=incident), because="The incident was closed.", at=at
    )


_VERBS = {
    Incident.State.OPEN: "reopened",
    Incident.State.CONTAINED: "contained",
    Incident.State.RESOLVED: "resolved",
    Incident.State.CLOSED: "closed",
}
