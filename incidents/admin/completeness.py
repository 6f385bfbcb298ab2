"""How much of what a stage must report is there: by its notice or, while there is none, by the
facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from governance.console.labels import Tone
from incidents import contents
from incidents.contents import Completeness
from incidents.models import Clock, Notice
from policies.conditions.values import lookup
from policies.release import Release


@dataclass(frozen=True)
class Complete:
    """`there` of `required` items. What is not there is `missing` where it is a fact that nobody
    knows, and `to_write` where only a person can write it; with a notice, what its text lacks."""

    there: int
    required: int
    missing: Sequence[str]
    to_write: Sequence[str]
    drafted: bool

    @property
    def tone(self) -> Tone:
        return "good" if self.there == self.required else "warn"


def of(
    clock: Clock, facts: Mapping[str, Any], release: Release, notice: Completeness | None
) -> Complete | None:
    """None where the policy lists no contents. `facts` are those that a notice may tell."""
    if not clock.content:
        return None
    if notice is not None:
        lacks = [each for each in notice.items if not each.covered]
        return Complete(
            notice.covered,
            notice.required,
            [each.title for each in lacks if each.is_fact],
            [each.title for each in lacks if not each.is_fact],
            drafted=True,
        )
    asked = contents.required(clock, release)
    unknown = [each for each in asked if each.is_fact and lookup(each.name)(facts) is None]
    written = [each.title for each in asked if not each.is_fact]
    return Complete(
        len(asked) - len(unknown) - len(written),
        len(asked),
        [each.title for each in unknown],
        written,
        drafted=False,
    )


def by_clock(
    notices: Iterable[Notice], found: Mapping[UUID, Completeness]
) -> Mapping[UUID, Completeness]:
    """Clock → the completeness of its latest notice that was not withdrawn."""
    rows = sorted(notices, key=lambda each: each.id)
    kept = [each for each in rows if each.state != Notice.State.WITHDRAWN]
    return {each.clock_id: found[each.id] for each in kept}
