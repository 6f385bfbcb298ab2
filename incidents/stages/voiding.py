"""An incident that was none, or that is another's: closed as such, and open again."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from governance import english
from governance.errors import NotAllowed
from governance.ledger import ledger
from incidents import ladders, timers
from incidents.errors import WrongState
from incidents.models import Clock, Duty, Incident, Notice, Timer
from policies import ladder
from policies.release import Release

State = Incident.State
_LEFT = (Notice.State.SENT, Notice.State.FILED)


def refuse_told(incident: Incident, *, since: datetime | None = None) -> None:
    """Raises WrongState where somebody outside was told of the incident, with what and whom: that
    cannot be taken back here."""
    gone, sent = Q(state__in=_LEFT), Q(state=Clock.State.FULFILLED)
    if since is not None:
        gone, sent = gone & Q(left_at__gte=since), sent & Q(fulfilled_at__gte=since)
    left = incident.notices.filter(gone | Q(state=Notice.State.SENDING)).select_related("clock")
    told = [f"{each.clock.title} ({english.label(each)})" for each in left]
    told += [
        f"{each.title}, sent {each.fulfilled_at:%Y-%m-%d %H:%M} UTC"
        for each in incident.clocks.filter(sent)
    ]
    if told:
        listed = "; ".join(dict.fromkeys(told))
        raise WrongState(
            f"Somebody was told of {incident.reference}: {listed}. Tell them what is wrong about "
            "it, correct the facts, and close the incident.",
            extra={"told": told},
        )


def refuse_reporter(incident: Incident, *, person: str, reporter: str) -> None:
    """Where a duty applies, whoever reported the incident does not decide that it was none. Raises
    NotAllowed."""
    applies = incident.duties.filter(state=Duty.State.OPEN, shadow=False).exists()
    if applies and person == reporter:
        raise NotAllowed(
            f"A duty applies to {incident.reference}; somebody else than who reported it decides "
            "that there was no incident."
        )


def close(
    incident: Incident,
    kind: Incident.ClosedAs,
    *,
    into: Incident | None = None,
    reason: str,
    by: ledger.Actor,
    at: datetime,
) -> None:
    """Close it as void, or as merged into another. To be called with the incident held, once its
    duties are called off."""
    before = {"state": incident.state}
    ladders.change(incident, state=State.CLOSED, closed_at=at, closed_as=kind, merged_into=into)
    because = f"The incident was closed as {kind}."
    timers.cancel(Timer.objects.filter(incident=incident), because=because, at=at)
    after = {"state": State.CLOSED, "closed_as": kind, "merged_into": into and into.id}
    verb = "incident.voided" if kind == Incident.ClosedAs.VOID else "incident.merged"
    ledger.append(_event(verb, incident, before, after, reason), by=by, at=at)


def reopen(
    incident: Incident,
    kind: Incident.ClosedAs,
    *,
    release: Release,
    reason: str,
    by: ledger.Actor,
    at: datetime,
) -> None:
    """Open again what was closed as `kind`, with nobody who has it in hand: the ladder begins anew.
    Raises WrongState for what is not so closed, or whose fingerprint another open incident has."""
    if incident.closed_as != kind:
        raise WrongState(f"{incident.reference} is not closed as {kind}; it stays as it is.")
    before = {"state": incident.state, "closed_as": kind, "lead": incident.lead}
    columns = {
        "state": State.OPEN,
        "closed_at": None,
        "closed_as": "",
        "merged_into": None,
        "lead": ladders.lead(incident, release, at),
        "ladder": incident.ladder + 1,
        "snoozed_until": None,
        **ladders.FREE,
    }
    try:
        with transaction.atomic():
            ladders.change(incident, **columns)
    except IntegrityError as error:
        raise WrongState(
            f"Another incident with the same fingerprint is open; merge {incident.reference} into "
            "it, or close that one first."
        ) from error
    ladders.climb(incident, ladder.first(ladders.response(incident, release, at), at))
    after = {"state": State.OPEN, "closed_as": "", "lead": incident.lead}
    ledger.append(_event("incident.reopened", incident, before, after, reason), by=by, at=at)


def _event(
    verb: str,
    incident: Incident,
    before: Mapping[str, object],
    after: Mapping[str, object],
    reason: str,
) -> ledger.Event:
    return ledger.Event(
        verb, "incident", incident.id, incident.id, before=before, after=after, reason=reason
    )
