"""The severity of an incident, as lists and pages show it."""

from django.utils.safestring import SafeString

from governance.console import labels
from incidents.models import Incident


def of(incident: Incident) -> SafeString:
    return labels.severity(
        incident.severity,
        rank=incident.severity_rank,
        provisional=incident.severity_provisional,
    )
