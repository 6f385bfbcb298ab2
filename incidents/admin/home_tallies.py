"""Many tallies in one query."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Value
from django.urls import reverse
from django.utils.safestring import SafeString

from governance.console import tally
from governance.console.labels import Tone


@dataclass(frozen=True)
class Ask:
    """What to count, and the list that shows it. Counts are kept by `name`, for two texts may be
    one in some language. `quiet`: it is not shown where there is none. `page` finds the address of
    the only one, where it is better to go there."""

    name: str
    text: str
    rows: QuerySet[Any]
    route: str
    query: str
    tone: Tone
    quiet: bool = False
    page: Callable[[], str] | None = None


@dataclass(frozen=True)
class Card:
    """A count that leads to the list of what it counts; nothing to do has no colour. `first` counts
    down to the first of them."""

    text: str
    count: int
    url: str
    tone: Tone
    first: SafeString = SafeString("")  # noqa: RUF009 - an empty text, and immutable

    @property
    def shown(self) -> str:
        return tally.shown(self.count)


def of(asks: Iterable[Ask]) -> Mapping[str, int]:
    """Name → how many rows there are; MANY + 1 for any more, which are not looked at."""
    parts = [
        each.rows.order_by()
        .annotate(tallied=Value(each.name))
        .values_list("tallied", flat=True)[: tally.MANY + 1]
        for each in asks
    ]
    return Counter(parts[0].union(*parts[1:], all=True)) if parts else {}


def cards(asks: Iterable[Ask], found: Mapping[str, int]) -> Sequence[Card]:
    return [
        Card(ask.text, count, _url(ask, count), ask.tone if count else "plain")
        for ask in asks
        if (count := found.get(ask.name, 0)) or not ask.quiet
    ]


def _url(ask: Ask, count: int) -> str:
    page = ask.page() if ask.page is not None and count == 1 else ""
    return page or f"{reverse(f'admin:{ask.route}_changelist')}?{ask.query}"
