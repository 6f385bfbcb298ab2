"""Duties and questions. They lead to their incident: everything about a duty is done there."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance.accounts.roles import INCIDENTS_READ, ROLES
from governance.console import instant, labels, times
from governance.console.labels import Tone
from governance.console.pages import PageAdmin
from incidents.admin import filters, links
from incidents.models import Duty

_TONES: dict[str, Tone] = {"open": "info", "undetermined": "warn", "fulfilled": "good"}


@admin.register(Duty)
class DutyAdmin(PageAdmin[Duty]):
    needs = INCIDENTS_READ
    heading = "Duties and questions"
    explains = (
        "A question is a duty that may apply: somebody must find out the missing facts in time. "
        "Add them on the page of the incident."
    )
    when_empty = "No duty matches. Duties appear when a report or a new fact opens them."
    list_display = ("state_shown", "what", "incident_shown", "owner_shown", "missing_shown", "by")
    list_display_links = ("what",)
    list_filter = (
        "state",
        filters.OwnerFilter,
        filters.RegimeFilter,
        filters.IncidentSeverityFilter,
        "shadow",
    )
    search_fields = ("incident__reference", "incident__title", "title")
    search_help_text = "Reference or title"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Duty]:
        return Duty.objects.select_related("incident")

    def get_ordering(self, request: HttpRequest) -> Any:
        return (F("determine_by").asc(nulls_last=True), "-id")

    def prepare(self, rows: Sequence[Duty], request: HttpRequest) -> None:
        for duty in rows:
            duty.seen_at = instant.of(request)  # type: ignore[attr-defined]  # for the columns

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        duty = self.visible(request, object_id)
        there = reverse("admin:incidents_incident_change", args=[duty.incident_id])
        return HttpResponseRedirect(f"{there}#duty-{duty.id}")

    @admin.display(description="State")
    def state_shown(self, duty: Duty) -> SafeString:
        found = labels.label(duty.get_state_display(), _TONES.get(duty.state, "plain"))
        shadow = labels.label("shadow", title=duty.shadow_because) if duty.shadow else ""
        return format_html("{} {}", found, shadow)

    @admin.display(description="Duty")
    def what(self, duty: Duty) -> SafeString:
        return format_html('{}<span class="by-under">{}</span>', duty.title, duty.regime)

    @admin.display(description="Incident")
    def incident_shown(self, duty: Duty) -> SafeString:
        return links.incident(duty.incident)

    @admin.display(description="Owner")
    def owner_shown(self, duty: Duty) -> str:
        return ROLES.get(duty.owner, duty.owner)

    @admin.display(description="Missing facts")
    def missing_shown(self, duty: Duty) -> str:
        return ", ".join(duty.missing) or "—"

    @admin.display(description="Determine by")
    def by(self, duty: Duty) -> SafeString | str:
        if duty.determine_by is None or duty.state != Duty.State.UNDETERMINED:
            return "—"
        return format_html(
            '<strong class="by-nowrap">{}</strong><span class="by-under">{}</span>',
            times.due(duty.determine_by, now=duty.seen_at),  # type: ignore[attr-defined]
            times.stamp(duty.determine_by),
        )
