"""What somebody asks of the figures: everything that the answer depends on but the incidents."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from governance import canonical
from governance.access.rules import EVERYTHING, Reach
from incidents.figures.period import By, Grouping, Period
from incidents.figures.trend import Interval

#: Of the rows that are kept. A change of their form makes other questions of all.
FORM: Final = 1


@dataclass(frozen=True)
class Question:
    """`since` and `until` as they were given: without an end the period goes on until it is
    counted, and without a beginning it is a year. `systems` are those that the asker reads, in
    order, None for all; `subcategories` those of the grouping, where it goes by them."""

    since: datetime | None = None
    until: datetime | None = None
    by: By = ""
    interval: Interval = "month"
    systems: tuple[str, ...] | None = None
    subcategories: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        """What `as_dict` gave."""
        systems = given["systems"]
        return cls(
            _instant(given["since"]),
            _instant(given["until"]),
            given["by"],
            given["interval"],
            tuple(systems) if systems is not None else None,
            tuple((mode, subcategory) for mode, subcategory in given["subcategories"]),
        )

    def as_dict(self) -> dict[str, Any]:
        return {
            "form": FORM,
            "since": canonical.instant(self.since) if self.since is not None else None,
            "until": canonical.instant(self.until) if self.until is not None else None,
            "by": self.by,
            "interval": self.interval,
            "systems": list(self.systems) if self.systems is not None else None,
            "subcategories": [list(pair) for pair in self.subcategories],
        }

    @property
    def key(self) -> str:
        """The same for those whose answers would be the same, at one instant."""
        return canonical.digest(canonical.text(self.as_dict()))

    @property
    def grouping(self) -> Grouping:
        """As it counts; names are for whoever shows it."""
        return Grouping(self.by, {}, self.subcategories)

    def period(self, at: datetime) -> Period:
        """Raises Invalid."""
        reach = EVERYTHING if self.systems is None else Reach(systems=frozenset(self.systems))
        return Period.of(self.since, self.until, at=at, reach=reach)


#: The page without anything in its address, of somebody who reads all.
USUAL: Final = Question()


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text is not None else None
