"""The systems of the register in force: which there are, whose they are, what is open of each."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from governance.access import reads
from governance.accounts import teams
from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_REPORT
from governance.api.authentication import actor
from governance.console import instant, labels, times, values
from governance.console.lists import openings, reached, wish
from governance.console.pages import PageAdmin
from governance.errors import NotFound
from incidents import systems
from incidents.admin import links
from incidents.models import Clock, Duty, Incident
from incidents.systems import System
from policies import releases
from policies.errors import NoRelease

Page = PageAdmin[Incident]
_Open = Sequence[tuple[Any, int]]
_MOST: Final = 50


def listing(page: Page, request: HttpRequest) -> HttpResponse:
    """Those that the viewer reads. Raises PermissionDenied."""
    _admit(request)
    rows = _rows(request)
    may_report = INCIDENTS_REPORT in openings(request, Incident)
    context = {"title": gettext("Systems"), "systems": rows, "may_report": may_report}
    return page.answer(request, "incidents/systems.html", context, status=200)


def _rows(request: HttpRequest) -> Sequence[tuple[System, str, str, _Open]]:
    """Each system with its name, its owner and what is open of it."""
    try:
        release = releases.in_force(instant.of(request))
    except NoRelease:
        return []
    found, ranks = systems.of(release, reached(request, INCIDENTS_READ)), release.severity.ranks
    owners = teams.owners(each.id for each in found)
    return [(each, name(each), owners.get(each.id, ""), _open(each, ranks)) for each in found]


def one(page: Page, request: HttpRequest, system: str) -> HttpResponse:
    """Raises PermissionDenied, and Http404 for what there is not or the viewer may not see."""
    _admit(request)
    try:
        release = releases.in_force(instant.of(request))
        found = systems.one(system, release, wish(request, INCIDENTS_READ))
    except (NotFound, NoRelease) as error:
        raise Http404(error.message) from error
    context = {
        "title": name(found),
        "system": found,
        "owner": teams.owners([found.id]).get(found.id, ""),
        "facts": list(values.rows(found.facts)),
        "had": systems.incidents(found.id),
        "incidents": [links.incident(each) for each in _running(found)],
        "owed": [_stage(each, request) for each in _owed(found)],
        "all": _incidents_of(found),
    }
    return page.answer(request, "incidents/system.html", context, status=200)


def name(system: System) -> str:
    return str(system.facts.get("name", system.id))


def _admit(request: HttpRequest) -> None:
    if INCIDENTS_READ not in openings(request, Incident):
        raise PermissionDenied
    reads.listed(Incident, by=actor(request), at=instant.of(request))


def _running(system: System) -> Iterable[Incident]:
    rows = Incident.objects.filter(system=system.id, drill=False)
    return rows.exclude(state=Incident.State.CLOSED).defer("report").order_by("-id")[:_MOST]


def _owed(system: System) -> Iterable[Clock]:
    """Deadlines that run, the earliest first."""
    rows = Clock.objects.select_related("duty", "incident").defer("incident__report")
    running = rows.filter(
        incident__system=system.id,
        incident__drill=False,
        state=Clock.State.RUNNING,
        shadow=False,
        duty__state=Duty.State.OPEN,
    )
    return running.order_by("conservative_due", "id")[:_MOST]


def _stage(clock: Clock, request: HttpRequest) -> Mapping[str, Any]:
    due = clock.conservative_due
    return {
        "url": reverse("admin:incidents_clock_change", args=[clock.id]),
        "title": clock.title,
        "duty": clock.duty.title,
        "reference": clock.incident.reference,
        "due": times.stamp(due),
        "left": times.due(due, now=instant.of(request)) if due is not None else "",
    }


def _open(system: System, ranks: Mapping[str, int]) -> _Open:
    """Each level, as a label, with its open incidents."""
    return [
        (labels.severity(level, rank=ranks.get(level)), count)
        for level, count in system.open.items()
    ]


def _incidents_of(system: System) -> str:
    return f"{reverse('admin:incidents_incident_changelist')}?system={system.id}"
