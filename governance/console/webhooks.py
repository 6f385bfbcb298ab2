"""Webhook endpoints: where events go, with which secret, and how it went."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from governance.accounts.roles import WEBHOOKS_MANAGE
from governance.api import searches
from governance.connectors.webhook import endpoints
from governance.connectors.webhook.models import WebhookEndpoint
from governance.console import actors, fields, labels, times
from governance.console.making import MakingAdmin
from governance.console.messages import state_label
from governance.console.pages import Action, Shown
from governance.ledger.ledger import Actor
from governance.outbox import trials
from governance.outbox.models import Message

LONGEST_LOG: Final = 50
_HOUR: Final = timedelta(hours=1)


class AddressForm(forms.Form):
    url = fields.text(
        label=_("Address"),
        longest=2000,
        help_text=_(
            "https://…; a private address has to be allowed in BYLAW_OUTBOUND_ALLOW first."
        ),
    )
    description = fields.text(
        label=_("Description"),
        longest=500,
        required=False,
        help_text=_("Who reads the events there."),
    )


class EndpointForm(AddressForm):
    name = fields.text(
        label=_("Name"),
        longest=80,
        help_text=_("As policies address it: {channel: webhook, to: NAME}. It cannot be changed."),
    )
    field_order = ("name", "url", "description")


class OverlapForm(forms.Form):
    hours = forms.IntegerField(
        label=_("Hours for which the old secret signs, too"),
        min_value=0,
        max_value=endpoints.LONGEST_OVERLAP // _HOUR,
        initial=endpoints.OVERLAP // _HOUR,
        help_text=_(
            "Time for the receiver to change over; 0 when somebody else has the old secret."
        ),
        widget=widgets.UnfoldAdminIntegerFieldWidget(),
    )


class Change(Action[WebhookEndpoint]):
    name = "change"
    label = _("Change")
    explains = _("What waits for this endpoint goes to the new address, too. The secret stays.")
    needs = WEBHOOKS_MANAGE

    def form(self, endpoint: WebhookEndpoint, data: Any = None) -> AddressForm:
        return AddressForm(data, initial={"url": endpoint.url, "description": endpoint.description})

    def run(self, endpoint: WebhookEndpoint, form: AddressForm, *, by: Actor, at: datetime) -> str:
        endpoints.change(endpoint, **form.cleaned_data, by=by, at=at)
        return gettext("%(name)s is changed.") % {"name": endpoint.name}


class Rotate(Action[WebhookEndpoint]):
    name = "rotate"
    label = _("Rotate the secret")
    explains = _("The new secret is shown once, on the next page.")
    needs = WEBHOOKS_MANAGE

    def form(self, endpoint: WebhookEndpoint, data: Any = None) -> OverlapForm:
        return OverlapForm(data)

    def run(
        self, endpoint: WebhookEndpoint, form: OverlapForm, *, by: Actor, at: datetime
    ) -> Shown:
        overlap = form.cleaned_data["hours"] * _HOUR
        plain = endpoints.rotate(endpoint, overlap=overlap, by=by, at=at)
        return _secret_page(endpoint, plain)


class Test(Action[WebhookEndpoint]):
    name = "test"
    label = _("Send a test event")
    explains = _("It goes the way of every other event; how it went is in the log below.")
    needs = WEBHOOKS_MANAGE
    prominent = True

    def possible(self, endpoint: WebhookEndpoint) -> bool:
        return endpoint.active

    def run(self, endpoint: WebhookEndpoint, form: Any, *, by: Actor, at: datetime) -> str:
        trials.send(endpoint, by=by, at=at)
        return gettext("A test event is on its way; reload the page to see how it went.")


class Disable(Action[WebhookEndpoint]):
    name = "disable"
    label = _("Disable")
    explains = _("Events to it become undeliverable at once, and people are told so.")
    needs = WEBHOOKS_MANAGE

    def possible(self, endpoint: WebhookEndpoint) -> bool:
        return endpoint.active

    def run(self, endpoint: WebhookEndpoint, form: Any, *, by: Actor, at: datetime) -> str:
        endpoints.disable(endpoint, by=by, at=at)
        return gettext("%(name)s gets nothing any more.") % {"name": endpoint.name}


class Enable(Action[WebhookEndpoint]):
    name = "enable"
    label = _("Enable")
    explains = _("What became undeliverable meanwhile can be sent again from its own page.")
    needs = WEBHOOKS_MANAGE

    def possible(self, endpoint: WebhookEndpoint) -> bool:
        return not endpoint.active

    def run(self, endpoint: WebhookEndpoint, form: Any, *, by: Actor, at: datetime) -> str:
        endpoints.enable(endpoint, by=by, at=at)
        return gettext("%(name)s gets events again.") % {"name": endpoint.name}


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(MakingAdmin[WebhookEndpoint]):
    needs = WEBHOOKS_MANAGE
    heading = _("Webhook endpoints")
    manual = "operation#webhooks"
    explains = _(
        "Programs that are told of incidents, each event signed (Standard Webhooks). An escalation "
        "matrix names them as contacts of its roles."
    )
    when_empty = _("There is no endpoint yet. Make one to have a chat, a pager or a ticket told.")
    list_display = ("name", "state", "url", "description", "made")
    list_filter = ("active",)
    search = searches.ENDPOINTS
    page_template = "console/webhook.html"
    page_actions = (Test(), Change(), Rotate(), Disable(), Enable())
    making_form = EndpointForm
    making_title = _("New webhook endpoint")
    making_explains = _("Its secret is shown once, on the next page, and kept encrypted.")

    @admin.display(description=_("State"))
    def state(self, endpoint: WebhookEndpoint) -> SafeString:
        return _state(endpoint)

    @admin.display(description=_("Made"))
    def made(self, endpoint: WebhookEndpoint) -> SafeString:
        return times.stamp(endpoint.created_at)

    def page(self, request: HttpRequest, obj: WebhookEndpoint) -> dict[str, Any]:
        return {
            "endpoint": obj,
            "state": _state(obj),
            "pairs": _pairs(obj),
            "secrets": [_secret(each) for each in obj.secrets.all()],
            "log": [_row(each) for each in _log(obj)[:LONGEST_LOG]],
            "whole_log": f"{reverse('admin:outbox_message_changelist')}?channel=webhook"
            f"&q={obj.name}",
        }

    def make(
        self, request: HttpRequest, form: EndpointForm, *, by: Actor, at: datetime
    ) -> HttpResponse:
        endpoint, plain = endpoints.create(**form.cleaned_data, by=by, at=at)
        shown = _secret_page(endpoint, plain)
        # No view of the admin is cached, so the browser does not keep it either.
        return self.answer(request, shown.template, dict(shown.context), status=201)


def _secret_page(endpoint: WebhookEndpoint, plain: str) -> Shown:
    context = {"endpoint": endpoint, "plain": plain, "title": gettext("The secret of the endpoint")}
    return Shown("console/webhook_secret.html", context)


def _log(endpoint: WebhookEndpoint) -> QuerySet[Message]:
    return Message.objects.filter(channel="webhook", destination=endpoint.name).order_by("-id")


def _row(message: Message) -> dict[str, object]:
    return {
        "state": state_label(message),
        "subject": message.subject,
        "url": reverse("admin:outbox_message_change", args=[message.id]),
        "when": times.stamp(message.sent_at or message.created_at),
        "attempts": message.attempts,
        "error": "" if message.state == Message.State.SENT else message.last_error[:200],
    }


def _pairs(endpoint: WebhookEndpoint) -> Sequence[tuple[str, object]]:
    return [
        (gettext("Address"), endpoint.url),
        (gettext("Description"), endpoint.description or "—"),
        (gettext("Made by"), actors.name(endpoint.created_by)),
        (gettext("Made"), times.stamp(endpoint.created_at)),
    ]


def _secret(secret: Any) -> tuple[SafeString, SafeString | str]:
    return times.stamp(secret.created_at), times.stamp(secret.ends_at) or gettext(
        "until it is rotated"
    )


def _state(endpoint: WebhookEndpoint) -> SafeString:
    return (
        labels.label(gettext("active"), "good")
        if endpoint.active
        else labels.label(gettext("disabled"), "warn")
    )
