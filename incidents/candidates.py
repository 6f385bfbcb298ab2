"""What was recorded of an incident's moments: every candidate, which counts, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from incidents.models import Incident, Moment, MomentChoice, MomentWithdrawal


@dataclass(frozen=True)
class Candidate:
    """`choice` is the decision by which it counts now, None where it does not."""

    moment: Moment
    choice: MomentChoice | None
    withdrawal: MomentWithdrawal | None

    @property
    def counts(self) -> bool:
        return self.choice is not None

    @property
    def may_be_chosen(self) -> bool:
        return self.choice is None and self.withdrawal is None


def of(incident: Incident) -> Sequence[Candidate]:
    """Every candidate in the order of recording; two queries."""
    choices = _holding(incident)
    return [
        Candidate(moment, choices.get(moment.id), getattr(moment, "withdrawal", None))
        for moment in incident.moments.select_related("withdrawal").order_by("id")
    ]


def _holding(incident: Incident) -> Mapping[UUID, MomentChoice]:
    found = MomentChoice.objects.filter(incident=incident).holding()
    return {choice.moment_id: choice for choice in found}
