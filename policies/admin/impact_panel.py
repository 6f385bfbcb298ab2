"""What a change would make of stored incidents, as the page of a version shows it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from governance.console import labels, times
from policies import impacts, selectors
from policies.admin import impact_chart
from policies.impacts import requests
from policies.models import Impact, PolicyVersion

PERIODS: Final = (
    (30, "the last 30 days"),
    (90, "the last 90 days"),
    (365, "the last year"),
    (requests.MOST_DAYS, "all that are stored"),
)
_MOST_EXAMPLES: Final = 20
_WORDS: Final[Mapping[str, str]] = {
    "does_not_apply": "does not apply",
    "question": "open question",
    "absent": "no such duty",
}
_DIRECTIONS: Final[Mapping[str, str]] = {
    "earlier": "due earlier",
    "later": "due later",
    "other": "counted differently",
}
Summed = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One kind of change and how many incidents it meets."""

    what: str
    change: str
    count: int


@dataclass(frozen=True)
class Example:
    reference: str
    url: str
    severity: SafeString | str
    changes: Sequence[str]


@dataclass(frozen=True)
class Side:
    """Open or closed incidents. `matrix` has a row for each level before, with a cell for each of
    `levels` after; the flag of a cell tells that nothing changes there."""

    title: str
    total: int
    changed: int
    levels: Sequence[str]
    matrix: Sequence[tuple[str, Sequence[tuple[int, bool]]]]
    duties: Sequence[tuple[str, Sequence[Line]]]
    dates: Sequence[Line]
    examples: Sequence[Example]


def context(version: PolicyVersion, *, at: datetime) -> dict[str, Any]:
    """What `policies/impact.html` takes."""
    found = impacts.of(version)
    if found is None:
        return {"impact": None, "periods": PERIODS, "impact_days": requests.DAYS}
    result = found.result or {}
    split = _split(result) if result else None
    return {
        "impact": found,
        "periods": PERIODS,
        "impact_days": found.days,
        "impact_stale": impacts.stale(found, at=at),
        "impact_period": dict(PERIODS).get(found.days, f"the last {found.days} days"),
        "impact_asked": times.stamp(found.requested_at),
        "impact_begin": times.stamp(found.effective_at),
        "sides": _sides(*split) if split else [],
        **(_drawn(*split) if split else {}),
        "invalid": result["all"]["invalid"] if result else 0,
        "invalid_examples": _examples(result["all"]["invalid_examples"]) if result else [],
        "unregistered": result["all"]["unregistered"] if result else 0,
    }


def asked(version: PolicyVersion) -> list[PolicyVersion]:
    """The versions of which an impact is asked for: the whole change set."""
    return selectors.together(version)


def possible(version: PolicyVersion) -> bool:
    return version.status != PolicyVersion.Status.APPROVED


def shown(version: PolicyVersion) -> bool:
    """Of an approved version only what the approver may have seen."""
    return possible(version) or Impact.objects.filter(versions__contains=[version.id]).exists()


def _sides(open_: Summed, closed: Summed) -> list[Side]:
    return [_side("Open incidents", open_), _side("Closed incidents", closed)]


def _split(result: Mapping[str, Summed]) -> tuple[Summed, Summed]:
    """What was found of open incidents, and of closed ones."""
    every, open_ = result["all"], result["open"]
    return open_, {
        "total": every["total"] - open_["total"],
        "changed": every["changed"] - open_["changed"],
        **{name: _without(every[name], open_[name]) for name in ("severities", "duties", "dates")},
        "examples": [each for each in every["examples"] if not each["open"]],
    }


def _drawn(open_: Summed, closed: Summed) -> dict[str, Any]:
    """Two drawings; none where nothing would differ."""
    if not open_["changed"] and not closed["changed"]:
        return {}
    return {
        "chart": impact_chart.severities(open_["severities"], closed["severities"]),
        "bars": impact_chart.duties(open_["duties"], closed["duties"]),
        "changes": impact_chart.CHANGES.items(),
    }


def _without(rows: Iterable[Summed], others: Iterable[Summed]) -> list[Summed]:
    """Rows with a count, less those of the others."""
    counted: Counter[tuple[tuple[str, Any], ...]] = Counter()
    for sign, each in [*((1, row) for row in rows), *((-1, row) for row in others)]:
        key = tuple((name, value) for name, value in each.items() if name != "count")
        counted[key] += sign * each["count"]
    return [{**dict(key), "count": count} for key, count in counted.items() if count > 0]


def _side(title: str, found: Summed) -> Side:
    levels = sorted({row[end] for row in found["severities"] for end in ("before", "after")})
    counts = {(row["before"], row["after"]): row["count"] for row in found["severities"]}
    return Side(
        title=title,
        total=found["total"],
        changed=found["changed"],
        levels=levels,
        matrix=[
            (old, [(counts.get((old, new), 0), old == new) for new in levels]) for old in levels
        ],
        duties=_duties(found["duties"]),
        dates=[_date(row) for row in found["dates"]],
        examples=_examples(found["examples"]),
    )


def _duties(rows: Iterable[Summed]) -> list[tuple[str, list[Line]]]:
    groups: dict[str, list[Line]] = {title: [] for title in impact_chart.CHANGES.values()}
    for row in rows:
        before, after = row["before"], row["after"]
        change = f"{_status(before)} → {_status(after)}"
        line = Line(f"{row['policy']}: {row['duty']}", change, row["count"])
        groups[impact_chart.CHANGES[impact_chart.change(before, after)]].append(line)
    return [(title, lines) for title, lines in groups.items() if lines]


def _date(row: Summed) -> Line:
    what = f"{row['policy']}: {row['duty']}, {row['stage']}"
    return Line(what, _DIRECTIONS[row["direction"]], row["count"])


def _examples(rows: Sequence[Summed]) -> list[Example]:
    return [_example(row) for row in rows[:_MOST_EXAMPLES]]


def _example(row: Summed) -> Example:
    before, after = row["severity"]["before"], row["severity"]["after"]
    return Example(
        reference=row["reference"],
        url=_url(row["id"]),
        severity=labels.severity(before) if before == after else f"{before} → {after}",
        changes=[
            *(f"{each['title']}: {_change(each)}" for each in row["duties"]),
            *(f"{each['duty']}, {each['stage']}: {_moved(each)}" for each in row["dates"]),
            *(f"{each['pointer'] or '/'}: {each['detail']}" for each in row["findings"]),
        ],
    )


def _change(duty: Summed) -> str:
    old = _status(duty["before"], shadow=duty["shadow_before"])
    return f"{old} → {_status(duty['after'], shadow=duty['shadow_after'])}"


def _status(status: str, *, shadow: bool = False) -> str:
    said = _WORDS.get(status, status)
    return f"{said} in shadow" if shadow and status not in {"absent", "does_not_apply"} else said


def _moved(date: Summed) -> str:
    return f"{_when(date['before'])} → {_when(date['after'])}"


def _when(clock: Summed) -> str:
    if clock["legal"]:
        return times.utc(datetime.fromisoformat(clock["legal"]))
    waits = f" for {', '.join(clock['waits_for'])}" if clock["waits_for"] else ""
    return f"{clock['state']}{waits}"


def _url(id_: str) -> str:
    try:
        return reverse("admin:incidents_incident_change", args=[id_])
    except NoReverseMatch:
        return ""
