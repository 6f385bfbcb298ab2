"""What stands around an incident, besides itself: signals, links."""

from typing import Any

from incidents.api import links, signals
from incidents.models import Incident


def of(incident: Incident) -> dict[str, Any]:
    return {"signals": signals.tally(incident), "links": links.shown(incident)}
