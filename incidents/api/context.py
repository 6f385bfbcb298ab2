"""What stands around an incident, besides itself: signals, links, who does what, notes."""

from typing import Any

from incidents.api import annotations, links, signals, team
from incidents.models import Incident


def of(incident: Incident) -> dict[str, Any]:
    return {
        "signals": signals.tally(incident),
        "merged_into": incident.merged_into.reference if incident.merged_into else None,
        "links": links.shown(incident),
        "roles": team.shown(incident),
        "notes": annotations.shown(incident),
    }
