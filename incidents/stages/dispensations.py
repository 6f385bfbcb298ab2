"""Delays, pauses and waivers from the request to the end. What they do to clocks and duties follows
in the flow; here are their own rows, entries and timers."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from governance import english, ids
from governance.errors import Invalid, NotAllowed
from governance.ledger import ledger
from incidents import clocks, requests, timers
from incidents.errors import WrongState
from incidents.models import Clock, Dispensation, Duty, Incident, Timer

#: A request is told of again after this long, or sooner where half of the time left is less.
WAITS: Final = timedelta(hours=4)
#: The step of a review that does not repeat.
NEW_FACTS: Final = "new facts"
_LONGEST_RETRY: Final = timedelta(minutes=10)
State = Dispensation.State
Kind = Dispensation.Kind
_LIVE: Final = (State.REQUESTED, State.APPROVED)
#: What was decided → why nobody is reminded of the request any more.
_DECIDED: Final[Mapping[State, str]] = {
    State.APPROVED: "In force.",
    State.REFUSED: "Refused.",
}


def request(
    duty: Duty,
    clock: Clock | None,
    asked: requests.Asked,
    *,
    person: str,
    by: ledger.Actor,
    at: datetime,
) -> Dispensation:
    """Store a request and set the timer that keeps it from being forgotten. Raises Invalid for one
    that could not be granted, WrongState where there is nothing to dispense from or one waits."""
    requests.check(asked, at=at)
    requests.check_subject(duty, clock)
    same = Dispensation.objects.filter(
        duty=duty, clock=clock, kind=asked.kind, state=State.REQUESTED
    )
    if same.exists():
        raise WrongState(f"A {asked.kind} is asked for already; it waits for an approver.")
    row = Dispensation.objects.create(
        id=ids.new(),
        incident_id=duty.incident_id,
        duty=duty,
        clock=clock,
        kind=asked.kind,
        ground=asked.ground,
        reason=asked.reason,
        evidence=asked.evidence,
        since=asked.since,
        until=asked.until,
        review_at=asked.review_at,
        requested_at=at,
        requested_by=person,
    )
    timers.set_all([timers.dispensation(row, Timer.Kind.REQUEST, "1", _first_wait(row, at))])
    ledger.append(event("requested", row, None, asked.reason), by=by, at=at)
    return row


def approve(row: Dispensation, *, person: str, note: str, at: datetime) -> None:
    """Put it in force; the caller lets it take effect and writes its entry. Raises NotAllowed for
    the requester, WrongState when it is decided already, Invalid when its time is over."""
    requests.refuse_requester(row, person)
    requests.check_subject(row.duty, row.clock)
    since, ends_at = row.since, requests.ends_at(row)
    if row.kind == Kind.PAUSE:
        since = row.since or at
        requests.refuse_expired(row.clock, since)
    if ends_at is not None and ends_at <= at:
        raise Invalid("Its end has passed meanwhile. Refuse it; a new one can be asked for.")
    _decide(row, State.APPROVED, person=person, note=note, at=at, since=since, ends_at=ends_at)
    if row.review_at is not None:
        due = max(row.review_at, at)
        timers.set_all([timers.dispensation(row, Timer.Kind.REVIEW, "1", due)])


def refuse(row: Dispensation, *, person: str, note: str, by: ledger.Actor, at: datetime) -> None:
    """Raises NotAllowed for the requester, who withdraws instead, and WrongState."""
    requests.refuse_requester(row, person)
    _decide(row, State.REFUSED, person=person, note=note, at=at)
    ledger.append(event("refused", row, {"state": State.REQUESTED}, note), by=by, at=at)


def withdraw(row: Dispensation, *, person: str, note: str, by: ledger.Actor, at: datetime) -> None:
    """Raises NotAllowed for anybody but the requester, and WrongState."""
    if row.requested_by != person:
        raise NotAllowed("Only who asked for it withdraws it; an approver refuses it.")
    _move(row, State.REQUESTED, State.WITHDRAWN, ended_at=at, ended_by=person, because=note)
    timers.cancel(row.timers.all(), because="The request was withdrawn.", at=at)
    ledger.append(event("withdrawn", row, {"state": State.REQUESTED}, note), by=by, at=at)


def end(row: Dispensation, *, because: str, ended_by: str, at: datetime) -> None:
    """What is in force ends at `at`, which may lie before now; the caller lets that take effect and
    writes its entry. Raises WrongState when it is not in force."""
    if row.since is not None:
        at = max(at, row.since)
    _move(row, State.APPROVED, State.ENDED, ended_at=at, ended_by=ended_by, because=because)
    timers.cancel(row.timers.all(), because=because[:500], at=at)


def end_by_sending(
    clock: Clock, sent_at: datetime, *, person: str, by: ledger.Actor, at: datetime
) -> bool:
    """A report that is sent in a pause ends it at that instant, so that it is not late. Whether
    there was one; then the clock is to be counted again before its fulfilment is recorded."""
    row = in_force(clock.duty, clock, Kind.PAUSE)
    if row is None:
        return False
    before, because = {"state": row.state, **subject(row)}, "The stage was submitted."
    end(row, because=because, ended_by=person, at=min(sent_at, at))
    ledger.append(event("ended", row, before, because=because), by=by, at=at)
    return True


def lapse(clock: Clock, *, by: ledger.Actor, at: datetime) -> None:
    """The stage was sent: there is nothing to dispense it from any more, nor its duty once that
    owes nothing else."""
    of_duty = Q(clock__isnull=True, duty=clock.duty_id, duty__state=Duty.State.FULFILLED)
    rows = Dispensation.objects.filter(Q(clock=clock) | of_duty, state__in=_LIVE)
    _drop(rows, because="The stage was submitted.", by=by, at=at)


def close(incident: Incident, *, by: ledger.Actor, at: datetime) -> None:
    """The incident is closed: nothing of it waits or is in force any more."""
    rows = incident.dispensations.filter(state__in=_LIVE)
    _drop(rows, because="The incident was closed.", by=by, at=at)


def in_force(duty: Duty, clock: Clock | None, kind: Dispensation.Kind) -> Dispensation | None:
    return Dispensation.objects.filter(
        duty=duty, clock=clock, kind=kind, state=State.APPROVED
    ).first()


def due(*, at: datetime, limit: int) -> list[UUID]:
    """What is in force beyond its end, the longest over first."""
    ready = Q(retry_at__isnull=True) | Q(retry_at__lte=at)
    rows = Dispensation.objects.filter(ready, state=State.APPROVED, ends_at__lte=at)
    return list(rows.order_by("ends_at", "id").values_list("id", flat=True)[:limit])


def put_off(id_: UUID, *, at: datetime) -> None:
    """It could not be ended by a fault of ours: tried again, less and less often. Its clock reads
    as running meanwhile, for a pause is over at its end whoever notices."""
    row = Dispensation.objects.filter(id=id_, state=State.APPROVED).first()
    if row is not None:
        wait = min(timedelta(seconds=2 ** min(row.attempts + 1, 10)), _LONGEST_RETRY)
        Dispensation.objects.filter(id=id_, state=State.APPROVED).update(
            attempts=row.attempts + 1, retry_at=at + wait
        )


def event(
    verb: str,
    row: Dispensation,
    before: Mapping[str, object] | None,
    reason: str = "",
    *,
    because: str = "",
) -> ledger.Event:
    """The entry of a change that has been made, with the clock or duty as it then is. `reason` is
    in a person's words, `because` in the program's."""
    return ledger.Event(
        f"dispensation.{verb}",
        "dispensation",
        row.id,
        row.incident_id,
        before,
        {**_record(row), **subject(row)},
        reason,
        because,
        {"evidence": row.evidence} if row.evidence else {},
    )


def subject(row: Dispensation) -> dict[str, object]:
    """What the ledger says of the clock or duty that it is for."""
    if row.clock is not None:
        return {"clock": {"id": row.clock.id, **clocks.record(row.clock)}}
    return {"duty": {"id": row.duty.id, "duty": row.duty.duty, "state": row.duty.state}}


def review_again(waivers: Iterable[Dispensation], *, at: datetime) -> None:
    """New facts came: whoever answers for a waiver looks whether its ground still holds."""
    timers.set_all(timers.dispensation(row, Timer.Kind.REVIEW, NEW_FACTS, at) for row in waivers)


def _first_wait(row: Dispensation, at: datetime) -> datetime:
    wait = WAITS
    if row.clock is not None and row.clock.conservative_due is not None:
        wait = min(WAITS, max((row.clock.conservative_due - at) / 2, timedelta()) or WAITS)
    return at + wait


# --- rows --------------------------------------------------------------------------------------


def _decide(
    row: Dispensation,
    state: Dispensation.State,
    *,
    person: str,
    note: str,
    at: datetime,
    since: datetime | None = None,
    ends_at: datetime | None = None,
) -> None:
    changed = Dispensation.objects.filter(id=row.id, state=State.REQUESTED).update(
        state=state,
        decided_at=at,
        decided_by=person,
        note=note,
        since=since if since is not None else row.since,
        ends_at=ends_at,
    )
    _changed(row, changed)
    timers.cancel(row.timers.all(), because=_DECIDED[State(row.state)], at=at)


def _move(
    row: Dispensation,
    old: Dispensation.State,
    new: Dispensation.State,
    *,
    ended_at: datetime,
    ended_by: str,
    because: str,
) -> None:
    changed = Dispensation.objects.filter(id=row.id, state=old).update(
        state=new, ended_at=ended_at, ended_by=ended_by, ended_because=because[:1000]
    )
    _changed(row, changed)


def _changed(row: Dispensation, count: int) -> None:
    row.refresh_from_db()
    if not count:
        raise WrongState(f"This {row.kind} is {english.label(row)} already.")


def _drop(rows: QuerySet[Dispensation], *, because: str, by: ledger.Actor, at: datetime) -> None:
    """Withdraw what is asked for, and end what is in force."""
    for row in rows.select_related("clock", "duty").order_by("id"):
        before, new = {"state": row.state}, State.ENDED
        if row.state == State.REQUESTED:
            new = State.WITHDRAWN
        _move(row, State(row.state), new, ended_at=at, ended_by=str(by), because=because)
        timers.cancel(row.timers.all(), because=because, at=at)
        ledger.append(event(new.value, row, before, because=because), by=by, at=at)


def _record(row: Dispensation) -> dict[str, object]:
    """The reason and the note stand as the reasons of their entries."""
    return {
        "kind": row.kind,
        "state": row.state,
        "ground": row.ground,
        "since": row.since,
        "until": row.until,
        "review_at": row.review_at,
        "ends_at": row.ends_at,
        "requested_by": row.requested_by,
        "decided_by": row.decided_by,
        "ended_at": row.ended_at,
    }
