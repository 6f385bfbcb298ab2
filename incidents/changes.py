"""What changed, for programs that follow: entries of the audit trail, in the order of their seal.

An entry that commits late is sealed late, so whoever has read up to a place of the log has missed
nothing before it; entries by their time or id would give no such promise. What a change says of
itself is a few names and instants; nothing of it is in a person's words.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.access import reads
from governance.errors import Invalid
from governance.ledger.models import Checkpoint, Leaf
from incidents.errors import CursorLost
from incidents.models import Incident

#: The kinds of objects whose changes are told, each with those who may read such objects.
OF_INCIDENTS: Final = frozenset(
    {
        "incident",
        "submission",
        "incident_link",
        "incident_role",
        "timeline_note",
        "duty",
        "clock",
        "moment",
        "attachment",
        "notice",
        "dispensation",
        "severity_override",
    }
)
OF_POLICIES: Final = frozenset({"policy_version"})
KINDS: Final = OF_INCIDENTS | OF_POLICIES
#: So many places of the log are looked through at once, whatever the filters let pass.
WINDOW: Final = 5_000
#: What a change says of its object: names, terms of policies and instants, of no person.
_SAID: Final = (
    "severity",
    "level",
    "computed",
    "provisional",
    "state",
    "status",
    "identity",
    "policy",
    "duty",
    "stage",
    "occurrence",
    "conservative_due",
    "legal_due",
    "due_at",
    "fulfilled_at",
    "effective_from",
    "effective_until",
)
_CURSOR: Final = re.compile(r"(?P<place>[1-9][0-9]{0,15})-(?P<mark>[0-9a-f]{8})|0")
#: Entries that speak of our own messages, and of who looked at what or took a copy of it.
_UNTOLD: Final = (
    Q(entry__verb__startswith="message.")
    | Q(entry__verb="policy.exported")
    | reads.readings("entry__")
)
#: Between the time of an entry and that of the checkpoint which seals it, at the most to the past.
_SPREAD: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Wanted:
    """Which changes: of these kinds of objects, with these verbs (`clock.*` is all of a family), of
    one incident, of these systems, of incidents that have one of these severities now. None: of
    all, and those of no incident, too. Without `drills` what is only practised is left out."""

    kinds: Collection[str] = KINDS
    verbs: Collection[str] | None = None
    incident: UUID | None = None
    systems: Collection[str] | None = None
    severities: Collection[str] | None = None
    drills: bool = True


@dataclass(frozen=True)
class Change:
    """`place` is that in the log; `was` and `now` what was said before and after."""

    place: int
    id: UUID
    at: datetime
    verb: str
    kind: str
    object_id: str
    actor: str
    incident: Incident | None
    was: Mapping[str, object] = field(default_factory=dict)
    now: Mapping[str, object] = field(default_factory=dict)

    @property
    def actor_kind(self) -> str:
        """user, api_key or system; who it was is for readers of the audit trail."""
        return self.actor.partition(":")[0]


@dataclass(frozen=True)
class Page:
    """`place` is up to where was looked: the next page begins there. `more`: there is one."""

    changes: Sequence[Change]
    place: int
    more: bool


def size() -> int:
    """Of the log: how many entries are sealed."""
    last = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else int(last) + 1


def page(after: int, *, wanted: Wanted, limit: int, upto: int | None = None) -> Page:
    """The changes from place `after` on, up to the place `upto` or the end of the log."""
    sealed = size() if upto is None else min(size(), upto)
    end = min(after + WINDOW, sealed)
    rows = Leaf.objects.filter(index__gte=after, index__lt=end).select_related("entry")
    leaves = list(_chosen(rows, wanted).order_by("index")[:limit])
    place = leaves[-1].index + 1 if len(leaves) == limit else max(after, end)
    return Page(_told(leaves), place, place < sealed)


def at_place(place: int, *, wanted: Wanted) -> Change | None:
    """The change at one place of the log, if it is one of those wanted."""
    found = page(place, wanted=wanted, limit=1, upto=place + 1).changes
    return found[0] if found else None


def since(at: datetime) -> int:
    """A place that nothing written at an instant or later stands before; a little of what was
    written earlier may follow it."""
    sealed = Checkpoint.objects.filter(at__lt=at - _SPREAD).order_by("-at")
    return sealed.values_list("size", flat=True).first() or 0


def cursor(place: int) -> str:
    """What a follower keeps: the place, and a mark of the entry before it."""
    if place == 0:
        return "0"
    return f"{place}-{_mark(Leaf.objects.get(index=place - 1).entry_id)}"


def place(cursor: str) -> int:
    """The place that a cursor names. Raises Invalid, and CursorLost where this log does not hold
    the entry that the follower read last: it was restored from an older copy."""
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise Invalid("Give a cursor as it was given in `next`; 0 or none begins at the start.")
    if found["place"] is None:
        return 0
    before = Leaf.objects.filter(index=int(found["place"]) - 1).first()
    if before is None or _mark(before.entry_id) != found["mark"]:
        raise CursorLost(
            "The log does not hold what you have read last: it was restored from an older copy. "
            "Read on from after=0, or from an earlier cursor, and compare."
        )
    return int(found["place"])


def _chosen(rows: QuerySet[Leaf], wanted: Wanted) -> QuerySet[Leaf]:
    """Conditions on the entry itself, so that the database may stop at the end of the page."""
    rows = rows.filter(entry__object_kind__in=list(wanted.kinds)).exclude(_UNTOLD)
    if wanted.verbs is not None:
        rows = rows.filter(_named(wanted.verbs))
    if wanted.incident is not None:
        rows = rows.filter(entry__incident_id=wanted.incident)
    concerned = Incident.objects.filter(id=OuterRef("entry__incident_id"))
    if wanted.systems is not None:
        rows = rows.filter(Exists(concerned.filter(system__in=wanted.systems)))
    if wanted.severities is not None:
        rows = rows.filter(Exists(concerned.filter(severity__in=wanted.severities)))
    return rows if wanted.drills else rows.exclude(Exists(concerned.filter(drill=True)))


def _named(verbs: Collection[str]) -> Q:
    families = [verb.removesuffix("*") for verb in verbs if verb.endswith(".*")]
    found = Q(entry__verb__in=list(verbs))
    for each in families:
        found |= Q(entry__verb__startswith=each)
    return found


def _told(leaves: Sequence[Leaf]) -> list[Change]:
    keys = {leaf.entry.incident_id for leaf in leaves if leaf.entry.incident_id is not None}
    incidents = Incident.objects.defer("report").in_bulk(keys)
    return [_change(leaf, incidents) for leaf in leaves]


def _change(leaf: Leaf, incidents: Mapping[Any, Incident]) -> Change:
    entry = leaf.entry
    record = json.loads(entry.body)
    return Change(
        place=leaf.index,
        id=entry.id,
        at=entry.at,
        verb=entry.verb,
        kind=entry.object_kind,
        object_id=entry.object_id,
        actor=entry.actor,
        incident=incidents.get(entry.incident_id),
        was=_said(record["before"]),
        now=_said(record["after"]),
    )


def _said(state: Any) -> Mapping[str, object]:
    if not isinstance(state, dict):
        return {}
    return {name: state[name] for name in _SAID if state.get(name) is not None}


def _mark(id_: UUID) -> str:
    return id_.hex[-8:]
