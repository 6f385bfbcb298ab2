"""Deciding: the release in force on the facts, kept with its bytes."""

from datetime import datetime
from typing import Final

from governance import bulk, ids
from governance.ledger import ledger
from incidents.models import Decision, Incident
from policies import evaluation
from policies.release import Release

CLASSIFIED: Final = ("severity", "severity_rank", "severity_provisional")


def classify(
    incident: Incident,
    release: Release,
    *,
    facts: evaluation.Facts,
    because: str,
    at: datetime,
) -> tuple[evaluation.Decision, Decision]:
    """Decide on the facts and set the severity on the incident, in the fields that CLASSIFIED
    names. The caller saves the
    incident, and pins the release, before `keep`."""
    decision = evaluation.decide(release, facts, at=at)
    incident.severity = decision.severity.level
    incident.severity_rank = release.severity.rank(incident.severity)
    incident.severity_provisional = decision.severity.provisional
    row = Decision(
        id=ids.new(),
        incident=incident,
        at=at,
        release_id=release.digest,
        facts=decision.facts_text,
        severity=decision.severity.level,
        text=decision.text,
        digest=decision.digest,
        because=because[:250],
    )
    return decision, row


def keep(
    row: Decision, decision: evaluation.Decision, *, before: str, by: ledger.Actor, at: datetime
) -> None:
    """Store the decision with its entry; `before` is the severity that held until now."""
    bulk.copy([row])
    severity = decision.severity
    event = ledger.Event(
        "incident.classified",
        "incident",
        row.incident_id,
        row.incident_id,
        before={"severity": before} if before else None,
        after={
            "severity": severity.level,
            "provisional": severity.provisional,
            "rules": severity.rules,
            "decision": row.id,
            "decision_sha256": row.digest,
            "facts_sha256": decision.facts_digest,
            "release": decision.release,
        },
        because=" ".join(severity.because),
    )
    ledger.append(event, by=by, at=at)
