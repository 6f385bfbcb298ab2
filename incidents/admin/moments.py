"""The page of one candidate for a moment: what letting it count would move, and doing so."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_RESPOND
from governance.console import actors, fields, instant, times
from governance.console.lists import may
from governance.console.pages import Action, PageAdmin
from governance.ledger.ledger import Actor
from incidents import candidates, moments, searching
from incidents.admin import filters, kept, links, moment_rows, reassessed
from incidents.candidates import Candidate
from incidents.models import Incident, Moment
from policies import titles
from policies.titles import Titles


class BecauseForm(forms.Form):
    because = fields.lines(label=_("Reason"), longest=1000)


class _Decision(Action[Moment]):
    """On a candidate that neither counts nor was withdrawn."""

    needs = INCIDENTS_RESPOND

    def possible(self, moment: Moment) -> bool:
        open_ = moment.incident.state != Incident.State.CLOSED
        return open_ and _candidate(moment).may_be_chosen

    def form(self, moment: Moment, data: Any = None) -> BecauseForm:
        return BecauseForm(data)


class Choose(_Decision):
    name, label, prominent = "choose", _("Let this one count"), True
    explains = _(
        "Clocks that count from this moment are counted anew, to the dates shown below. The other "
        "records stay."
    )

    def run(self, moment: Moment, form: BecauseForm, *, by: Actor, at: datetime) -> str:
        moments.choose(moment, because=form.cleaned_data["because"], by=by, at=at)
        return gettext("%(moment)s counts from here on.") % {"moment": _said(moment)}


class Withdraw(_Decision):
    name, label = "withdraw", _("Withdraw")
    explains = _("It was recorded by mistake. It stays on record and can be chosen no more.")

    def run(self, moment: Moment, form: BecauseForm, *, by: Actor, at: datetime) -> str:
        moments.withdraw(moment, because=form.cleaned_data["because"], by=by, at=at)
        return gettext("%(moment)s is withdrawn.") % {"moment": _said(moment)}


@admin.register(Moment)
class MomentAdmin(PageAdmin[Moment]):
    needs = INCIDENTS_READ
    heading = _("Moments")
    manual = "officer"
    explains = _("What was recorded of when things happened. The page of an incident has its own.")
    when_empty = _("No moment matches. Moments come with reports and are recorded on incidents.")
    list_display = ("what", "happened", "source", "incident_shown", "recorded")
    list_display_links = ("what",)
    list_filter = (filters.MomentFilter,)
    search = searching.MOMENTS
    page_template = "incidents/moment.html"
    page_actions = (Choose(), Withdraw())

    def rows(self, request: HttpRequest) -> QuerySet[Moment]:
        return Moment.objects.select_related("incident").order_by("-id")

    def get_ordering(self, request: HttpRequest) -> Any:
        return ("-id",)

    def prepare(self, rows: Sequence[Moment], request: HttpRequest) -> None:
        called = titles.in_force(instant.of(request))
        for moment in rows:
            moment.title = called.moment(moment.name)  # type: ignore[attr-defined]  # for the columns

    @admin.display(description=_("Moment"))
    def what(self, moment: Moment) -> str:
        return str(moment.title)  # type: ignore[attr-defined]

    @admin.display(description=_("When"))
    def happened(self, moment: Moment) -> SafeString:
        return times.stamp(moment.at)

    @admin.display(description=_("Incident"))
    def incident_shown(self, moment: Moment) -> SafeString:
        return links.incident(moment.incident)

    @admin.display(description=_("Recorded"))
    def recorded(self, moment: Moment) -> SafeString:
        return times.stamp(moment.recorded_at)

    def page_title(self, obj: Moment) -> str:
        return f"{obj.incident.reference} {_said(obj)}"

    def page(self, request: HttpRequest, obj: Moment) -> dict[str, Any]:
        found = candidates.of(obj.incident)
        same = [each for each in found if each.moment.name == obj.name]
        rows = moment_rows.of(
            same,
            obj.incident.clocks.all(),
            actors.names(moment_rows.actors(same)),
            _titles(obj),
        )
        return {
            "incident": obj.incident,
            "shown": next(row for row in rows if row.candidate.moment.id == obj.id),
            "moments": rows,
            **self._effect(request, obj),
        }

    def _effect(self, request: HttpRequest, obj: Moment) -> dict[str, Any]:
        """Only for one who may decide on it: to try it, the incident is held for a moment."""
        if not may(request, INCIDENTS_RESPOND, obj) or not self.page_actions[0].possible(obj):
            return {"previewed": False}
        effect = moments.preview(obj, at=instant.of(request))
        return {
            "previewed": True,
            "severity": reassessed.levels(effect.before.severity, effect.after.severity),
            "changes": reassessed.changes(effect.changes, _titles(obj)),
        }


def _candidate(moment: Moment) -> Candidate:
    return next(each for each in candidates.of(moment.incident) if each.moment.id == moment.id)


def _titles(moment: Moment) -> Titles:
    return titles.of(kept.decisions(moment.incident)[0].release_id)


def _said(moment: Moment) -> str:
    return gettext("%(moment)s at %(at)s") % {
        "moment": _titles(moment).moment(moment.name),
        "at": times.here(moment.at),
    }
