"""Messages: what was sent, to whom and why, and what could not be."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance.accounts.roles import INCIDENTS_READ
from governance.console import labels, times
from governance.console.labels import Tone
from governance.console.pages import PageAdmin
from governance.outbox.backoff import MOST_ATTEMPTS
from governance.outbox.models import Message

_TONES: dict[str, Tone] = {"pending": "info", "sent": "good", "dead": "bad"}


@admin.register(Message)
class MessageAdmin(PageAdmin[Message]):
    needs = INCIDENTS_READ
    heading = "Messages"
    explains = (
        "Each is owed from the moment that decided it, and tried again until it is confirmed."
    )
    when_empty = "No message matches. Messages are written when an incident is reported."
    list_display = ("state_shown", "subject", "to", "created", "attempts", "error")
    list_display_links = ("subject",)
    list_filter = ("state", "channel")
    search_fields = ("incident_reference__iexact", "destination", "subject")
    search_help_text = "Incident, address or subject"
    page_template = "console/message.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return Message.objects.all()

    @admin.display(description="State")
    def state_shown(self, message: Message) -> SafeString:
        return state_label(message)

    @admin.display(description="To")
    def to(self, message: Message) -> SafeString:
        return format_html(
            '{}<span class="by-under">{}</span>', message.destination, message.channel
        )

    @admin.display(description="Written")
    def created(self, message: Message) -> SafeString:
        return times.stamp(message.created_at)

    @admin.display(description="Last error", empty_value="—")
    def error(self, message: Message) -> str | None:
        return message.last_error[:120] or None

    def page(self, request: HttpRequest, obj: Message) -> dict[str, Any]:
        return {"message": obj, "state": state_label(obj), "pairs": _pairs(obj)}


def _pairs(message: Message) -> list[tuple[str, object]]:
    attempts = f"{message.attempts} of at most {MOST_ATTEMPTS}"
    rows: list[tuple[str, object]] = [
        ("Why it is sent", message.because),
        ("Channel", message.channel),
        ("Written", times.stamp(message.created_at)),
        ("Sent", times.stamp(message.sent_at) or "not yet"),
        ("Attempts", attempts),
    ]
    if message.state == Message.State.PENDING:
        rows.append(("Next attempt not before", times.stamp(message.due_at)))
    return rows


def state_label(message: Message) -> SafeString:
    return labels.label(message.get_state_display(), _TONES[message.state])
