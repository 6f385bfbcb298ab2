"""The log of an incident: what the audit trail says happened, and what people wrote down, as one
list from the latest back. What is shown of it stands in the address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from governance.api import withheld
from governance.console import times
from governance.ledger import readings
from governance.ledger.models import Entry
from governance.ledger.readings import Reading
from incidents import selectors
from incidents.admin import history, kept
from incidents.models import Incident, TimelineNote

#: Longer logs show their latest entries; the audit trail has them all.
LONGEST: Final = 300
PARAMETER: Final = "log"
_NOTES: Final = "notes"
#: Kind → (title, how the verbs of its entries begin). What fits none is under all only.
_KINDS: Final[Mapping[str, tuple[Promise, tuple[str, ...]]]] = {
    _NOTES: (_("Notes"), ()),
    "decisions": (
        _("Decisions and duties"),
        (
            "incident.reported",
            "incident.classified",
            "incident.decided",
            "incident.amended",
            "incident.reassessed",
            "reassessment.",
            "severity_override.",
            "duty.",
        ),
    ),
    "deadlines": (_("Deadlines"), ("clock.", "dispensation.")),
    "moments": (_("Moments"), ("moment.",)),
    "people": (
        _("People and state"),
        (
            "incident.acknowledged",
            "incident.snoozed",
            "incident.handed_over",
            "incident.role_assigned",
            "incident.role_ended",
            "incident.reescalated",
            "incident.contained",
            "incident.resolved",
            "incident.closed",
            "incident.reopened",
            "incident.voided",
            "incident.merged",
            "escalation.",
        ),
    ),
    "notices": (_("Notices and files"), ("notice.", "attachment.")),
    "messages": (_("Messages"), ("message.",)),
}


@dataclass(frozen=True)
class Line:
    """`text` is a note, or why something happened; `crossed` one that was corrected since."""

    when: datetime
    at: SafeString
    what: str
    text: str
    by: str
    url: str = ""
    note: bool = False
    crossed: bool = False


@dataclass(frozen=True)
class Kind:
    """A filter: where it leads, and how many there are of it."""

    query: str
    title: str | Promise
    count: int
    chosen: bool


@dataclass(frozen=True)
class Found:
    """What was read for the log, before the names of those who acted are known."""

    entries: Sequence[Reading]
    notes: Sequence[TimelineNote]
    kinds: Sequence[Kind]
    cut: bool

    @property
    def total(self) -> int:
        return self.kinds[0].count

    def named(self) -> Iterable[str]:
        yield from history.named(self.entries)
        yield from (each.written_by for each in self.notes)


def read(incident: Incident, chosen: str) -> Found:
    """What is to be shown for a kind; for one that there is not, everything."""
    wanted = chosen if chosen in _KINDS else ""
    told = selectors.timeline(incident).exclude(verb__startswith="note.")
    written = [withheld.veil(each) for each in kept.notes(incident)]
    shown = told.filter(_of(wanted)) if wanted else told
    entries = [] if wanted == _NOTES else readings.read(shown.reverse()[:LONGEST])
    counts = _counted(told, entries, whole=not wanted and len(entries) < LONGEST)
    return Found(
        entries,
        written if wanted in ("", _NOTES) else [],
        _kinds({**counts, _NOTES: len(written)}, wanted),
        len(entries) == LONGEST,
    )


def lines(found: Found, names: Mapping[str, str], *, may_read: bool) -> Sequence[Line]:
    """From the latest back; of entries each leads to the audit trail for who may read that."""
    told = history.shown(found.entries, names, may_read=may_read)
    rows = [
        Line(each.entry.at, row["at"], row["verb"], row["reason"], row["by"], row["url"])
        for each, row in zip(found.entries, told, strict=True)
    ]
    rows += [_note(each, names) for each in found.notes]
    return sorted(rows, key=lambda row: row.when, reverse=True)


def _counted(
    told: QuerySet[Entry], entries: Sequence[Reading], *, whole: bool
) -> Mapping[str, int]:
    """How many entries there are of each kind; asked for only where not all of them were read."""
    if not whole:
        kinds = {name: Count("id", filter=_of(name)) for name in _KINDS if name != _NOTES}
        return told.order_by().aggregate(all=Count("id"), **kinds)
    verbs = [each.entry.verb for each in entries]
    found = {
        name: sum(verb.startswith(starts) for verb in verbs) for name, (_, starts) in _KINDS.items()
    }
    return {**found, "all": len(verbs)}


def _of(kind: str) -> Q:
    condition = Q()
    for start in _KINDS[kind][1]:
        condition |= Q(verb__startswith=start)
    return condition


def _kinds(counts: Mapping[str, int], wanted: str) -> Sequence[Kind]:
    everything = counts["all"] + counts[_NOTES]
    whole = Kind("?", _("Everything"), everything, chosen=not wanted)
    others = [
        Kind(f"?{PARAMETER}={name}", title, counts[name], chosen=name == wanted)
        for name, (title, _) in _KINDS.items()
        if counts[name]
    ]
    return [whole, *others]


def _note(note: TimelineNote, names: Mapping[str, str]) -> Line:
    what: Any = _("Note in place of an earlier one") if note.corrects_id else _("Note")
    return Line(
        note.at,
        times.stamp(note.at),
        str(what),
        withheld.text(note.text, note),
        names.get(note.written_by, ""),
        note=True,
        crossed=hasattr(note, "correction"),
    )
