"""Duties, questions and decisions not to notify, and the page of one of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import INCIDENTS_READ
from governance.console import instant, labels, role_titles, times
from governance.console.labels import Tone
from governance.console.pages import PageAdmin
from governance.console.paginator import Parts
from incidents import searching
from incidents.admin import duty_page, filters, links, shown_duties
from incidents.admin.duty_actions import ACTIONS
from incidents.models import Duty

_TONES: dict[str, Tone] = {"open": "info", "undetermined": "warn", "fulfilled": "good"}


@admin.register(Duty)
class DutyAdmin(PageAdmin[Duty]):
    needs = INCIDENTS_READ
    heading = _("Duties and questions")
    manual = "officer#deciding-not-to-notify"
    explains = _(
        "A question is a duty that may apply: somebody must find out the missing facts in time. "
        "One that does not apply is a decision not to notify, to be confirmed or contested."
    )
    when_empty = _("No duty matches. Duties appear when a report or a new fact opens them.")
    list_display = ("state_shown", "what", "incident_shown", "owner_shown", "missing_shown", "by")
    list_display_links = ("what",)
    list_filter = (
        "state",
        "confirmation",
        filters.OwnerFilter,
        filters.RegimeFilter,
        filters.IncidentSeverityFilter,
        "shadow",
        filters.MissingFilter,
    )
    search = searching.OF_INCIDENTS
    page_template = "incidents/duty_page.html"
    page_actions = ACTIONS

    def rows(self, request: HttpRequest) -> QuerySet[Duty]:
        return Duty.objects.select_related("incident")

    def get_ordering(self, request: HttpRequest) -> Any:
        """Questions by their limit, then decisions by theirs, then the newest."""
        limits = (F(name).asc(nulls_last=True) for name in ("determine_by", "confirm_by"))
        return (*limits, "-id")

    def parts(self, request: HttpRequest, rows: QuerySet[Duty]) -> Parts:
        decided = rows.filter(determine_by__isnull=True)
        parts = (
            rows.filter(determine_by__isnull=False),
            decided.filter(confirm_by__isnull=False).order_by("confirm_by", "-id"),
            decided.filter(confirm_by__isnull=True).order_by("-id"),
        )
        return Parts(parts, whole=rows)

    def prepare(self, rows: Sequence[Duty], request: HttpRequest) -> None:
        for duty in rows:
            duty.seen_at = instant.of(request)  # type: ignore[attr-defined]  # for the columns

    @admin.display(description=_("State"))
    def state_shown(self, duty: Duty) -> SafeString:
        found = labels.label(duty.get_state_display(), _TONES.get(duty.state, "plain"))
        shadow = labels.label(gettext("shadow"), title=duty.shadow_because) if duty.shadow else ""
        return format_html("{} {} {}", found, shown_duties.confirmation(duty), shadow)

    @admin.display(description=_("Duty"))
    def what(self, duty: Duty) -> SafeString:
        return format_html('{}<span class="by-under">{}</span>', duty.title, duty.regime)

    @admin.display(description=_("Incident"))
    def incident_shown(self, duty: Duty) -> SafeString:
        return links.incident(duty.incident)

    @admin.display(description=_("Owner"))
    def owner_shown(self, duty: Duty) -> str:
        return role_titles.role(duty.owner)

    @admin.display(description=_("Missing facts"))
    def missing_shown(self, duty: Duty) -> str:
        return ", ".join(duty.missing) or "—"

    @admin.display(description=_("Determine or confirm by"))
    def by(self, duty: Duty) -> SafeString | str:
        limit = _limit(duty)
        if limit is None:
            return "—"
        return format_html(
            '<strong class="by-nowrap">{}</strong><span class="by-under">{}</span>',
            times.due(limit, now=duty.seen_at),  # type: ignore[attr-defined]
            times.stamp(limit),
        )

    def page(self, request: HttpRequest, obj: Duty) -> dict[str, Any]:
        return duty_page.context(obj, request=request, at=instant.of(request))


def _limit(duty: Duty) -> datetime | None:
    if duty.state == Duty.State.UNDETERMINED:
        return duty.determine_by
    waits = duty.confirmation == Duty.Confirmation.UNCONFIRMED
    return duty.confirm_by if waits else None
