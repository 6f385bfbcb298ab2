"""What stands around an incident on its page: repeated signals, other incidents, who does what."""

from collections.abc import Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import ROLES
from governance.api import withheld
from governance.console import actors, role_titles, times
from incidents import team
from incidents.admin import kept
from incidents.models import Incident, IncidentLink, Signal

#: Of many signals the latest are shown.
MOST_SIGNALS: Final = 20
#: How a link reads from the other side.
_BACKWARDS: Final = {
    IncidentLink.Kind.RELATED: _("Related to"),
    IncidentLink.Kind.DUPLICATE: _("Has the duplicate"),
    IncidentLink.Kind.CAUSED: _("Cause of"),
    IncidentLink.Kind.RECURRENCE: _("Came back as"),
}


def context(incident: Incident) -> dict[str, Any]:
    return {
        "linked": _links(incident),
        "signals": _signals(incident),
        "team": _team(incident),
    }


def _links(incident: Incident) -> list[dict[str, Any]]:
    rows = kept.linked(incident)
    names = actors.names(each.made_by for each in rows)
    return [
        {
            "kind": reads_as(each, incident),
            "url": page_of(_other(each, incident)),
            "other": withheld.veil(_other(each, incident)),
            "who": names.get(each.made_by, ""),
            "at": times.stamp(each.made_at),
        }
        for each in rows
    ]


def reads_as(link: IncidentLink, incident: Incident) -> str:
    """The link as it reads on the page of one of its sides."""
    if link.incident_id == incident.id:
        return str(link.get_kind_display())
    return str(_BACKWARDS[IncidentLink.Kind(link.kind)])


def _other(link: IncidentLink, incident: Incident) -> Incident:
    return link.other if link.incident_id == incident.id else link.incident


def _team(incident: Incident) -> list[dict[str, Any]]:
    rows = kept.roles(incident)
    titles = roles(incident) if rows else {}
    names = actors.names(each.assigned_by for each in rows)
    return [
        {
            "role": titles.get(each.role, each.role),
            "person": each.person,
            "who": names.get(each.assigned_by, ""),
            "at": times.stamp(each.assigned_at),
        }
        for each in rows
    ]


def roles(incident: Incident) -> Mapping[str, str]:
    """Id → what it is called, of all that may be given; the policies name some themselves."""
    return {
        id_: role_titles.role(id_) if title == ROLES.get(id_) else title
        for id_, title in team.roles_of(kept.release(incident)).items()
    }


def page_of(incident: Incident) -> str:
    return reverse("admin:incidents_incident_change", args=[incident.id])


def _signals(incident: Incident) -> dict[str, Any] | None:
    found = kept.tally(incident)
    if found is None:
        return None
    rows = list(incident.signals.filter(split_at__isnull=True)[:MOST_SIGNALS])
    return {
        "count": found.count,
        "reports": found.reports,
        "first": times.stamp(found.first),
        "last": times.stamp(found.last),
        "rows": [_signal(each) for each in rows],
    }


def _signal(signal: Signal) -> dict[str, str | SafeString | int]:
    return {
        "at": times.stamp(signal.observed_at),
        "count": signal.count,
        "differs": ", ".join(signal.differs),
        "opened": gettext("opened the incident") if signal.opened else "",
        "url": reverse("admin:incidents_submission_change", args=[signal.submission_id]),
    }
