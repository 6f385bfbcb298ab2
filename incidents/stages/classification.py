"""Deciding: the release in force on the facts, kept with its bytes."""

from collections.abc import Callable
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
    override: Callable[[str], str] = str,
) -> tuple[evaluation.Decision, Decision]:
    """Decide on the facts and set the severity on the incident, in the fields that CLASSIFIED
    names. `override` tells, of the level that the policies compute, which holds. The caller saves
    the incident, and pins the release, before `keep`."""
    decision = evaluation.decide(release, facts, at=at)
    computed = decision.severity.level
    incident.severity = override(computed)
    incident.severity_rank = release.severity.rank(incident.severity)
    provisional = decision.severity.provisional
    incident.severity_provisional = provisional and incident.severity == computed
    row = Decision(
        id=ids.new(),
        incident=incident,
        at=at,
        release_id=release.digest,
        facts=decision.facts_text,
        severity=computed,
        text=decision.text,
        digest=decision.digest,
        because=because[:250],
    )
    return decision, row


def keep(
    row: Decision, decision: evaluation.Decision, *, before: str, by: ledger.Actor, at: datetime
) -> None:
    """Store the decision with its entry; `before` is the severity that held until now. Where a
    person's word makes it another than the policies compute, the entry has both."""
    bulk.copy([row])
    severity, held = decision.severity, row.incident.severity
    overridden = {"computed": severity.level} if held != severity.level else {}
    event = ledger.Event(
        "incident.classified",
        "incident",
        row.incident_id,
        row.incident_id,
        before={"severity": before} if before else None,
        after={
            "severity": held,
            "provisional": row.incident.severity_provisional,
            **overridden,
            "rules": severity.rules,
            "decision": row.id,
            "decision_sha256": row.digest,
            "facts_sha256": decision.facts_digest,
            "release": decision.release,
        },
        because=" ".join(severity.because),
    )
    ledger.append(event, by=by, at=at)
