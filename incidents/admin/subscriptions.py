"""Subscriptions: which endpoint is told of what, how far it is, and each attempt."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from governance.accounts.roles import LEDGER_READ, WEBHOOKS_MANAGE
from governance.connectors.webhook import endpoints
from governance.connectors.webhook.models import WebhookEndpoint
from governance.console import actors, fields, labels, times
from governance.console.lists import scopes
from governance.console.making import MakingAdmin
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from incidents import changes
from incidents.admin import history
from incidents.following import subscriptions, verbs
from incidents.following.subscriptions import Choice
from incidents.models import Course, Delivery, Subscription

LONGEST_LOG: Final = 50
_LONGEST: Final = 2000


class ChoiceForm(forms.Form):
    verbs = fields.lines(
        label=_("What it is told of"),
        longest=_LONGEST,
        help_text=_("Verbs of the audit trail by comma: incident.reported, clock.*, or * for all."),
    )
    systems = fields.text(
        label=_("Of these systems"),
        longest=_LONGEST,
        required=False,
        help_text=_("Their ids in the register, by comma; empty for all."),
    )
    severities = fields.text(
        label=_("Of incidents that are now"),
        longest=_LONGEST,
        required=False,
        help_text=_("SEV1, SEV2; empty for all."),
    )
    drills = forms.BooleanField(
        label=_("Drills, too"), required=False, widget=widgets.UnfoldBooleanWidget()
    )

    @property
    def choice(self) -> Choice:
        given = self.cleaned_data
        return Choice(
            _listed(given["verbs"]),
            _listed(given["systems"]) or None,
            _listed(given["severities"]) or None,
            given["drills"],
        )


class SubscribeForm(ChoiceForm):
    endpoint = fields.one_of(
        label=_("Endpoint"),
        choices=lambda: [
            (name, name)
            for name in WebhookEndpoint.objects.filter(subscription=None).values_list(
                "name", flat=True
            )
        ],
        help_text=_("One that subscribes to nothing yet."),
    )
    field_order = ("endpoint", "verbs", "systems", "severities", "drills")


class PauseForm(forms.Form):
    reason = fields.lines(label=_("Reason"), longest=500)


class ResumeForm(forms.Form):
    skip = forms.BooleanField(
        label=_("Leave out the event at which it stands"),
        required=False,
        help_text=_("When the receiver can do nothing with that one; the audit trail names it."),
        widget=widgets.UnfoldBooleanWidget(),
    )


class ReplayForm(forms.Form):
    since = fields.InstantField(label=_("Everything since"))


class Change(Action[Subscription]):
    name, label, needs = "change", _("Change"), WEBHOOKS_MANAGE
    explains = _("It goes on where it stands, with the new choice.")

    def form(self, subscription: Subscription, data: Any = None) -> ChoiceForm:
        return ChoiceForm(data, initial=_initial(subscription))

    def run(self, subscription: Subscription, form: ChoiceForm, *, by: Actor, at: datetime) -> str:
        subscriptions.subscribe(subscription.endpoint, form.choice, by=by, at=at)
        return gettext("The choice is changed.")


class Pause(Action[Subscription]):
    name, label, needs = "pause", _("Pause"), WEBHOOKS_MANAGE
    explains = _("It is told nothing for now; what happens meanwhile is told when it goes on.")

    def possible(self, subscription: Subscription) -> bool:
        return subscription.state == Subscription.State.ACTIVE

    def form(self, subscription: Subscription, data: Any = None) -> PauseForm:
        return PauseForm(data)

    def run(self, subscription: Subscription, form: PauseForm, *, by: Actor, at: datetime) -> str:
        subscriptions.pause(subscription, reason=form.cleaned_data["reason"], by=by, at=at)
        return gettext("It is paused.")


class Resume(Action[Subscription]):
    name, label, needs = "resume", _("Go on"), WEBHOOKS_MANAGE
    explains = _("From where it stood; nothing was lost meanwhile.")
    prominent = True

    def possible(self, subscription: Subscription) -> bool:
        return subscription.state == Subscription.State.PAUSED

    def form(self, subscription: Subscription, data: Any = None) -> ResumeForm:
        return ResumeForm(data)

    def run(self, subscription: Subscription, form: ResumeForm, *, by: Actor, at: datetime) -> str:
        subscriptions.resume(subscription, skip=form.cleaned_data["skip"], by=by, at=at)
        return gettext("It goes on.")


class Replay(Action[Subscription]):
    name, label, needs = "replay", _("Tell again"), WEBHOOKS_MANAGE
    explains = _("Under the same ids, beside what is new.")

    def form(self, subscription: Subscription, data: Any = None) -> ReplayForm:
        return ReplayForm(data)

    def run(self, subscription: Subscription, form: ReplayForm, *, by: Actor, at: datetime) -> str:
        start = changes.since(form.cleaned_data["since"])
        subscriptions.replay(subscription, start, by=by, at=at)
        return gettext("It is being told again.")


@admin.register(Subscription)
class SubscriptionAdmin(MakingAdmin[Subscription]):
    needs = WEBHOOKS_MANAGE
    heading = _("Subscriptions")
    manual = "following#have-an-endpoint-told"
    explains = _(
        "Endpoints that are told of what happens, each event signed, in the order of the audit "
        "trail, and never with a text that a person wrote."
    )
    when_empty = _("No endpoint subscribes. Make an endpoint first, then its subscription here.")
    list_display = ("state_shown", "endpoint", "told_of", "behind")
    list_display_links = ("endpoint",)
    page_template = "incidents/subscription.html"
    page_actions = (Resume(), Change(), Pause(), Replay())
    making_form = SubscribeForm
    making_title = _("Subscribe an endpoint")
    making_explains = _("It is told of what happens from now on.")

    def rows(self, request: HttpRequest) -> QuerySet[Subscription]:
        return Subscription.objects.select_related("endpoint")

    def prepare(self, rows: Sequence[Subscription], request: HttpRequest) -> None:
        size = changes.size()
        told = Course.objects.filter(subscription__in=rows, upto__isnull=True)
        places = dict(told.values_list("subscription", "place"))
        for each in rows:
            each.left = max(size - places[each.id], 0)  # type: ignore[attr-defined]

    def has_view_permission(self, request: HttpRequest, obj: Subscription | None = None) -> bool:
        return {WEBHOOKS_MANAGE, *subscriptions.needed([verbs.ALL])} <= scopes(request)

    @admin.display(description=_("State"))
    def state_shown(self, subscription: Subscription) -> SafeString:
        active = subscription.state == Subscription.State.ACTIVE
        return labels.label(subscription.get_state_display(), "good" if active else "warn")

    @admin.display(description=_("Told of"))
    def told_of(self, subscription: Subscription) -> str:
        return ", ".join(subscription.verbs)

    @admin.display(description=_("Behind"))
    def behind(self, subscription: Subscription) -> str:
        left: int = subscription.left  # type: ignore[attr-defined]
        return ngettext("%(number)s entry", "%(number)s entries", left) % {"number": f"{left:,}"}

    def page(self, request: HttpRequest, obj: Subscription) -> dict[str, Any]:
        running = obj.courses.filter(state=Course.State.RUNNING).order_by("id")
        rows = Delivery.objects.filter(course__in=obj.courses.all()).select_related("course")
        return {
            "subscription": obj,
            "state": self.state_shown(obj),
            "pairs": _pairs(obj),
            "courses": [_course(each) for each in running],
            "log": [_row(each) for each in rows[:LONGEST_LOG]],
            "history": history.of(obj.id, may_read=LEDGER_READ in scopes(request)),
        }

    def make(
        self, request: HttpRequest, form: SubscribeForm, *, by: Actor, at: datetime
    ) -> HttpResponse:
        if not subscriptions.needed(form.choice.verbs) <= scopes(request):
            raise PermissionDenied
        endpoint = endpoints.find(form.cleaned_data["endpoint"])
        made = subscriptions.subscribe(endpoint, form.choice, by=by, at=at)
        return HttpResponseRedirect(reverse("admin:incidents_subscription_change", args=[made.id]))


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _initial(subscription: Subscription) -> dict[str, object]:
    return {
        "verbs": ", ".join(subscription.verbs),
        "systems": ", ".join(subscription.systems or []),
        "severities": ", ".join(subscription.severities or []),
        "drills": subscription.drills,
    }


def _pairs(subscription: Subscription) -> Sequence[tuple[str, object]]:
    link = reverse("admin:webhook_webhookendpoint_change", args=[subscription.endpoint_id])
    return [
        (
            gettext("Endpoint"),
            format_html('<a class="by-link" href="{}">{}</a>', link, subscription),
        ),
        (gettext("Told of"), ", ".join(subscription.verbs)),
        (gettext("Systems"), ", ".join(subscription.systems or [gettext("all")])),
        (gettext("Severities"), ", ".join(subscription.severities or [gettext("all")])),
        (gettext("Drills"), gettext("too") if subscription.drills else gettext("left out")),
        (gettext("Made by"), actors.name(subscription.created_by)),
        (gettext("Made"), times.stamp(subscription.created_at)),
        *(
            [(gettext("Paused"), subscription.paused_because)]
            if subscription.paused_because
            else []
        ),
    ]


def _course(course: Course) -> dict[str, object]:
    end = changes.size() if course.upto is None else course.upto
    return {
        "what": gettext("What happens") if course.upto is None else gettext("Told again"),
        "behind": f"{max(end - course.place, 0):,}",
        "attempts": course.attempts,
        "next": times.stamp(course.due_at)
        if course.attempts
        else gettext("as soon as there is something"),
    }


def _row(delivery: Delivery) -> dict[str, object]:
    good = delivery.delivered
    return {
        "outcome": labels.label(gettext("delivered"), "good")
        if good
        else labels.label(gettext("failed"), "bad"),
        "at": times.stamp(delivery.at),
        "verb": delivery.verb,
        "attempt": delivery.number,
        "status": delivery.status or "—",
        "took": f"{delivery.milliseconds} ms",
        "error": delivery.error,
        "next": times.stamp(delivery.next_at),
    }
