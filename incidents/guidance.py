"""What the policies advise on an incident: playbooks to follow, and the review that it owes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from incidents.models import Decision, Incident
from policies import playbooks, releases, reviews


@dataclass(frozen=True)
class Guidance:
    playbooks: Sequence[playbooks.Applicable]
    reviews: Sequence[reviews.Owed]


def of(incident: Incident, decision: Decision, starts: Mapping[str, datetime]) -> Guidance:
    """Under the release and the facts of `decision`, at the severity that the incident has now.
    `starts` are the moments that count."""
    release = releases.pinned(decision.release_id)
    known = json.loads(decision.facts)
    level = incident.severity
    return Guidance(
        playbooks.applicable(release, known, level, reported_at=incident.reported_at),
        reviews.owed(release, level, starts=starts),
    )
