"""What a change would make of stored incidents, as the page of a version shows it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from governance.console import labels, times
from governance.translated import Text
from policies import impacts, selectors, titles
from policies.admin import impact_chart
from policies.impacts import requests
from policies.models import Impact, PolicyVersion
from policies.titles import Place, Titles

PERIODS: Final[Sequence[tuple[int, Text]]] = (
    (30, _("the last 30 days")),
    (90, _("the last 90 days")),
    (365, _("the last year")),
    (requests.MOST_DAYS, _("all that are stored")),
)
_MOST_EXAMPLES: Final = 20
_WORDS: Final[Mapping[str, Text]] = {
    "applies": _("applies"),
    "superseded": _("superseded"),
    "does_not_apply": _("does not apply"),
    "question": _("open question"),
    "absent": _("no such duty"),
}
_STATES: Final[Mapping[str, Text]] = {
    "running": _("running"),
    "promptly": _("promptly"),
    "waiting": _("not started"),
    "not owed": _("not owed"),
    "absent": _("no such stage"),
}
_DIRECTIONS: Final[Mapping[str, Text]] = {
    "earlier": _("due earlier"),
    "later": _("due later"),
    "other": _("counted differently"),
}
Summed = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One kind of change and how many incidents it meets."""

    what: str
    change: Text
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
    duties: Sequence[tuple[Text, Sequence[Line]]]
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
        "impact_period": _period(found.days),
        "impact_asked": times.stamp(found.requested_at),
        "impact_begin": times.stamp(found.effective_at),
        **(_shown(*split, impacts.levels(found), impacts.called(found)) if split else {}),
        "invalid": result["all"]["invalid"] if result else 0,
        "invalid_examples": _rejected(result) if result else [],
        "unregistered": result["all"]["unregistered"] if result else 0,
    }


def _period(days: int) -> Text:
    said = ngettext("the last %(days)s day", "the last %(days)s days", days) % {"days": days}
    return dict(PERIODS).get(days, said)


def asked(version: PolicyVersion) -> list[PolicyVersion]:
    """The versions of which an impact is asked for: the whole change set."""
    return selectors.together(version)


def possible(version: PolicyVersion) -> bool:
    return version.status != PolicyVersion.Status.APPROVED


def shown(version: PolicyVersion) -> bool:
    """Of an approved version only what the approver may have seen."""
    return possible(version) or Impact.objects.filter(versions__contains=[version.id]).exists()


def _shown(open_: Summed, closed: Summed, order: Sequence[str], called: Titles) -> dict[str, Any]:
    """`order` has the levels, the most severe first; those to which nothing happens are left
    out."""
    rows = [*open_["severities"], *closed["severities"]]
    seen = {row[end] for row in rows for end in ("before", "after")}
    levels = [*(each for each in order if each in seen), *sorted(seen.difference(order))]
    sides = {gettext("Open incidents"): open_, gettext("Closed incidents"): closed}
    return {
        "sides": [_side(title, found, levels, called) for title, found in sides.items()],
        **_drawn(open_, closed, levels, called),
    }


def _split(result: Mapping[str, Summed]) -> tuple[Summed, Summed]:
    """What was found of open incidents, and of closed ones."""
    every, open_ = result["all"], result["open"]
    return open_, {
        "total": every["total"] - open_["total"],
        "changed": every["changed"] - open_["changed"],
        **{name: _without(every[name], open_[name]) for name in ("severities", "duties", "dates")},
        "examples": [each for each in every["examples"] if not each["open"]],
    }


def _drawn(open_: Summed, closed: Summed, levels: Sequence[str], called: Titles) -> dict[str, Any]:
    """Two drawings; none where nothing would differ."""
    if not open_["changed"] and not closed["changed"]:
        return {}
    return {
        "chart": impact_chart.severities(open_["severities"], closed["severities"], levels),
        "bars": impact_chart.duties(open_["duties"], closed["duties"], called),
        "changes": impact_chart.CHANGES.items(),
    }


def _without(rows: Iterable[Summed], others: Iterable[Summed]) -> list[Summed]:
    """Rows with a count, less those of the others."""
    counted: Counter[tuple[tuple[str, Any], ...]] = Counter()
    for sign, each in [*((1, row) for row in rows), *((-1, row) for row in others)]:
        key = tuple((name, value) for name, value in each.items() if name != "count")
        counted[key] += sign * each["count"]
    return [{**dict(key), "count": count} for key, count in counted.items() if count > 0]


def _side(title: str, found: Summed, order: Sequence[str], called: Titles) -> Side:
    seen = {row[end] for row in found["severities"] for end in ("before", "after")}
    levels = [each for each in order if each in seen]
    counts = {(row["before"], row["after"]): row["count"] for row in found["severities"]}
    return Side(
        title=title,
        total=found["total"],
        changed=found["changed"],
        levels=levels,
        matrix=[
            (old, [(counts.get((old, new), 0), old == new) for new in levels]) for old in levels
        ],
        duties=_duties(found["duties"], called),
        dates=[_date(row, called) for row in found["dates"]],
        examples=_examples(found["examples"], called),
    )


def _duties(rows: Iterable[Summed], called: Titles) -> list[tuple[Text, list[Line]]]:
    groups: dict[str, list[Line]] = {name: [] for name in impact_chart.CHANGES}
    for row in rows:
        before, after = row["before"], row["after"]
        change = f"{_status(before)} → {_status(after)}"
        line = Line(_duty(row, called), change, row["count"])
        groups[impact_chart.change(before, after)].append(line)
    return [(impact_chart.CHANGES[name], lines) for name, lines in groups.items() if lines]


def _date(row: Summed, called: Titles) -> Line:
    return Line(_stage(row, called), _DIRECTIONS[row["direction"]], row["count"])


def _duty(row: Summed, called: Titles) -> str:
    """With its policy, for duties of several laws are called the same."""
    return f"{called.duty(_place(row))} ({row['policy']})"


def _stage(row: Summed, called: Titles) -> str:
    return f"{_duty(row, called)}, {called.stage(_place(row), row['stage'])}"


def _place(row: Summed) -> Place:
    return row["policy"], row["duty"]


def _examples(rows: Sequence[Summed], called: Titles) -> list[Example]:
    return [_example(row, called) for row in rows[:_MOST_EXAMPLES]]


def _rejected(result: Mapping[str, Summed]) -> list[Example]:
    """Of reports that would not be accepted: nothing is decided, and nothing has a title."""
    return _examples(result["all"]["invalid_examples"], titles.NONE)


def _example(row: Summed, called: Titles) -> Example:
    before, after = row["severity"]["before"], row["severity"]["after"]
    return Example(
        reference=row["reference"],
        url=_url(row["id"]),
        severity=labels.severity(before) if before == after else f"{before} → {after}",
        changes=[
            *(f"{_duty(each, called)}: {_change(each)}" for each in row["duties"]),
            *(f"{_stage(each, called)}: {_moved(each, called)}" for each in row["dates"]),
            *(f"{each['pointer'] or '/'}: {each['detail']}" for each in row["findings"]),
        ],
    )


def _change(duty: Summed) -> str:
    old = _status(duty["before"], shadow=duty["shadow_before"])
    return f"{old} → {_status(duty['after'], shadow=duty['shadow_after'])}"


def _status(status: str, *, shadow: bool = False) -> str:
    said = str(_WORDS.get(status, status))
    if not shadow or status in {"absent", "does_not_apply"}:
        return said
    return gettext("%(status)s in shadow") % {"status": said}


def _moved(date: Summed, called: Titles) -> str:
    place = _place(date)
    return f"{_when(date['before'], place, called)} → {_when(date['after'], place, called)}"


def _when(clock: Summed, place: Place, called: Titles) -> str:
    if clock["legal"]:
        return times.utc(datetime.fromisoformat(clock["legal"]))
    starts = [called.start(name, place).shown for name in clock["waits_for"]]
    if clock["state"] == "waiting" and starts:
        return gettext("waits for %(what)s") % {"what": gettext(" or ").join(starts)}
    return str(_STATES.get(clock["state"], clock["state"]))


def _url(id_: str) -> str:
    try:
        return reverse("admin:incidents_incident_change", args=[id_])
    except NoReverseMatch:
        return ""
