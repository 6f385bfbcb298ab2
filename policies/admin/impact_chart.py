"""The chart of an impact: incidents by severity now and with the change, and the duties that would
differ (pure). Lengths are in units of which a drawing is `WIDTH` wide; y grows downwards."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from governance import translated
from policies import titles
from policies.titles import Place, Titles

WIDTH: Final = 480.0
_LEFT: Final = 36.0
_TOP: Final = 16.0
_BOTTOM: Final = 196.0
HEIGHT: Final = 232.0
_GAP: Final = 4.0
_WIDEST: Final = 36.0
#: Of the drawing of duties: how high one is, and how many of most incidents are drawn.
_STEP: Final = 34.0
_MOST: Final = 10
#: What becomes of a duty → how the bar is drawn, in the order of the legend.
CHANGES: Final[Mapping[str, translated.Text]] = {
    "owed": _("Newly owed"),
    "question": _("Becomes a question"),
    "ended": _("No longer owed"),
    "other": _("Otherwise"),
}
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Bar:
    """`shade` is a class of the drawing: of which rules, of open or of closed incidents."""

    x: float
    y: float
    width: float
    height: float
    shade: str
    said: str


@dataclass(frozen=True)
class Text:
    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Severities:
    bars: Sequence[Bar]
    counts: Sequence[Text]
    levels: Sequence[Text]
    base: float = _BOTTOM
    left: float = _LEFT
    width: float = WIDTH
    height: float = HEIGHT


@dataclass(frozen=True)
class Duties:
    """`left` out are further duties, of fewer incidents."""

    bars: Sequence[Bar]
    names: Sequence[Text]
    counts: Sequence[Text]
    height: float
    left_out: int
    width: float = WIDTH


def severities(open_: Rows, closed: Rows, levels: Sequence[str]) -> Severities | None:
    """Rows have `before`, `after`, `count`, and are of `levels`, which are drawn in their order.
    None when there is nothing to draw."""
    sides = {"open": open_, "closed": closed}
    totals = {
        (end, side): _totals(rows, end)
        for end in ("before", "after")
        for side, rows in sides.items()
    }
    if not levels:
        return None
    ends = {end: totals[end, "open"] + totals[end, "closed"] for end in ("before", "after")}
    top = max(max(found.values()) for found in ends.values())
    slot = (WIDTH - _LEFT) / len(levels)
    width = round(min((slot * 0.7 - _GAP) / 2, _WIDEST), 1)
    bars, counts, names = [], [], []
    for index, level in enumerate(levels):
        middle = _LEFT + (index + 0.5) * slot
        names.append(Text(round(middle, 1), _BOTTOM + 18, level))
        for end, x in (("before", middle - width - _GAP / 2), ("after", middle + _GAP / 2)):
            y = _BOTTOM
            for side in sides:
                count = totals[end, side][level]
                height = (_BOTTOM - _TOP) * count / top
                y -= height
                given = {"level": level, "rules": _END[end], "count": count}
                said = _BY_LEVEL[side] % given
                shade = f"{end} {end}-{side}"
                bars.append(Bar(round(x, 1), round(y, 1), width, round(height, 1), shade, said))
            counts.append(Text(round(x + width / 2, 1), round(y - 4, 1), f"{ends[end][level]:,}"))
    return Severities([each for each in bars if each.height], counts, names)


_END: Final[Mapping[str, translated.Text]] = {"before": _("now"), "after": _("with the change")}


_BY_LEVEL: Final[Mapping[str, translated.Text]] = {
    "open": _("%(level)s, %(rules)s: %(count)s open"),
    "closed": _("%(level)s, %(rules)s: %(count)s closed"),
}
_BY_DUTY: Final[Mapping[str, translated.Text]] = {
    "open": _("%(duty)s. %(change)s: %(count)s open"),
    "closed": _("%(duty)s. %(change)s: %(count)s closed"),
}


def duties(open_: Rows, closed: Rows, called: Titles) -> Duties | None:
    """Rows have `policy`, `duty`, `before`, `after`, `count`. None when none would differ."""
    found = {"open": _changes(open_), "closed": _changes(closed)}
    both = found["open"] + found["closed"]
    if not both:
        return None
    order = list(CHANGES)
    ranked = sorted(both, key=lambda key: (order.index(key[0]), -both[key], key))
    most = sorted(ranked, key=lambda key: -both[key])[:_MOST]
    drawn = [key for key in ranked if key in most]
    titled = {place: called.duty(place) for _, place in drawn}
    named = titles.told_apart(titled, by=lambda place: place[0])  # its policy
    widest, bars, names, counts = max(both.values()), [], [], []
    for index, key in enumerate(drawn):
        change, place = key
        y, x = index * _STEP, 0.0
        names.append(Text(0, y + 12, named[place]))
        for side in ("open", "closed"):
            count = found[side][key]
            width = (WIDTH - 60) * count / widest
            given = {"duty": named[place], "change": CHANGES[change], "count": count}
            said = _BY_DUTY[side] % given
            bars.append(
                Bar(round(x, 1), y + 17, round(width, 1), 10, f"{change} {change}-{side}", said)
            )
            x += width
        counts.append(Text(round(x + 6, 1), y + 26, f"{both[key]:,}"))
    drawing = [each for each in bars if each.width]
    return Duties(drawing, names, counts, len(drawn) * _STEP, len(ranked) - len(drawn))


def change(before: str, after: str) -> str:
    """One of CHANGES."""
    match before, after:
        case _, "applies":
            return "owed"
        case _, "question":
            return "question"
        case "applies" | "question", _:
            return "ended"
        case _:
            return "other"


def _totals(rows: Iterable[Mapping[str, Any]], end: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in rows:
        found[row[end]] += row["count"]
    return found


def _changes(rows: Iterable[Mapping[str, Any]]) -> Counter[tuple[str, Place]]:
    found: Counter[tuple[str, Place]] = Counter()
    for row in rows:
        place = (row["policy"], row["duty"])
        found[change(row["before"], row["after"]), place] += row["count"]
    return found
