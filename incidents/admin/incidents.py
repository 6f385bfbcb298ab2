"""Incidents: the list, and the page where a responder does everything."""

from collections.abc import Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts import people
from governance.accounts.roles import EVIDENCE_EXPORT, INCIDENTS_READ
from governance.api.authentication import actor
from governance.console import actors, instant, labels, times
from governance.console.labels import Tone
from governance.console.lists import may
from governance.console.pages import Action, Offer, PageAdmin
from incidents import searching
from incidents.admin import (
    dry_run,
    exports,
    figures,
    filters,
    incident_page,
    reassessing,
    severities,
    severity_actions,
    surroundings,
    systems,
)
from incidents.admin.ending_actions import ENDING
from incidents.admin.incident_actions import ACTIONS
from incidents.admin.incident_papers import AttachToIncident
from incidents.admin.link_actions import LINKING
from incidents.admin.team_actions import TEAM
from incidents.duties import ACTIVE
from incidents.figures import measures
from incidents.models import Duty, Incident

_TONES: dict[str, Tone] = {"open": "info", "contained": "warn", "resolved": "good"}


@admin.register(Incident)
class IncidentAdmin(PageAdmin[Incident]):
    needs = INCIDENTS_READ
    heading = _("Incidents")
    manual = "officer"
    when_empty = _(
        "No incident matches. Incidents are reported by tools over the API; the start page of the "
        "documentation has an example call."
    )
    list_display = (
        "severity_shown",
        "reference",
        "what",
        "state_shown",
        "reported",
        "acknowledged",
        "open_duties",
    )
    list_display_links = ("reference", "what")
    list_filter = (
        filters.AcknowledgedFilter,
        filters.SeverityFilter,
        filters.SeveritySetFilter,
        "state",
        filters.SystemFilter,
        "drill",
    )
    search = searching.INCIDENTS
    page_template = "incidents/incident.html"
    page_actions = (
        *ACTIONS,
        *TEAM,
        *LINKING,
        *ENDING,
        AttachToIncident(),
        exports.MakePackage(),
        exports.MakeShortened(),
    )
    bulk = ("acknowledge", "hand_over")

    def rows(self, request: HttpRequest) -> QuerySet[Incident]:
        """The page of one reads its report; the list counts what each owes."""
        match = request.resolver_match
        if match is not None and "object_id" in match.kwargs:
            return Incident.objects.all()
        owed = Duty.objects.filter(incident=OuterRef("pk"), state__in=ACTIVE, shadow=False)
        counted = owed.order_by().values("incident").annotate(count=Count("id")).values("count")
        return Incident.objects.defer("report").annotate(
            owed=Coalesce(Subquery(counted, output_field=IntegerField()), 0)
        )

    def prepare(self, rows: Sequence[Incident], request: HttpRequest) -> None:
        names = actors.names(incident.acknowledged_by for incident in rows)
        for incident in rows:
            incident.seen_at = instant.of(request)  # type: ignore[attr-defined]  # for the columns
            incident.taken_by = names.get(incident.acknowledged_by, "")  # type: ignore[attr-defined]

    @admin.display(description=_("Severity"))
    def severity_shown(self, incident: Incident) -> SafeString:
        return severities.of(incident)

    @admin.display(description=_("Title and system"))
    def what(self, incident: Incident) -> SafeString:
        drill = labels.label(gettext("drill"), "info") if incident.drill else ""
        return format_html(
            '{} {}<span class="by-under">{}</span>', drill, incident.title, incident.system_name
        )

    @admin.display(description=_("State"))
    def state_shown(self, incident: Incident) -> SafeString:
        return state_label(incident)

    @admin.display(description=_("Reported"))
    def reported(self, incident: Incident) -> SafeString:
        return format_html(
            '<span class="by-nowrap">{}</span><span class="by-under">{}</span>',
            times.distance(incident.reported_at, now=incident.seen_at),  # type: ignore[attr-defined]
            times.stamp(incident.reported_at),
        )

    @admin.display(description=_("Acknowledged"))
    def acknowledged(self, incident: Incident) -> SafeString:
        if incident.acknowledged_at is None:
            tone: Tone = "plain" if incident.state == Incident.State.CLOSED else "warn"
            return labels.label(gettext("no"), tone)
        return format_html(
            '{}<span class="by-under">{}</span>',
            incident.taken_by,  # type: ignore[attr-defined]
            times.stamp(incident.acknowledged_at),
        )

    @admin.display(description=_("Open duties"))
    def open_duties(self, incident: Incident) -> int:
        return int(incident.owed)  # type: ignore[attr-defined]  # annotated above

    def get_urls(self) -> list[URLPattern]:
        # Before the stock ones, of which the last takes every address.
        view = self.admin_site.admin_view(partial(reassessing.page, self))
        reassess = path("<uuid:key>/reassess/", view, name="incidents_incident_reassess")
        shown = self.admin_site.admin_view(self.statistics)
        drawn = self.admin_site.admin_view(figures.picture)
        around = self.admin_site.admin_view
        return [
            path(
                "systems/",
                around(partial(systems.listing, self)),
                name="incidents_incident_systems",
            ),
            path(
                "systems/<str:system>/",
                around(partial(systems.one, self)),
                name="incidents_incident_system",
            ),
            path(
                "dry-run/", around(partial(dry_run.page, self)), name="incidents_incident_dry_run"
            ),
            path("statistics/", shown, name="incidents_incident_statistics"),
            path("statistics/trend.svg", drawn, name="incidents_incident_trend"),
            *self._more_statistics(),
            reassess,
            *super().get_urls(),
        ]

    def _more_statistics(self) -> list[URLPattern]:
        board = self.admin_site.admin_view(self.board)
        return [
            path("statistics/board/", board, name="incidents_incident_board"),
            *(
                path(
                    f"statistics/{name}.svg",
                    self.admin_site.admin_view(partial(figures.measure, name)),
                    name=f"incidents_incident_{name}",
                )
                for name in measures.TITLES
            ),
        ]

    def board(self, request: HttpRequest) -> HttpResponse:
        context = figures.page(request) | {"title": gettext("AI incidents: report to the board")}
        return self.answer(request, "incidents/board_report.html", context, status=HTTPStatus.OK)

    def statistics(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "POST":
            return figures.count_again(request)
        context = figures.page(request)
        return self.answer(request, "incidents/figures.html", context, status=HTTPStatus.OK)

    def page_title(self, obj: Incident) -> str:
        return f"{obj.reference} {obj.title}"

    def offered(self, request: HttpRequest, obj: Incident) -> list[Action[Incident]]:
        found = super().offered(request, obj)
        return severity_actions.fitting(found, obj, people.behind(actor(request)))

    def unsaved(
        self, obj: Incident, failed: Offer[Incident], page: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Further actions are folded; one that was just tried is not."""
        return {"more_open": bool(failed.action.group)}

    def page(self, request: HttpRequest, obj: Incident) -> dict[str, Any]:
        may_export = may(request, EVIDENCE_EXPORT, obj)
        return {
            "incident": obj,
            "state": state_label(obj),
            **incident_page.context(obj, request=request, at=instant.of(request)),
            **surroundings.context(obj),
            "may_export": may_export,
            "packages": exports.rows(obj) if may_export else [],
        }


def state_label(incident: Incident) -> SafeString:
    return labels.label(incident.standing, _TONES.get(incident.state, "plain"))
