"""What a request, or the outbox, sets in motion about notices and files, in order. Every door comes
through here; each function is one transaction, with the incident held."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.ledger.ledger import Actor
from incidents import contents, drawing, flow, locks, papers, selectors
from incidents import notices as rows
from incidents.clocks import UNFINISHED
from incidents.errors import Erased
from incidents.models import Attachment, Clock, Incident, Notice
from incidents.stages import attaching, calling, drafting, filing
from incidents.stages.attaching import Upload
from incidents.stages.drafting import Tick
from incidents.stages.filing import Filing
from incidents.stages.fulfilling import Fulfilment

# --- writing -----------------------------------------------------------------------------------


def draft(clock: Clock, *, by: Actor, at: datetime) -> Notice:
    """Begin the notice of a stage, filled from what is known."""
    with transaction.atomic():
        incident = locks.changeable(clock.incident)
        decision = selectors.latest_decision(incident)
        drawn = drawing.draw(clock, decision)
        return drafting.draft(clock, drawn, decision=decision, by=by, at=at)


def edit(
    notice: Notice,
    *,
    subject: str,
    body: str,
    enclosures: Sequence[UUID] | None = None,
    seen: int,
    by: Actor,
    at: datetime,
) -> Notice:
    """Save another text on the one that was `seen`; `enclosures` left out stay as they are."""
    with transaction.atomic():
        held = _held(notice)
        enclosed = _enclosed(held, enclosures)
        paper = papers.paper(subject, body, enclosed)
        drafting.edit(held, paper, seen=seen, by=by, at=at)
    return held


def refresh(notice: Notice, *, seen: int, by: Actor, at: datetime) -> Notice:
    """Fill the template anew from what is known now."""
    with transaction.atomic():
        held = _held(notice)
        decision = selectors.latest_decision(held.incident)
        drawn = drawing.draw(held.clock, decision)
        drafting.refresh(held, drawn, seen=seen, decision=decision, by=by, at=at)
    return held


def cover(notice: Notice, ticks: Iterable[Tick], *, by: Actor, at: datetime) -> Notice:
    with transaction.atomic():
        held = _held(notice)
        drafting.cover(held, ticks, by=by, at=at)
    return held


# --- judging -----------------------------------------------------------------------------------


def submit(notice: Notice, *, by: Actor, at: datetime) -> Notice:
    with transaction.atomic():
        held = _held(notice)
        drafting.submit(held, by=by, at=at)
    return held


def approve(notice: Notice, *, seen: int, by: Actor, at: datetime) -> Notice:
    with transaction.atomic():
        held = _held(notice)
        drafting.approve(held, seen=seen, by=by, at=at)
    return held


def give_back(notice: Notice, *, comment: str, by: Actor, at: datetime) -> Notice:
    with transaction.atomic():
        held = _held(notice)
        drafting.give_back(held, comment=comment, by=by, at=at)
    return held


def withdraw(notice: Notice, *, reason: str, by: Actor, at: datetime) -> Notice:
    with transaction.atomic():
        held = _held(notice)
        drafting.withdraw(held, reason=reason, by=by, at=at)
    return held


# --- leaving -----------------------------------------------------------------------------------


def file(
    notice: Notice,
    filing_: Filing,
    *,
    receipts: Sequence[Upload] = (),
    seen: int,
    confirmed: Sequence[str] = (),
    by: Actor,
    at: datetime,
) -> Notice:
    """Record that the text was filed, with its receipts, and fulfil the clock: all or nothing."""
    with transaction.atomic():
        held = _held(notice)
        for each in receipts:
            attaching.add(held.incident, each, clock=held.clock, notice=held, by=by, at=at)
        found = _leaving(held)
        filing.file(held, filing_, seen=seen, found=found, confirmed=confirmed, by=by, at=at)
        fulfilment = Fulfilment(
            submitted_at=filing_.submitted_at,
            receipt_number=filing_.receipt_number,
            channel=filing_.channel,
            note=filing_.note,
            sent_to=filing_.sent_to,
            approved_by=held.approved_by,
            notice=held.id,
        )
        flow.fulfil(held.clock, fulfilment, by=by, at=at)
    return held


def send(
    notice: Notice,
    to: str,
    *,
    seen: int,
    confirmed: Sequence[str] = (),
    by: Actor,
    at: datetime,
) -> Notice:
    """Owe the text to an address. The clock runs until the mail server has taken it."""
    with transaction.atomic():
        held = _held(notice)
        found = _leaving(held)
        filing.send(held, to, seen=seen, found=found, confirmed=confirmed, by=by, at=at)
    return held


def _leaving(held: Notice) -> contents.Completeness:
    """What the text has of what is required. Raises WrongState where the policies that hold by now
    want an approval, and those under which it was begun did not."""
    release = selectors.release_of(held.incident)
    filing.refuse_unapproved(held, drawing.demanded(held.clock, release))
    return contents.of(held)


def settle(id_: UUID, incident_id: UUID, *, by: Actor, at: datetime) -> filing.Outcome:
    """Follow what became of a notice's message.

    1. Hold the incident, then look: another process may have been faster.
    2. Sent: the stage is fulfilled at the time at which the mail server took it, unless it is over.
    3. Given up: the notice is back with its editors, and the owner of the duty hears of it.
    """
    with transaction.atomic():
        incident = locks.hold(incident_id)
        notice = _fresh(id_)
        outcome = filing.settle(notice, by=by, at=at)
        if outcome == "sent" and incident.state != Incident.State.CLOSED:
            _fulfil(notice, by=by, at=at)
        if outcome == "failed":
            release = selectors.release_of(incident)
            call = filing.undeliverable(notice, because=notice.error)
            calling.tell([call], release=release, by=by, at=at)
    return outcome


def _fulfil(notice: Notice, *, by: Actor, at: datetime) -> None:
    if notice.clock.state not in UNFINISHED or notice.left_at is None:
        return  # recorded by hand meanwhile, or not owed any more: the notice says what left
    fulfilment = Fulfilment(
        submitted_at=notice.left_at,
        channel=notice.channel,
        sent_to=notice.sent_to,
        approved_by=notice.approved_by,
        notice=notice.id,
    )
    flow.fulfil(notice.clock, fulfilment, by=by, at=at)


# --- files -------------------------------------------------------------------------------------


def attach(
    incident: Incident,
    upload: Upload,
    *,
    clock: Clock | None = None,
    notice: Notice | None = None,
    by: Actor,
    at: datetime,
) -> tuple[Attachment, bool]:
    """Add a file to an incident. One that is to go with a notice is part of its next text."""
    with transaction.atomic():
        locks.changeable(incident)
        held = _fresh(notice.id) if notice is not None else None
        of = held.clock if held is not None else clock
        added = attaching.add(incident, upload, clock=of, notice=held, by=by, at=at)
        if held is not None and upload.purpose == Attachment.Purpose.ENCLOSURE:
            _enclose(held, added[0], by=by, at=at)
    return added


def open_file(attachment: Attachment, *, by: Actor, at: datetime) -> bytes:
    """The bytes of a file, for somebody whose reading is recorded. Raises Erased, Unrecorded."""
    if not attachment.content.data:
        raise Erased("This file was erased; the audit trail says when, by whom and why.")
    attaching.note_read(attachment, by=by, at=at)
    return bytes(attachment.content.data)


def _enclose(notice: Notice, attachment: Attachment, *, by: Actor, at: datetime) -> None:
    paper = rows.paper(rows.current(notice))
    (added,) = rows.enclosed([attachment])
    if added not in paper.enclosures:
        whole = papers.Paper(paper.subject, paper.body, (*paper.enclosures, added))
        drafting.edit(notice, whole, seen=notice.revision, by=by, at=at)


def _enclosed(notice: Notice, wanted: Sequence[UUID] | None) -> tuple[papers.Enclosure, ...]:
    if wanted is None:
        return rows.paper(rows.current(notice)).enclosures
    found = selectors.enclosable(notice, wanted)
    return rows.enclosed(found)


# --- rows --------------------------------------------------------------------------------------


def _held(notice: Notice) -> Notice:
    """The notice as it is now, its incident held. Raises WrongState when that is closed."""
    locks.changeable(notice.incident)
    return _fresh(notice.id)


def _fresh(id_: UUID) -> Notice:
    found = Notice.objects.select_related("incident", "clock__duty__decision", "clock__incident")
    return found.get(id=id_)
