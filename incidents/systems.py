"""The systems of the register in force, and what is open of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from governance.access.rules import EVERYTHING, Access, Reach
from governance.errors import NotFound
from incidents.models import Incident
from policies.release import Release


@dataclass(frozen=True)
class System:
    """`facts` are what the register states of it; empty of one that it has lost and that has
    incidents still. `open` counts its open incidents by severity."""

    id: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    open: Mapping[str, int] = field(default_factory=dict)

    @property
    def registered(self) -> bool:
        return bool(self.facts)


def of(release: Release, within: Reach = EVERYTHING) -> Sequence[System]:
    """Those of the register and those that only incidents know, by id. Drills do not count."""
    counted = _open(within)
    known = {name for name in release.register.systems if within.has(name)}
    return [_system(name, release, counted) for name in sorted({*known, *counted})]


def one(id_: str, release: Release, access: Access) -> System:
    """Raises NotFound for what neither the register nor an incident knows, or the caller may not
    see."""
    missing = f"There is no system {id_[:80]!r}."
    if "\0" in id_:
        raise NotFound(missing)
    if id_ not in release.register.systems and not Incident.objects.filter(system=id_).exists():
        raise NotFound(missing)
    access.admit(id_, missing=missing)
    return _system(id_, release, _open(Reach(systems=frozenset({id_}))))


def incidents(id_: str) -> int:
    """How many it has had, drills not counted."""
    return Incident.objects.filter(system=id_, drill=False).count()


def _system(id_: str, release: Release, counted: Mapping[str, Mapping[str, int]]) -> System:
    return System(id_, release.register.systems.get(id_, {}), counted.get(id_, {}))


def _open(within: Reach) -> Mapping[str, Mapping[str, int]]:
    rows = Incident.objects.exclude(state=Incident.State.CLOSED).filter(drill=False)
    if not within.everything:
        rows = rows.filter(system__in=within.systems)
    found: dict[str, dict[str, int]] = {}
    counts = rows.values_list("system", "severity_rank", "severity").annotate(count=Count("id"))
    for system, _, severity, count in counts.order_by("severity_rank", "severity"):
        levels = found.setdefault(system, {})
        levels[severity] = levels.get(severity, 0) + count
    return found
