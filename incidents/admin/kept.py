"""The release that an incident is pinned to, read once for a page however many actions ask."""

from incidents import selectors
from incidents.models import Incident
from policies.release import Release


def release(incident: Incident) -> Release:
    """Kept on the object, which lives as long as the page that shows it."""
    found: Release | None = incident.__dict__.get("pinned_release")
    if found is None:
        found = selectors.release_of(incident)
        incident.__dict__["pinned_release"] = found
    return found
