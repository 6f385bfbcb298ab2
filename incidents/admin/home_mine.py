"""What waits for the person who is signed in, and what waits for anybody to take it on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from governance.access import reach
from governance.access.rules import Reach
from governance.accounts.models import User
from governance.accounts.roles import INCIDENTS_APPROVE, POLICIES_APPROVE
from governance.api.authentication import actor
from governance.console import role_titles, tally, times
from governance.console.lists import reached, scopes
from incidents import selectors
from incidents.admin import dispensations, links, overridden, severities
from incidents.admin.home_tallies import Ask, Card
from incidents.models import Clock, Incident, SeverityOverride, Timer
from policies import selectors as policy_selectors
from policies.models import PolicyVersion

UNSEEN: Final = 5


@dataclass(frozen=True)
class Unseen:
    """An incident that nobody has acknowledged; `next` counts down to the next step of its ladder,
    empty where there is none any more."""

    incident: SafeString
    severity: SafeString
    since: str
    next: SafeString | str


def asks(request: HttpRequest, within: Reach) -> Sequence[Ask]:
    """What the viewer may not do is not asked of them; that nothing waits for their approval is
    said all the same."""
    return [*_approvals(request), *_leads(request, within)]


def deadlines(request: HttpRequest, within: Reach, *, at: datetime) -> Sequence[Card]:
    """Those that run and whose owner is a role of the viewer: one for each role, counted among the
    MANY that are due first."""
    user = request.user
    roles = list(user.roles) if isinstance(user, User) else []
    rows = Clock.objects.filter(state=Clock.State.RUNNING, shadow=False, duty__owner__in=roles)
    first = F("conservative_due").asc(nulls_last=True)
    found = reach.within(rows, within).order_by(first)
    owners: dict[str, list[datetime | None]] = {}
    for owner, due in found.values_list("duty__owner", "conservative_due")[: tally.MANY + 1]:
        owners.setdefault(owner, []).append(due)
    return [_role(owner, dues, at=at) for owner, dues in owners.items()]


def unseen(within: Reach, *, at: datetime) -> Sequence[Unseen]:
    """The gravest that nobody has acknowledged, the oldest first; few of many."""
    steps = Timer.objects.filter(
        incident=OuterRef("pk"), kind=Timer.Kind.ESCALATION, state=Timer.State.PENDING
    )
    rows = reach.within(Incident.objects.all(), within).filter(acknowledged_at__isnull=True)
    rows = rows.exclude(state=Incident.State.CLOSED).order_by("severity_rank", "id")
    found = rows.defer("report").annotate(
        step=Subquery(steps.order_by("due_at").values("due_at")[:1])
    )
    return [_unseen(each, at=at) for each in found[:UNSEEN]]


def _unseen(incident: Any, *, at: datetime) -> Unseen:
    return Unseen(
        links.incident(incident),
        severities.of(incident),
        times.distance(incident.reported_at, now=at),
        times.countdown(incident.step, now=at) if incident.step else "",
    )


def _approvals(request: HttpRequest) -> Sequence[Ask]:
    user = request.user
    if not isinstance(user, User):
        return []
    found = []
    if within := reached(request, INCIDENTS_APPROVE):
        notices = reach.within(selectors.notices_to_approve(user), within)
        found.append(
            _approval("notices", gettext("Notices to approve"), notices, "incidents_notice")
        )
        asked = dispensations.to_decide(request)
        found.append(
            _approval("requests", gettext("Requests to approve"), asked, "incidents_dispensation")
        )
        found.append(_severities(overridden.to_decide(request)))
    if POLICIES_APPROVE in scopes(request):
        waiting = policy_selectors.awaiting().exclude(authors__contains=[str(actor(request))])
        policies = PolicyVersion.objects.filter(id__in=waiting.order_by().values("id"))
        found.append(
            _approval(
                "policies", gettext("Policies to approve"), policies, "policies_policyversion"
            )
        )
    return found


def _approval(name: str, text: str, rows: QuerySet[Any], route: str) -> Ask:
    return Ask(name, text, rows, route, "waiting=mine", "warn")


def _severities(rows: QuerySet[SeverityOverride]) -> Ask:
    return Ask(
        "severities",
        gettext("Severities to approve"),
        rows,
        "incidents_incident",
        "severity_changed=mine",
        "warn",
        page=lambda: _only(rows),
    )


def _only(rows: QuerySet[SeverityOverride]) -> str:
    """The page of the incident, where it is decided; empty where the last is decided by now."""
    found = rows.values_list("incident_id", flat=True).first()
    return reverse("admin:incidents_incident_change", args=[found]) if found else ""


def _leads(request: HttpRequest, within: Reach) -> Sequence[Ask]:
    """Open incidents that the viewer has acknowledged."""
    rows = Incident.objects.filter(acknowledged_by=str(actor(request)))
    mine = reach.within(rows.exclude(state=Incident.State.CLOSED), within)
    query = "acknowledged=mine"
    return [
        Ask(
            "leads",
            gettext("Incidents that you lead"),
            mine,
            "incidents_incident",
            query,
            "info",
            quiet=True,
        )
    ]


def _role(owner: str, dues: Sequence[datetime | None], *, at: datetime) -> Card:
    first = dues[0]
    query = urlencode({"owner": owner, "standing": "due", "duty__shadow__exact": "0"})
    return Card(
        gettext("Deadlines of: %(owner)s") % {"owner": role_titles.role(owner)},
        len(dues),
        f"{reverse('admin:incidents_clock_changelist')}?{query}",
        "bad" if first is not None and first <= at else "info",
        times.countdown(first, now=at) if first is not None else SafeString(""),
    )
