"""A notice leaves: filed by hand on a portal, or sent through the outbox. What the outbox confirms
counts, and nothing before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db.models import F, Q

from governance import english
from governance.errors import Invalid
from governance.ledger import ledger
from governance.outbox import outbox
from governance.outbox.models import Message
from incidents import clocks, notices
from incidents.calls import Call
from incidents.contents import Completeness
from incidents.errors import Incomplete, WrongState
from incidents.models import Attachment, Clock, Incident, Notice
from policies.reports import CLOCK_TOLERANCE

State = Notice.State
Outcome = Literal["sent", "failed", "nothing"]
EMAIL: Final = "e-mail"
_LONGEST_RETRY: Final = timedelta(minutes=10)
_ADDRESS: Final = EmailValidator("Give one e-mail address.")


@dataclass(frozen=True)
class Filing:
    """What somebody did on a portal, or by letter, telephone or hand."""

    submitted_at: datetime
    sent_to: str
    channel: str
    receipt_number: str = ""
    note: str = ""


def file(
    notice: Notice,
    filing: Filing,
    *,
    seen: int,
    found: Completeness,
    confirmed: Sequence[str],
    by: ledger.Actor,
    at: datetime,
) -> None:
    """Record that exactly this text was filed. The caller fulfils the clock in this transaction.
    Raises Incomplete, Overtaken, WrongState, and Invalid for a time before the approval."""
    _refuse(notice, seen, found, confirmed)
    if filing.submitted_at > at + CLOCK_TOLERANCE:
        raise Invalid("`submitted_at` lies in the future; record what has been filed.")
    approved_at = notice.approved_at
    if approved_at is not None and filing.submitted_at < approved_at - CLOCK_TOLERANCE:
        raise Invalid(
            f"It was approved at {approved_at:%Y-%m-%d %H:%M} UTC, after that time. What left "
            "before was not approved: record the deadline as sent, with the reason."
        )
    former = notices.move(
        notice,
        State.DRAFT,
        State.APPROVED,
        to=State.FILED,
        left_at=filing.submitted_at,
        sent_to=filing.sent_to,
        channel=filing.channel,
        missing=list(found.missing),
    )
    more: dict[str, Any] = {
        **_leaving(notice, found),
        "left_at": filing.submitted_at,
        "receipt_number": filing.receipt_number,
        "receipts": _digests(notice),
    }
    event = notices.event("notice.filed", notice, former, filing.note, personal=_to(notice), **more)
    ledger.append(event, by=by, at=at)


def send(
    notice: Notice,
    to: str,
    *,
    seen: int,
    found: Completeness,
    confirmed: Sequence[str],
    by: ledger.Actor,
    at: datetime,
) -> None:
    """Give exactly this text to the outbox; the sweep records what becomes of it. Raises
    Incomplete, Overtaken, WrongState, and Invalid for what is no address."""
    _refuse(notice, seen, found, confirmed)
    address = _address(to)
    (message,) = outbox.enqueue([_parcel(notice, address)], by=by, at=at)
    former = notices.move(
        notice,
        State.DRAFT,
        State.APPROVED,
        to=State.SENDING,
        message=message,
        sendings=notice.sendings + 1,
        sent_to=address,
        channel=EMAIL,
        missing=list(found.missing),
        error="",
        attempts=0,
        retry_at=None,
    )
    more: dict[str, Any] = {**_leaving(notice, found), "message": str(message.id)}
    event = notices.event("notice.queued", notice, former, personal=_to(notice), **more)
    ledger.append(event, by=by, at=at)


def settled(*, at: datetime, limit: int) -> Sequence[tuple[UUID, UUID]]:
    """(notice, incident) of those whose message was confirmed or given up, without a lock. One that
    was given up and went out later after all, tried again by hand, is found too."""
    ready = Q(retry_at__isnull=True) | Q(retry_at__lte=at)
    gone = Q(message__state=Message.State.SENT)
    dead = Q(state=State.SENDING, message__state=Message.State.DEAD)
    rows = Notice.objects.filter(ready, gone | dead, message__isnull=False, state__in=Notice.LIVE)
    return list(rows.order_by("id").values_list("id", "incident_id")[:limit])


def settle(notice: Notice, *, by: ledger.Actor, at: datetime) -> Outcome:
    """Bring a notice in line with its message; `nothing` when another process has done so."""
    message = Message.objects.filter(notices=notice).first()
    if message is None or notice.state not in Notice.LIVE:
        return "nothing"
    if message.state == Message.State.SENT:
        _sent(notice, message, by=by, at=at)
        return "sent"
    if message.state == Message.State.DEAD and notice.state == State.SENDING:
        _failed(notice, message, by=by, at=at)
        return "failed"
    return "nothing"


def undeliverable(notice: Notice, *, because: str) -> Call:
    """Tell whoever owns the duty that a notice did not leave; the clock runs on."""
    clock = notice.clock
    return Call(
        key=f"notice:{notice.id}:{notice.sendings}:undeliverable",
        incident=notice.incident,
        roles=(clock.duty.owner,),
        headline=f"Not delivered: {clock.title}",
        because=f"The notice to {notice.sent_to} could not be delivered and is back for another "
        f"try: {because[:300]}",
        clock=clock,
    )


def put_off(id_: UUID, error: Exception, *, at: datetime) -> None:
    """A fault of ours kept it from being settled; it is tried again."""
    notice = Notice.objects.get(id=id_)
    wait = min(timedelta(seconds=2 ** min(notice.attempts + 1, 10)), _LONGEST_RETRY)
    Notice.objects.filter(id=id_, state__in=Notice.LIVE).update(
        attempts=F("attempts") + 1,
        retry_at=at + wait,
        error=f"Attempt {notice.attempts + 1} to record it failed: {type(error).__name__}",
    )


def overtake(clock: Clock, *, by: ledger.Actor, at: datetime) -> None:
    """The stage was recorded as sent without its notice, which is of no use any more. One that is
    on its way stays: it cannot be called back."""
    notice = notices.live(clock)
    if notice is not None and notice.editable:
        _end(notice, "The stage was recorded as sent without it.", by=by, at=at)


def lapse(incident: Incident, *, by: ledger.Actor, at: datetime) -> None:
    """The incident is closed: what was being written will not leave."""
    for notice in incident.notices.filter(state__in=Notice.WRITABLE).order_by("id"):
        _end(notice, "The incident was closed.", by=by, at=at)


def _end(notice: Notice, reason: str, *, by: ledger.Actor, at: datetime) -> None:
    former = notices.move(notice, *Notice.WRITABLE, to=State.WITHDRAWN, comment=reason)
    ledger.append(notices.event("notice.withdrawn", notice, former, because=reason), by=by, at=at)


def refuse_unapproved(notice: Notice, demanded: str) -> None:
    """`demanded` is the role whose approval the policies want; empty: none."""
    if demanded and not notice.approval_role:
        raise WrongState(
            "The policies have changed and want it approved before it leaves: fill it anew from "
            "the template, and submit it for review."
        )
    if demanded and notice.state != State.APPROVED:
        raise WrongState("Its policy wants it approved before it leaves; submit it for review.")


def _refuse(notice: Notice, seen: int, found: Completeness, confirmed: Sequence[str]) -> None:
    notices.refuse_overtaken(notice, seen)
    if notice.clock.state not in clocks.UNFINISHED:
        raise WrongState(f"The stage is {english.label(notice.clock)}.")
    if notice.incident.drill and not notices.current(notice).subject.startswith("DRILL"):
        raise Invalid("This is a drill: the subject must begin with DRILL.")
    if set(confirmed) != set(found.missing):
        raise Incomplete(
            f"{len(found.missing)} required items are missing. Confirm that it leaves without "
            "them, by naming them, or complete it."
            if found.missing
            else "Nothing is missing any more; look again, and send it without confirming.",
            extra={"missing": list(found.missing)},
        )


def _parcel(notice: Notice, address: str) -> outbox.Draft:
    paper = notices.paper(notices.current(notice))
    return outbox.Draft(
        # A text that came back undelivered may go out again, to another address.
        key=f"notice:{notice.id}:{notice.revision}:{notice.sendings + 1}",
        channel="email",
        destination=address,
        subject=paper.subject,
        text=paper.text,
        because=f"Somebody sent the notice of the stage {notice.clock.stage!r}.",
        incident_id=notice.incident_id,
        incident_reference=notice.incident.reference,
    )


def _address(to: str) -> str:
    address = to.strip()
    try:
        _ADDRESS(address)
    except ValidationError as error:
        raise Invalid(str(error.message)) from error
    if len(address) > 254:
        raise Invalid("An e-mail address has at most 254 characters.")
    return address


def _sent(notice: Notice, message: Message, *, by: ledger.Actor, at: datetime) -> None:
    former = notices.move(notice, *Notice.LIVE, to=State.SENT, left_at=message.sent_at)
    more: dict[str, Any] = {"message": str(message.id), "left_at": message.sent_at}
    event = notices.event("notice.sent", notice, former, personal=_to(notice), **more)
    ledger.append(event, by=by, at=at)


def _failed(notice: Notice, message: Message, *, by: ledger.Actor, at: datetime) -> None:
    back = State.APPROVED if notice.approved_by else State.DRAFT
    error = message.last_error[:2000]
    former = notices.move(notice, State.SENDING, to=back, error=error)
    event = notices.event(
        "notice.undelivered",
        notice,
        former,
        error[:500],  # mail servers name the address
        personal=_to(notice),
        message=str(message.id),
    )
    ledger.append(event, by=by, at=at)


def _leaving(notice: Notice, found: Completeness) -> dict[str, object]:
    return {
        "channel": notice.channel,
        "approved_by": notice.approved_by,
        "missing": list(found.missing),
        "covered": found.covered,
        "required": found.required,
    }


def _to(notice: Notice) -> dict[str, object]:
    """To whom it goes: an office, or a person."""
    return {"sent_to": notice.sent_to} if notice.sent_to else {}


def _digests(notice: Notice) -> list[str]:
    receipts = notice.attachments.filter(purpose=Attachment.Purpose.RECEIPT)
    return list(receipts.order_by("id").values_list("content_id", flat=True))
