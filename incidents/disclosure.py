"""What the reader may see of an incident, and may fetch of its packages."""

from typing import Any

from governance.api import withheld
from governance.api.withheld import WITHHELD
from incidents import erasable
from incidents.models import Decision, Export, Incident
from policies import personal_facts, releases


def report(incident: Incident, decision: Decision | None = None) -> dict[str, Any]:
    """With a mark in place of each text that the policies it is pinned to call personal, by its
    last decision where that is known."""
    if withheld.shows(incident):
        return dict(incident.report)
    release = releases.pinned(decision.release_id) if decision is not None else None
    paths = erasable.personal_paths(incident, release)
    return personal_facts.erased(incident.report, paths, WITHHELD)


def fetchable(export: Export) -> bool:
    """Whether the reader may have the file. A whole package holds personal data; a shortened copy
    was made for somebody who may not read all of it."""
    return "redaction" in export.scope or withheld.shows(export)
