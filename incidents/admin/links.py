"""How an incident is named in lists of other things."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance.api import withheld
from incidents.admin import severities
from incidents.models import Incident


def incident(shown: Incident) -> SafeString:
    return format_html(
        '{} <a class="by-link by-nowrap" href="{}">{}</a><span class="by-under">{}</span>',
        severities.of(shown),
        reverse("admin:incidents_incident_change", args=[shown.id]),
        shown.reference,
        withheld.text(shown.title, shown),
    )
