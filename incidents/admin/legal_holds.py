"""Legal holds: placed by one person, released by one, each with a reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from governance.accounts.roles import HOLDS_MANAGE, INCIDENTS_READ, LEDGER_READ
from governance.console import actors, fields, labels, times
from governance.console.lists import may, openings, wish
from governance.console.making import MakingAdmin
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from incidents import legal_holds, selectors
from incidents.admin import history, signed
from incidents.models import LegalHold


class HoldForm(forms.Form):
    incident = fields.text(
        label=_("Incident"),
        longest=32,
        required=False,
        help_text=_("Its reference; or a system below."),
    )
    system = fields.text(
        label=_("System"),
        longest=80,
        required=False,
        help_text=_("Its id in the register: all incidents of it, and those to come."),
    )
    everything = forms.BooleanField(
        label=_("Everything"),
        required=False,
        help_text=_("Nothing at all is erased until you release it."),
        widget=widgets.UnfoldBooleanWidget(),
    )
    reason = fields.lines(
        label=_("Reason"),
        longest=4000,
        help_text=_("The dispute, investigation or request it is for."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if sum(bool(given.get(name)) for name in ("incident", "system", "everything")) != 1:
            raise forms.ValidationError(gettext("Choose one: an incident, a system or everything."))
        return given


class ReleaseForm(forms.Form):
    reason = fields.lines(label=_("Reason"), longest=4000)


class Release(Action[LegalHold]):
    name, label, needs = "release", _("Release"), HOLDS_MANAGE
    explains = _(
        "What it kept may be erased again, and what is over its time goes within minutes. Place a "
        "new hold if you need one later; what was erased meanwhile does not come back."
    )

    def possible(self, hold: LegalHold) -> bool:
        return hold.released_at is None

    def form(self, hold: LegalHold, data: Any = None) -> forms.Form:
        return ReleaseForm(data)

    def run(self, hold: LegalHold, form: Any, *, by: Actor, at: datetime) -> str:
        legal_holds.release(hold, reason=form.cleaned_data["reason"], by=by, at=at)
        return gettext("The hold is released.")


@admin.register(LegalHold)
class LegalHoldAdmin(MakingAdmin[LegalHold]):
    needs = INCIDENTS_READ
    heading = _("Legal holds")
    manual = "officer#personal-data"
    explains = _(
        "While a hold stands, nothing that it covers is erased, by nobody and by no period."
    )
    when_empty = _("There is no legal hold. Place one when a dispute or an investigation is near.")
    list_display = ("state_shown", "covered", "placed")
    list_display_links = ("covered",)
    page_template = "incidents/legal_hold.html"
    page_actions = (Release(),)
    making_form = HoldForm
    making_title = _("Place a legal hold")
    making_explains = _("It holds at once, and until somebody releases it.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return HOLDS_MANAGE in openings(request, LegalHold)

    def rows(self, request: HttpRequest) -> QuerySet[LegalHold]:
        return LegalHold.objects.select_related("incident")

    def prepare(self, rows: Sequence[LegalHold], request: HttpRequest) -> None:
        names = actors.names(row.placed_by for row in rows)
        for row in rows:
            row.by_name = names.get(row.placed_by, "")  # type: ignore[attr-defined]

    @admin.display(description=_("State"))
    def state_shown(self, hold: LegalHold) -> SafeString:
        if hold.released_at is not None:
            return labels.label(gettext("released"))
        return labels.label(gettext("holds"), "warn")

    @admin.display(description=_("Covers"))
    def covered(self, hold: LegalHold) -> str:
        return hold.shown

    @admin.display(description=_("Placed"))
    def placed(self, hold: LegalHold) -> SafeString:
        return format_html(
            '{}<span class="by-under">{}</span>',
            hold.by_name,  # type: ignore[attr-defined]
            times.stamp(hold.placed_at),
        )

    def page(self, request: HttpRequest, obj: LegalHold) -> dict[str, Any]:
        names = actors.names([obj.placed_by, obj.released_by])
        return {
            "hold": obj,
            "state": self.state_shown(obj),
            "pairs": _pairs(obj, names),
            "history": history.of(obj.id, may_read=may(request, LEDGER_READ, obj)),
        }

    def make(
        self, request: HttpRequest, form: HoldForm, *, by: Actor, at: datetime
    ) -> HttpResponse:
        given = form.cleaned_data
        asked, incident = wish(request, HOLDS_MANAGE), None
        if given["incident"]:
            incident = selectors.incident(given["incident"], asked)
        else:
            asked.require(given["system"] or None)
        hold = legal_holds.place(
            reason=given["reason"], incident=incident, system=given["system"], by=by, at=at
        )
        return HttpResponseRedirect(reverse("admin:incidents_legalhold_change", args=[hold.id]))


def _pairs(hold: LegalHold, names: Any) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [
        (gettext("Covers"), hold.shown),
        (gettext("Reason"), hold.reason),
        (gettext("Placed"), signed.by(hold.placed_at, names.get(hold.placed_by, ""))),
    ]
    if hold.released_at is not None:
        rows += [
            (gettext("Released"), signed.by(hold.released_at, names.get(hold.released_by, ""))),
            (gettext("Why it was released"), hold.release_reason),
        ]
    return rows
