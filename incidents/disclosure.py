"""What the reader may see of an incident, and may fetch of its packages."""

from typing import Any

from governance.api import withheld
from governance.api.withheld import WITHHELD
from incidents import erasable
from incidents.models import Export, Incident
from policies import personal_facts


def report(incident: Incident) -> dict[str, Any]:
    """With a mark in place of each text that the policies it is pinned to call personal."""
    if withheld.shows(incident):
        return dict(incident.report)
    return personal_facts.erased(incident.report, erasable.personal_paths(incident), WITHHELD)


def fetchable(export: Export) -> bool:
    """Whether the reader may have the file. A whole package holds personal data; a shortened copy
    was made for somebody who may not read all of it."""
    return "redaction" in export.scope or withheld.shows(export)
