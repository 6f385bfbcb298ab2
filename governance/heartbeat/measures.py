"""How far the engine is behind, and how much of what there is: read from the rows themselves.

A job that finishes its ticks may still leave rows lying, so freshness alone proves nothing. Each
package that owns such rows has a module named in settings.MEASURES that answers both questions;
whatever is added to the engine joins by a line there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Final, Protocol, cast

from django.conf import settings

_NONE: Final = timedelta()


@dataclass(frozen=True)
class Lag:
    """How long the row of its kind that is due longest has been due; zero when none is."""

    rows: str
    age: timedelta
    limit: timedelta

    @property
    def fine(self) -> bool:
        return self.age <= self.limit


@dataclass(frozen=True)
class Tally:
    """How many rows there are, by the values of `label`; `name` is the metric's, without prefix."""

    name: str
    text: str
    label: str
    counts: Mapping[str, int]


class Source(Protocol):
    """A module that measures the rows of its package."""

    def due_since(self, *, at: datetime) -> Mapping[str, datetime | None]:
        """Kind of row → since when the oldest is due and nobody acted on it; None when none is.
        One that was put off after a failure is due when its time to be tried again has come. Asked
        every few seconds and whatever there is to store, so by index only."""

    def put_off(self) -> Mapping[str, int]:
        """Kind of row → how many failed by a fault and are tried again, less and less often."""

    def tallies(self, *, at: datetime) -> Iterable[Tally]:
        """Counts, which may take a moment."""


def sources() -> Sequence[Source]:
    return [cast("Source", import_module(name)) for name in settings.MEASURES]


def lags(*, at: datetime) -> Sequence[Lag]:
    """Every kind of row that has a limit, in the order of the settings."""
    since: dict[str, datetime | None] = {}
    for source in sources():
        since |= source.due_since(at=at)
    return [
        Lag(rows, _age(since[rows], at), timedelta(seconds=limit))
        for rows, limit in settings.LAG_LIMITS.items()
    ]


def put_off() -> Mapping[str, int]:
    """Kind of row → how many are put off; such a row keeps nothing else from going on."""
    return {rows: count for source in sources() for rows, count in source.put_off().items()}


def _age(since: datetime | None, at: datetime) -> timedelta:
    return _NONE if since is None else max(at - since, _NONE)
