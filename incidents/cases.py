"""Stored incidents as policies see them in a simulation."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from json import loads
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import Mod, RowNumber

from incidents import facts
from incidents.models import Clock, Decision, Incident, MomentChoice
from policies.simulation import Case, Selection, Slice

_BATCH: Final = 500
_Starts = Mapping[tuple[str, str], Mapping[str, datetime]]
_FIELDS: Final = ("id", "reference", "report", "severity", "state", "system", "reported_at")


class Stored:
    """What the setting INCIDENT_CASES names; see `policies.simulation.Source`. Drills are left out,
    for nobody would act on them."""

    def slices(self, selection: Selection, *, size: int) -> Sequence[Slice]:
        """One look at the index; every size-th id becomes a bound."""
        found = _selected(selection)
        total = found.count()
        numbered = found.annotate(number=Window(RowNumber(), order_by=F("id").asc()))
        bounds = numbered.annotate(rest=Mod(F("number"), size)).filter(rest=0).order_by("id")
        ends = [str(id_) for id_ in bounds.values_list("id", flat=True)]
        slices = [
            Slice(after, last, size) for after, last in zip([None, *ends], ends, strict=False)
        ]
        left = total - size * len(ends)
        if left <= 0:
            return slices
        last = found.order_by("-id").values_list("id", flat=True)[0]
        return [*slices, Slice(ends[-1] if ends else None, str(last), left)]

    def cases(
        self, selection: Selection, part: Slice, *, systems: Collection[str]
    ) -> Iterator[Case]:
        rows = _selected(selection).order_by("id")
        if part.last is not None:
            rows = rows.filter(id__lte=part.last)
        after = part.after
        full = True
        while full and (batch := list(_after(rows, after)[:_BATCH].values_list(*_FIELDS))):
            yield from _cases(batch, systems)
            full, after = len(batch) == _BATCH, str(batch[-1][0])


STORED: Final = Stored()


def _selected(selection: Selection) -> QuerySet[Incident]:
    found = Incident.objects.filter(drill=False, closed_as="")
    if selection.since is not None:
        recent = Q(reported_at__gte=selection.since)
        still_open = ~Q(state=Incident.State.CLOSED)
        found = found.filter(recent | still_open if selection.all_open else recent)
    if selection.until is not None:
        found = found.filter(reported_at__lt=selection.until)
    return found.exclude(state=Incident.State.CLOSED) if selection.only_open else found


def _after(rows: QuerySet[Incident], id_: str | None) -> QuerySet[Incident]:
    return rows if id_ is None else rows.filter(id__gt=id_)


def _cases(batch: Sequence[tuple[Any, ...]], systems: Collection[str]) -> Iterator[Case]:
    """Four queries a batch: what belongs to its incidents is read for all of them at once."""
    ids = [row[0] for row in batch]
    moments, submitted = _moments(ids), _submitted(ids)
    decided = dict(_latest(ids).values_list("incident_id", "at"))
    stored = _facts([row[0] for row in batch if row[5] not in systems])
    for id_, reference, report, severity, state, _, reported_at in batch:
        yield Case(
            id=str(id_),
            reference=reference,
            report=report,
            moments={**facts.moments_of(report), **moments.get(id_, {})},
            severity=severity,
            open=state != Incident.State.CLOSED,
            opened_at=reported_at,
            decided_at=decided.get(id_, reported_at),
            submitted=submitted.get(id_, {}),
            stored=stored.get(id_),
        )


def _moments(ids: Collection[UUID]) -> Mapping[UUID, Mapping[str, datetime]]:
    """The time that was chosen to count for each."""
    rows = MomentChoice.objects.filter(incident__in=ids).holding()
    found: dict[UUID, dict[str, datetime]] = {}
    for id_, name, at in rows.values_list("incident_id", "name", "moment__at"):
        found.setdefault(id_, {})[name] = at
    return found


def _submitted(ids: Collection[UUID]) -> Mapping[UUID, _Starts]:
    """The first submission of each stage."""
    rows = Clock.objects.filter(incident__in=ids, state=Clock.State.FULFILLED)
    found: dict[UUID, dict[tuple[str, str], dict[str, datetime]]] = {}
    for id_, policy, duty, stage, at in rows.order_by("-fulfilled_at").values_list(
        "incident_id", "duty__policy_name", "duty__duty", "stage", "fulfilled_at"
    ):
        if at is not None:
            starts = found.setdefault(id_, {}).setdefault((policy, duty), {})
            starts[f"submitted:{stage}"] = at
    return found


def _latest(ids: Collection[UUID]) -> QuerySet[Decision]:
    """The last decision on each."""
    found = Decision.objects.filter(incident__in=ids)
    return found.order_by("incident_id", "-id").distinct("incident_id")


def _facts(ids: Collection[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
    """What the last decision saw of each."""
    if not ids:
        return {}
    return {id_: loads(text) for id_, text in _latest(ids).values_list("incident_id", "facts")}
