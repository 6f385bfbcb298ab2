"""Facts that nobody knows yet, each with what it would settle."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString

from governance.console import times
from incidents.models import Clock, Duty, Incident
from policies import wording
from policies.release import Release
from policies.vocabulary import Fact

_ANSWERED_HERE = frozenset({"report", "moments"})


@dataclass(frozen=True)
class Unknown:
    """`settles` are duties, of which those in shadow come last, `stages` clocks whose being owed
    hangs on it; with `severity` the level may fall. `by` is when the first of its questions must be
    answered, empty for none. What the register lacks is not `answerable` on the incident."""

    path: str
    title: str
    description: str
    answerable: bool
    severity: bool
    settles: Sequence[Duty]
    stages: Sequence[Clock]
    by: SafeString
    left: str

    @property
    def in_shadow(self) -> bool:
        """Nothing that binds us hangs on it."""
        return not (self.severity or self.stages or any(not each.shadow for each in self.settles))


def of(
    incident: Incident,
    severity: Mapping[str, Any],
    duties: Sequence[Duty],
    clocks: Iterable[Clock],
    release: Release,
    *,
    at: datetime,
) -> Sequence[Unknown]:
    """Those that must be answered first come first. `severity` is that of the last decision."""
    asking = [each for each in duties if each.state == Duty.State.UNDETERMINED]
    owed = [each for each in clocks if each.missing and each.state != Clock.State.CANCELLED]
    level = set(severity["missing"]) if incident.severity_provisional else set()
    paths = dict.fromkeys([*_paths(asking, owed), *sorted(level)])
    found = [(_first(path, asking), path) for path in paths]
    found.sort(key=lambda each: (each[0] is None, each[0] or at, each[1]))
    return [
        _unknown(
            path,
            release.vocabulary.find(path),
            by,
            severity=path in level,
            settles=[each for each in asking if path in each.missing],
            stages=[each for each in owed if path in each.missing],
            at=at,
        )
        for by, path in found
    ]


def paths(incident: Incident, severity: Mapping[str, Any], duties: Iterable[Duty]) -> Sequence[str]:
    """Of binding questions, the most urgent first, and of a provisional severity: for a form that
    asks for them."""
    asking = [each for each in duties if each.state == Duty.State.UNDETERMINED]
    limits = {
        path: each.determine_by
        for each in sorted(asking, key=lambda each: str(each.determine_by), reverse=True)
        if not each.shadow
        for path in each.missing
    }
    level = severity["missing"] if incident.severity_provisional else ()
    return list(dict.fromkeys([*sorted(limits, key=lambda path: str(limits[path])), *level]))


def title(path: str, fact: Fact | None) -> str:
    return (fact.title if fact is not None else "") or _capital(wording.fact(path))


def answerable(fact: Fact | None) -> bool:
    return fact is not None and fact.origin in _ANSWERED_HERE


def _paths(asking: Iterable[Duty], owed: Iterable[Clock]) -> Iterator[str]:
    for duty in asking:
        yield from duty.missing
    for clock in owed:
        yield from clock.missing


def _first(path: str, asking: Iterable[Duty]) -> datetime | None:
    limits = [
        each.determine_by
        for each in asking
        if path in each.missing and not each.shadow and each.determine_by is not None
    ]
    return min(limits, default=None)


def _unknown(
    path: str,
    fact: Fact | None,
    by: datetime | None,
    *,
    severity: bool,
    settles: Sequence[Duty],
    stages: Sequence[Clock],
    at: datetime,
) -> Unknown:
    return Unknown(
        path=path,
        title=title(path, fact),
        description=fact.description if fact is not None else "",
        answerable=answerable(fact),
        severity=severity,
        settles=sorted(settles, key=lambda each: each.shadow),
        stages=stages,
        by=times.stamp(by),
        left=times.due(by, now=at) if by is not None else "",
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
