"""What people write down for the timeline of an incident. Each function is one transaction. The
text is held apart from the entry, which only commits to it, so that it can be erased."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance import ids
from governance.access import reach
from governance.access.rules import ANY, Access
from governance.errors import Invalid
from governance.ledger import ledger
from incidents import locks
from incidents.errors import WrongState
from incidents.models import Incident, TimelineNote
from policies.reports import CLOCK_TOLERANCE


def write(
    incident: Incident, text: str, *, about: datetime, by: ledger.Actor, at: datetime
) -> TimelineNote:
    """Write down what happened at the instant `about`. Raises Invalid for one to come."""
    with transaction.atomic():
        incident = locks.changeable(incident)
        return _keep(TimelineNote(incident=incident, text=text, at=about), by=by, at=at)


def correct(
    note: TimelineNote, text: str, *, about: datetime | None, by: ledger.Actor, at: datetime
) -> TimelineNote:
    """A note in the place of another, which stays to be read; about the same instant where none is
    given. Raises WrongState for one that was corrected already: correct the correction."""
    with transaction.atomic():
        incident = locks.changeable(note.incident)
        if TimelineNote.objects.filter(corrects=note).exists():
            raise WrongState("This note was corrected already; correct the one in its place.")
        row = TimelineNote(incident=incident, text=text, at=about or note.at, corrects=note)
        return _keep(row, by=by, at=at)


def of(incident: Incident) -> Sequence[TimelineNote]:
    """Every note in the order of what they tell, corrected ones too."""
    return list(incident.timeline_notes.select_related("incident", "correction"))


def one(id_: UUID, access: Access = ANY) -> TimelineNote:
    """For whoever has `access`. Raises NotFound, OutOfReach."""
    found = TimelineNote.objects.select_related("incident").filter(id=id_).first()
    return reach.one(found, access, f"There is no note {id_}.")


def _keep(row: TimelineNote, *, by: ledger.Actor, at: datetime) -> TimelineNote:
    if row.at > at + CLOCK_TOLERANCE:
        raise Invalid("`at` lies in the future; a note tells what has happened.")
    row.written_at, row.written_by = at, str(by)
    row.id = ids.new()
    row.save(force_insert=True)
    verb = "note.written" if row.corrects_id is None else "note.corrected"
    before = {"note": row.corrects_id} if row.corrects_id is not None else None
    event = ledger.Event(
        verb,
        "timeline_note",
        row.id,
        row.incident_id,
        before=before,
        after={"note": row.id, "at": row.at},
        personal={"text": row.text},
    )
    ledger.append(event, by=by, at=at)
    return row
