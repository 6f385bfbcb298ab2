"""Which review an incident owes, and by when (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from policies.documents.review_template import Demand, ReviewTemplate, Section
from policies.release import Release


@dataclass(frozen=True)
class Owed:
    """A review of this severity. `due` is None until the moment `demand.start` is recorded."""

    policy: str
    title: str
    demand: Demand
    sections: tuple[Section, ...]
    due: datetime | None


def owed(release: Release, level: str, *, starts: Mapping[str, datetime]) -> tuple[Owed, ...]:
    """The reviews of an incident of this severity; `starts` are its recorded moments."""
    found = []
    for document in release.of_kind("ReviewTemplate"):
        template: ReviewTemplate = document.spec
        demand = template.levels.get(level)
        if demand is not None:
            start = starts.get(demand.start)
            due = start + demand.within if start is not None else None
            sections = template.sections_at(level)
            found.append(Owed(document.identity, document.metadata.title, demand, sections, due))
    return tuple(found)
