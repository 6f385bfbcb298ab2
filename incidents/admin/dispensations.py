"""Delays, pauses and waivers: what waits for a decision, what is in force, what was."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.access import reach
from governance.accounts import people
from governance.accounts.roles import (
    INCIDENTS_APPROVE,
    INCIDENTS_READ,
    INCIDENTS_RESPOND,
    LEDGER_READ,
)
from governance.api.authentication import actor
from governance.console import actors, instant, times
from governance.console.lists import may, reached
from governance.console.pages import Action, PageAdmin
from incidents import searching
from incidents.admin import dispensed, history, links, signed
from incidents.admin.dispensation_actions import ACTIONS, DECIDING
from incidents.models import Dispensation

MINE: Final = "mine"
Rows = QuerySet[Dispensation]


def to_decide(request: HttpRequest) -> Rows:
    """The requests that the viewer may decide on: none without the scope, never one's own."""
    waiting = Dispensation.objects.filter(state=Dispensation.State.REQUESTED)
    mine = reach.within(waiting, reached(request, INCIDENTS_APPROVE))
    return mine.exclude(requested_by=people.behind(actor(request)))


class WaitingFilter(admin.SimpleListFilter):
    title = _("waiting")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(MINE, gettext("For my decision"))]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        return queryset.filter(id__in=to_decide(request)) if self.value() == MINE else queryset


@admin.register(Dispensation)
class DispensationAdmin(PageAdmin[Dispensation]):
    needs = INCIDENTS_READ
    heading = _("Delays, pauses and waivers")
    manual = "officer#delays-pauses-and-waivers"
    explains = _(
        "Leave to report later, to let the period stand still, or not to perform a duty, each on a "
        "legal ground. Ask for one on the page of the deadline or duty; another person decides."
    )
    when_empty = _(
        "None matches. They begin as requests on the page of a deadline (delay, pause) or a duty "
        "(waiver)."
    )
    list_display = ("state_shown", "what", "incident_shown", "ground", "ends", "requested")
    list_display_links = ("what",)
    list_filter = (WaitingFilter, "state", "kind")
    search = searching.DISPENSATIONS
    page_template = "incidents/dispensation.html"
    page_actions = ACTIONS

    def rows(self, request: HttpRequest) -> Rows:
        return Dispensation.objects.select_related("incident", "duty", "clock__duty")

    def prepare(self, rows: Sequence[Dispensation], request: HttpRequest) -> None:
        names = actors.names(row.requested_by for row in rows)
        for row in rows:
            row.asked_by = names.get(row.requested_by, "")  # type: ignore[attr-defined]

    def offered(self, request: HttpRequest, obj: Dispensation) -> list[Action[Dispensation]]:
        """Who asked withdraws; others decide."""
        own = obj.requested_by == people.behind(actor(request))
        found = super().offered(request, obj)
        unfit = DECIDING if own else {"withdraw"}
        return [each for each in found if each.name not in unfit]

    @admin.display(description=_("State"))
    def state_shown(self, row: Dispensation) -> SafeString:
        return dispensed.state(row)

    @admin.display(description=_("What"))
    def what(self, row: Dispensation) -> SafeString:
        return format_html(
            '{}<span class="by-under">{}</span>', row.get_kind_display(), row.about.title
        )

    @admin.display(description=_("Incident"))
    def incident_shown(self, row: Dispensation) -> SafeString:
        return links.incident(row.incident)

    @admin.display(description=_("End"))
    def ends(self, row: Dispensation) -> str:
        return dispensed.ends(row)

    @admin.display(description=_("Asked for"))
    def requested(self, row: Dispensation) -> SafeString:
        return format_html(
            '{}<span class="by-under">{}</span>',
            row.asked_by,  # type: ignore[attr-defined]
            times.stamp(row.requested_at),
        )

    def page(self, request: HttpRequest, obj: Dispensation) -> dict[str, Any]:
        names = actors.names([obj.requested_by, obj.decided_by, obj.ended_by])
        undecided = obj.state == Dispensation.State.REQUESTED
        return {
            "row": obj,
            "state": dispensed.state(obj),
            "asked": _asked(obj, names.get(obj.requested_by, "")),
            "decided": _decided(obj, names),
            "effect": self._effect(request, obj),
            "effect_of": gettext("approving") if undecided else gettext("ending it now"),
            "own": undecided and obj.requested_by == people.behind(actor(request)),
            "history": history.of(obj.id, may_read=may(request, LEDGER_READ, obj)),
        }

    def _effect(self, request: HttpRequest, obj: Dispensation) -> dict[str, Any] | None:
        """Only for one who may ask, decide or end."""
        lasts = obj.state in {Dispensation.State.REQUESTED, Dispensation.State.APPROVED}
        able = (may(request, each, obj) for each in (INCIDENTS_RESPOND, INCIDENTS_APPROVE))
        if not lasts or not any(able):
            return None
        return dispensed.effect(obj, at=instant.of(request))


def _asked(row: Dispensation, name: str) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [
        (gettext("Legal ground"), row.ground),
        (gettext("Reason"), row.reason),
        (gettext("Evidence"), row.evidence),
        (gettext("Since"), times.stamp(row.since)),
        (gettext("Until"), times.stamp(row.until)),
        (gettext("To be reviewed on"), times.stamp(row.review_at)),
        (gettext("Asked for"), signed.by(row.requested_at, name)),
    ]
    return [(title, value) for title, value in rows if value]


def _decided(row: Dispensation, names: Any) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = []
    if row.decided_at is not None:
        rows.append((gettext("Decided"), signed.by(row.decided_at, names.get(row.decided_by, ""))))
    if row.state == Dispensation.State.APPROVED:
        rows.append((gettext("Ends by itself"), times.stamp(row.ends_at)))
    if row.ended_at is not None:
        rows.append((gettext("Ended"), signed.by(row.ended_at, names.get(row.ended_by, ""))))
    rows += [(gettext("Note"), row.note), (gettext("Why it ended"), row.ended_because)]
    return [(title, value) for title, value in rows if value]
