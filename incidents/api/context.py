"""What stands around an incident, besides itself: signals, links, who does what, notes."""

from typing import Any

from governance.access.rules import Access
from incidents.api import annotations, links, signals, team
from incidents.models import Incident


def of(incident: Incident, access: Access) -> dict[str, Any]:
    """As far as the reader sees of others."""
    into = incident.merged_into
    return {
        "signals": signals.tally(incident),
        "merged_into": into.reference
        if into is not None and access.sees.has(into.system)
        else None,
        "links": links.shown(incident, access),
        "roles": team.shown(incident),
        "notes": annotations.shown(incident),
    }
