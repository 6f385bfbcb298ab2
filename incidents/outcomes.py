"""What became of a report: as much as its sender may follow, whatever else the sender may read.

That is the standing of the incident, and by name what the policies say of it: what the answer to
the report said already, as it is now. What others wrote, sent or decided about it is not in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from governance.api import withheld
from incidents import selectors
from incidents.models import Decision, Duty, Incident, Submission

_LED: frozenset[str] = frozenset({Submission.Status.ACCEPTED, Submission.Status.CORRECTED})


@dataclass(frozen=True)
class Outcome:
    """`decision` is the last one; duties are without those in shadow."""

    incident: Incident
    decision: Decision
    duties: Sequence[Duty]


def of(submission: Submission) -> Outcome | None:
    """None where no incident came of it, or one that the reader may not follow: a signal that was
    counted on somebody else's."""
    incident = submission.incident
    if incident is None or not _followed(submission, incident):
        return None
    return Outcome(
        incident,
        selectors.latest_decision(incident),
        list(incident.duties.filter(shadow=False).order_by("id")),
    )


def _followed(submission: Submission, incident: Incident) -> bool:
    led = submission.status in _LED or incident.reported_by == submission.actor
    return (led and withheld.reads_as(submission.actor)) or withheld.sees(incident)
