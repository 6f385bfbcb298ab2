"""Files of an incident: kept once by their digest, named safely, and read on record."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, Q

from governance.access import reads
from governance.errors import Invalid
from governance.ledger import ledger
from incidents import file_names
from incidents.errors import TooLarge
from incidents.models import Attachment, Clock, FileContent, Incident, Notice

Purpose = Attachment.Purpose


@dataclass(frozen=True)
class Upload:
    """A file as somebody sends it. Its name and type are what the sender claims."""

    name: str
    media_type: str
    data: bytes
    purpose: str = Purpose.OTHER


def add(
    incident: Incident,
    upload: Upload,
    *,
    clock: Clock | None = None,
    notice: Notice | None = None,
    by: ledger.Actor,
    at: datetime,
) -> tuple[Attachment, bool]:
    """Keep a file; False beside one that is there already, for a repeated call adds nothing. Raises
    TooLarge, and Invalid for an empty one."""
    limit = settings.ATTACHMENT_LIMIT
    if len(upload.data) > limit:
        raise TooLarge(f"A file has at most {limit:,} bytes; this one has {len(upload.data):,}.")
    if not upload.data:
        raise Invalid("The file is empty.")
    digest = hashlib.sha256(upload.data).hexdigest()
    name = file_names.name(upload.name)
    same = incident.attachments.filter(
        content=digest, name=name, clock=clock, notice=notice, purpose=upload.purpose
    ).select_related("content")
    if (found := same.first()) is not None:
        return found, False
    content = FileContent(sha256=digest, size=len(upload.data), data=upload.data)
    FileContent.objects.bulk_create([content], ignore_conflicts=True)
    _bring_anew(content)
    attachment = Attachment.objects.create(
        incident=incident,
        clock=clock,
        notice=notice,
        purpose=upload.purpose,
        name=name,
        media_type=file_names.media_type(upload.media_type),
        content=content,
        added_by=str(by),
        added_at=at,
    )
    ledger.append(_event("attachment.added", attachment), by=by, at=at)
    return attachment, True


def _bring_anew(content: FileContent) -> None:
    """Put back bytes that were erased. The row is locked before anybody looks whether they are
    there: a statement that looks for erased ones would pass by an erasure that is not yet over."""
    kept = FileContent.objects.filter(sha256=content.sha256)
    erased = ExpressionWrapper(Q(data=b""), BooleanField())
    if kept.select_for_update(no_key=True).values_list(erased, flat=True).get():
        kept.update(data=content.data)


def note_read(attachment: Attachment, *, by: ledger.Actor, at: datetime) -> None:
    """Who opened a file is a fact of the trail too. Raises Unrecorded."""
    reads.note(_event("attachment.read", attachment), by=by, at=at, closed=True)


def _event(verb: str, attachment: Attachment) -> ledger.Event:
    after = {
        "purpose": attachment.purpose,
        "sha256": attachment.content_id,
        "size": attachment.content.size,
        "clock": _key(attachment.clock_id),
        "notice": _key(attachment.notice_id),
    }
    return ledger.Event(
        verb,
        "attachment",
        attachment.id,
        attachment.incident_id,
        after=after,
        personal={"name": attachment.name},
    )


def _key(id_: object) -> str | None:
    return None if id_ is None else str(id_)
