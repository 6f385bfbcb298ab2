"""What stands around an incident, besides itself: signals, links, who does what, notes."""

from typing import Any

from governance.api import withheld
from incidents.api import annotations, links, signals, team
from incidents.models import Incident


def of(incident: Incident) -> dict[str, Any]:
    return {
        "signals": signals.tally(incident),
        "merged_into": _survivor(incident),
        "links": links.shown(incident),
        "roles": team.shown(incident),
        "notes": annotations.shown(incident),
    }


def _survivor(incident: Incident) -> str | None:
    """Null, too, where the reader does not see the one that stays."""
    into = incident.merged_into
    return into.reference if into is not None and withheld.sees(into) else None
