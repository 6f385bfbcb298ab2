"""What nobody knows yet and some duty depends on: one question for each missing fact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from governance.access import reach
from governance.access.rules import EVERYTHING, Reach
from governance.errors import Invalid
from incidents.models import Duty
from policies.release import Release
from policies.vocabulary import Fact

#: So many duties are looked at, those that must be answered first.
MOST: Final = 1_000


@dataclass(frozen=True)
class Question:
    """`fact` says what stands at the path, None where the policies in force know it no more. `by`
    is when the first of the waiting duties must be determined."""

    path: str
    fact: Fact | None
    by: datetime
    waiting: Sequence[Duty]

    @property
    def answerable(self) -> bool:
        """Whether an amendment answers it; what the register lacks is answered there."""
        return self.fact is None or self.fact.origin in {"report", "moments"}


def pending(
    release: Release, *, incident: str = "", owner: str = "", within: Reach = EVERYTHING
) -> tuple[Sequence[Question], int]:
    """The questions of open incidents, the most urgent first, and how many duties were left out of
    them. Duties in shadow ask nothing."""
    rows = Duty.objects.filter(state=Duty.State.UNDETERMINED, shadow=False)
    if incident:
        rows = rows.filter(incident__reference=incident)
    if owner:
        rows = rows.filter(owner=owner)
    rows = reach.within(rows, within).select_related("incident").defer("incident__report")
    found = list(rows.order_by("determine_by", "id")[: MOST + 1])
    left_out = rows.count() - MOST if len(found) > MOST else 0
    return _grouped(found[:MOST], release), left_out


def patch(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON merge patch that states each fact at its path. Raises Invalid for one within
    another."""
    found: dict[str, Any] = {}
    for path, value in sorted(answers.items()):
        *parents, name = path.split(".")
        into = found
        for step in parents:
            into = into.setdefault(step, {})
            if not isinstance(into, dict):
                raise Invalid(f"{path} lies within another answer; give one of them.")
        into[name] = value
    return found


def _grouped(rows: Sequence[Duty], release: Release) -> Sequence[Question]:
    waiting: dict[str, list[Duty]] = {}
    for duty in rows:
        for path in duty.missing:
            waiting.setdefault(path, []).append(duty)
    find = release.vocabulary.find
    return [
        Question(path, find(path), by, found)
        for path, found in waiting.items()
        if (by := found[0].determine_by) is not None
    ]
