"""How the deadlines stand, by regime and by owner, each number with the way to what it counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.db.models import QuerySet, Value
from django.urls import reverse

from governance.access import reach
from governance.access.rules import Reach
from governance.console import role_titles, tally
from governance.console.labels import Tone
from incidents.admin import standings
from incidents.models import Clock
from incidents.states import Standing

#: What is met is counted for so long.
RECENT: Final = timedelta(days=30)
OPEN: Final = (
    Standing.OVERDUE,
    Standing.AT_RISK,
    Standing.RUNNING,
    Standing.PAUSED,
    Standing.NOT_STARTED,
)
OVER: Final = (Standing.MET, Standing.MET_LATE)
Counts = Counter[Standing]
#: As addresses name it, and for people.
Key = tuple[str, str]
_BY: Final = ("duty__policy_name", "duty__regime", "duty__owner")
_WIDTH: Final = 100.0


@dataclass(frozen=True)
class Number:
    """`more` where not all were counted: there are at least `count`. `share` of the bar and where
    it begins, both of 100."""

    standing: Standing
    count: int
    url: str
    tone: Tone
    more: bool = False
    begins: float = 0.0
    share: float = 0.0

    @property
    def text(self) -> str:
        return standings.title(self.standing)

    @property
    def shown(self) -> str:
        return f"{self.count:,}+" if self.more else f"{self.count:,}"


@dataclass(frozen=True)
class Line:
    """One regime, or one owner."""

    title: str
    numbers: Sequence[Number]

    @property
    def urgent(self) -> tuple[int, int, int]:
        """The worst first."""
        return tuple(-each.count for each in self.numbers[:3])  # type: ignore[return-value]  # three

    @property
    def bar(self) -> Sequence[Number]:
        return [each for each in self.numbers if each.share]

    @property
    def said(self) -> str:
        """What the bar shows, in words."""
        return "; ".join(f"{each.text}: {each.count}" for each in self.bar)


@dataclass(frozen=True)
class Picture:
    """`totals` has every standing of `OPEN` and `OVER`."""

    totals: Sequence[Number]
    regimes: Sequence[Line]
    owners: Sequence[Line]


def of(within: Reach, *, at: datetime) -> Picture:
    """Without shadow ones, which bind nobody. Of each standing the first MANY are looked at; the
    numbers of one with more are given as the least that there are."""
    found = _first(within, at=at)
    more = frozenset(each for each, rows in found.items() if len(rows) > tally.MANY)
    totals, regimes, owners = Counts(), dict[Key, Counts](), dict[Key, Counts]()
    for standing, rows in found.items():
        for policy, regime, owner in rows[: tally.MANY]:
            totals[standing] += 1
            regimes.setdefault((policy, regime), Counts())[standing] += 1
            owners.setdefault((owner, role_titles.role(owner)), Counts())[standing] += 1
    return Picture(
        _numbers(totals, more, {}), _lines(regimes, more, "regime"), _lines(owners, more, "owner")
    )


def _first(within: Reach, *, at: datetime) -> Mapping[Standing, Sequence[tuple[str, str, str]]]:
    """Standing → (policy, regime, owner) of the first MANY and one more. One query."""
    mine = reach.within(Clock.objects.filter(shadow=False), within).order_by()
    asked = [
        part.annotate(stands=Value(each.value)).values_list("stands", *_BY)[: tally.MANY + 1]
        for each in (*OPEN, *OVER)
        for part in _parts(mine.filter(standings.condition(each, at=at)), each, at=at)
    ]
    found: dict[Standing, list[tuple[str, str, str]]] = {each: [] for each in (*OPEN, *OVER)}
    for stands, *row in asked[0].union(*asked[1:], all=True):
        found[Standing(stands)].append(tuple(row))
    return found


def _parts(rows: QuerySet[Clock], standing: Standing, *, at: datetime) -> Sequence[QuerySet[Clock]]:
    """Parts that each have an index, where all of them together have none."""
    if standing in OVER:
        return (rows.filter(fulfilled_at__gt=at - RECENT),)
    if standing is Standing.RUNNING:
        return standings.calm_parts(rows, at=at)
    return (rows,)


def _lines(found: Mapping[Key, Counts], more: frozenset[Standing], param: str) -> Sequence[Line]:
    lines = [
        Line(title, _numbers(counts, more, {param: key})) for (key, title), counts in found.items()
    ]
    return sorted(lines, key=lambda line: (line.urgent, line.title))


def _numbers(
    counts: Counts, more: frozenset[Standing], filters: Mapping[str, str]
) -> Sequence[Number]:
    whole = sum(counts[each] for each in OPEN)
    begins = 0.0
    numbers = []
    for each in (*OPEN, *OVER):
        count = counts[each]
        share = _WIDTH * count / whole if whole and each in OPEN else 0.0
        tone = standings.TONES[each] if count else "plain"
        url = _url(each, filters)
        numbers.append(Number(each, count, url, tone, each in more, begins, share))
        begins += share
    return numbers


def _url(standing: Standing, filters: Mapping[str, str]) -> str:
    """The board with just these."""
    asked = {"standing": standing.value, "duty__shadow__exact": "0", **filters}
    if standing in OVER:
        asked["met"] = str(RECENT.days)
    return f"{reverse('admin:incidents_clock_changelist')}?{urlencode(asked)}"
