"""An incident with all that an answer says of it: read, or as it has just been made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from governance.ledger.models import Entry
from incidents import candidates, selectors
from incidents.candidates import Candidate
from incidents.models import Decision, Duty, Incident, SeverityOverride
from policies.evaluation import Severity

_SEVERITY: Final = ("level", "provisional", "rules", "because", "missing")


@dataclass(frozen=True)
class Whole:
    """`severity` is what the decision says of it, in this order, and `override` what a person does,
    where that holds; the duties have their clocks fetched; the timeline is the incident's part of
    the audit trail, oldest first, without who read it."""

    incident: Incident
    decision: Decision
    severity: Mapping[str, object]
    override: SeverityOverride | None
    candidates: Sequence[Candidate]
    duties: Sequence[Duty]
    timeline: Sequence[Entry]


def of(incident: Incident) -> Whole:
    """As the database has it, in eight queries."""
    decision = selectors.latest_decision(incident)
    found = selectors.severity_of(decision)
    return Whole(
        incident,
        decision,
        {name: found[name] for name in _SEVERITY},
        selectors.override_in_force(incident),
        candidates.of(incident),
        list(selectors.duties(incident)),
        list(selectors.timeline(incident)),
    )


def made(
    incident: Incident,
    decision: Decision,
    severity: Severity,
    *,
    candidates: Sequence[Candidate],
    duties: Sequence[Duty],
    entries: Sequence[Entry],
) -> Whole:
    """What `of` would read in the transaction that made all of it."""
    return Whole(
        incident,
        decision,
        {name: getattr(severity, name) for name in _SEVERITY},
        None,
        candidates,
        sorted(duties, key=lambda duty: (duty.shadow, duty.id)),
        [entry for entry in entries if entry.incident_id == incident.id],
    )
