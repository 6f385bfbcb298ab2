"""Where a simulation finds stored incidents.

Policies know nothing of incidents: the setting `INCIDENT_CASES` names what does.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from policies.simulation.case import Case


@dataclass(frozen=True)
class Selection:
    """Incidents reported from `since` (inclusive) until `until` (exclusive); drills never. With
    `all_open`, open ones were they reported before `since` or not."""

    since: datetime | None = None
    until: datetime | None = None
    only_open: bool = False
    all_open: bool = False


@dataclass(frozen=True)
class Slice:
    """The selected incidents with an id after `after` up to and with `last`; None: without end."""

    after: str | None
    last: str | None
    count: int


class Source(Protocol):
    def slices(self, selection: Selection, *, size: int) -> Sequence[Slice]:
        """The selection in pieces of about `size`, ascending."""

    def cases(
        self, selection: Selection, part: Slice, *, systems: Collection[str]
    ) -> Iterator[Case]:
        """The cases of one piece, ascending by id, read in batches. With the facts that were
        stored, where the system is none of `systems`."""


def source_name() -> str:
    found: str = settings.INCIDENT_CASES
    return found


def source(name: str) -> Source:
    found: Source = import_string(name)
    return found
