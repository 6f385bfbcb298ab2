"""Merging a duplicate into the incident that stays. Each function is one transaction.

No duty vanishes by it. What the duplicate knows earlier is carried over first, and the survivor is
decided and counted anew; then each duty of the duplicate must be open or fulfilled there, each of
its deadlines no later. Else nothing is merged, and the refusal says what is missing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from governance import english
from governance.errors import Conflict, Invalid
from governance.ledger import ledger
from incidents import (
    differences,
    duties,
    ending,
    facts,
    links,
    locks,
    moments,
    previews,
    selectors,
)
from incidents.clocks import UNFINISHED
from incidents.models import Clock, Duty, Incident, IncidentLink
from incidents.stages import voiding

_MERGED = Incident.ClosedAs.MERGED


class NotCovered(Conflict):
    """A duty of the duplicate would be owed by nobody, or later."""

    code = "duties-not-covered"


@dataclass(frozen=True)
class Merge:
    """`carried` are the moments that the survivor took over, `changes` what that did to its duties,
    and `called_off` the duties of the duplicate that its own now stand for."""

    duplicate: Incident
    survivor: Incident
    carried: Mapping[str, datetime]
    changes: Sequence[Mapping[str, Any]]
    called_off: Sequence[Duty]


def merge(
    duplicate: Incident, survivor: Incident, *, reason: str, by: ledger.Actor, at: datetime
) -> Merge:
    """Close the duplicate as merged into the survivor. Raises Invalid for one with itself or of a
    drill with a real incident; WrongState where either is closed, or somebody outside was told of
    the duplicate; NotCovered."""
    with transaction.atomic():
        duplicate, survivor = _both(duplicate, survivor)
        return _merge(duplicate, survivor, reason=reason, by=by, at=at)


def preview(duplicate: Incident, survivor: Incident, *, at: datetime) -> Merge:
    """What `merge` would do; nothing of it stays. Raises what it raises."""
    with previews.taken_back():
        duplicate, survivor = _both(duplicate, survivor)
        return _merge(duplicate, survivor, reason="", by=previews.NOBODY, at=at)


def undo(duplicate: Incident, *, reason: str, by: ledger.Actor, at: datetime) -> Incident:
    """It was another incident after all: it opens again with what it owes. The survivor keeps the
    moments that it took over; let another count where they are wrong. Raises WrongState for what is
    not merged, or once somebody outside was told of the survivor since."""
    with transaction.atomic():
        survivor = Incident.objects.get(id=duplicate.id).merged_into
        if survivor is not None:
            locks.hold(survivor.id)
        duplicate = locks.hold(duplicate.id)
        if survivor is not None and duplicate.closed_at is not None:
            voiding.refuse_told(survivor, since=duplicate.closed_at)
        release = selectors.release_of(duplicate)
        voiding.reopen(duplicate, _MERGED, release=release, reason=reason, by=by, at=at)
        for link in links.of(duplicate):
            if link.kind == IncidentLink.Kind.DUPLICATE and link.incident_id == duplicate.id:
                links.end(link, reason=reason, by=by, at=at)
        because = "The incident is no duplicate after all."
        ending.take_up(duplicate, release, because=because, by=by, at=at)
    return duplicate


def _both(duplicate: Incident, survivor: Incident) -> tuple[Incident, Incident]:
    """Both as they are now, held in one order, so that two merges cannot wait for each other."""
    if duplicate.id == survivor.id:
        raise Invalid("An incident is not merged into itself.")
    if duplicate.drill != survivor.drill:
        raise Invalid("A drill is merged with drills only.")
    pair = sorted((duplicate, survivor), key=lambda each: each.id)
    found = {each.id: locks.changeable(each) for each in pair}
    return found[duplicate.id], found[survivor.id]


def _merge(
    duplicate: Incident, survivor: Incident, *, reason: str, by: ledger.Actor, at: datetime
) -> Merge:
    """1. Carry over what the duplicate knows earlier; the survivor is decided anew.
    2. See that each duty of the duplicate is covered there.
    3. Call off the duties of the duplicate, close it, and link the two."""
    voiding.refuse_told(duplicate)
    before = differences.picture(survivor)
    carried = _carry(duplicate, survivor, by=by, at=at)
    owed = list(duplicate.duties.filter(state__in=duties.ACTIVE).order_by("id"))
    if missing := [
        words for duty in owed if not duty.shadow for words in _uncovered(duty, survivor)
    ]:
        raise NotCovered(
            f"{survivor.reference} does not cover what {duplicate.reference} owes: "
            f"{'; '.join(missing)}. Amend its facts first.",
            extra={"missing": missing},
        )
    because = f"{survivor.reference}, of which this is a duplicate, owes it."
    ending.call_off(duplicate, because=because, by=by, at=at)
    voiding.close(duplicate, _MERGED, into=survivor, reason=reason, by=by, at=at)
    _link(duplicate, survivor, reason=reason, by=by, at=at)
    ledger.append(_absorbed(survivor, duplicate, carried), by=by, at=at)
    changes = differences.between(before, differences.picture(survivor))
    return Merge(duplicate, survivor, carried, changes, owed)


def _carry(
    duplicate: Incident, survivor: Incident, *, by: ledger.Actor, at: datetime
) -> Mapping[str, datetime]:
    """The moments from which a deadline of the duplicate runs, and that are known earlier there or
    only there, count for the survivor from here on."""
    anchors = duplicate.clocks.filter(state__in=UNFINISHED).values_list("anchor", flat=True)
    theirs, own = facts.starts(duplicate), facts.starts(survivor)
    theirs = {name: theirs[name] for name in set(anchors) & theirs.keys()}
    known = selectors.release_of(survivor).moments
    earlier = {
        name: instant
        for name, instant in sorted(theirs.items())
        if name in known and instant < own.get(name, at)
    }
    for name, instant in earlier.items():
        basis = f"Carried over from {duplicate.reference}, a duplicate."
        moments.record(
            survivor, name, instant, basis=basis, source=duplicate.reference, by=by, at=at
        )
    survivor.refresh_from_db()
    return earlier


def _uncovered(duty: Duty, survivor: Incident) -> Iterator[str]:
    """In words, what of a duty the survivor does not owe, or later."""
    same = survivor.duties.filter(policy_name=duty.policy_name, duty=duty.duty, shadow=False)
    covering = same.filter(state__in=(*duties.ACTIVE, Duty.State.FULFILLED)).first()
    if covering is None or (duty.state == Duty.State.OPEN and covering.state == "undetermined"):
        yield f"{duty.title} ({english.label(duty)})"
        return
    theirs = _by_stage(covering)
    for clock in duty.clocks.filter(state__in=UNFINISHED, optional=False):
        other = theirs.get((clock.stage, clock.recipient_id))
        if other is None or _later(other, clock):
            yield f"{clock.title}, due {_due(clock)}"


def _by_stage(duty: Duty) -> Mapping[tuple[str, str], Clock]:
    """The last clock of each stage and recipient that was not cancelled."""
    rows = duty.clocks.exclude(state=Clock.State.CANCELLED).order_by("occurrence")
    return {(each.stage, each.recipient_id): each for each in rows}


def _later(other: Clock, clock: Clock) -> bool:
    """Whether the survivor's clock gives more time; one that was met gives none."""
    if other.state == Clock.State.FULFILLED or clock.conservative_due is None:
        return False
    return other.conservative_due is None or other.conservative_due > clock.conservative_due


def _due(clock: Clock) -> str:
    due = clock.conservative_due
    return f"{due:%Y-%m-%d %H:%M} UTC" if due is not None else "at a time that is not known yet"


def _link(
    duplicate: Incident, survivor: Incident, *, reason: str, by: ledger.Actor, at: datetime
) -> None:
    """Unless somebody has said so already."""
    kind = IncidentLink.Kind.DUPLICATE
    standing = duplicate.links.filter(other=survivor, kind=kind, removed_at__isnull=True)
    if not standing.exists():
        links.record(duplicate, survivor, kind, reason=reason, by=by, at=at)


def _absorbed(
    survivor: Incident, duplicate: Incident, carried: Mapping[str, datetime]
) -> ledger.Event:
    after: dict[str, UUID | Mapping[str, datetime]] = {"merged": duplicate.id, "moments": carried}
    return ledger.Event("incident.absorbed", "incident", survivor.id, survivor.id, after=after)
