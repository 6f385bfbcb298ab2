"""Messages: what was sent, to whom and why, and what could not be."""

from datetime import datetime
from typing import Any, Final

from csp.decorators import csp_update
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_RESPOND, WEBHOOKS_MANAGE
from governance.api import searches, withheld
from governance.connectors.registry import CHANNELS
from governance.console import labels, times
from governance.console.labels import Tone
from governance.console.lists import openings
from governance.console.pages import Action, PageAdmin
from governance.ledger.ledger import Actor
from governance.outbox import dead_letters, selectors
from governance.outbox.backoff import MOST_ATTEMPTS
from governance.outbox.models import Message
from governance.translated import Text

_TONES: dict[str, Tone] = {"pending": "info", "sent": "good", "dead": "bad"}
#: One of them will do to send again.
_SENDING = frozenset({INCIDENTS_RESPOND, WEBHOOKS_MANAGE})
_OUTCOMES: Final[dict[str, tuple[Text, Tone]]] = {
    "sent": (_("sent"), "good"),
    "deferred": (_("deferred"), "warn"),
    "undeliverable": (_("undeliverable"), "bad"),
}


class ChannelFilter(admin.SimpleListFilter):
    """Offers the channels there are; which of them stand in a table of millions is too long a
    question for a list."""

    title = _("channel")
    parameter_name = "channel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(each, each) for each in CHANNELS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.value()
        return queryset.filter(channel=wanted) if wanted else queryset


class Replay(Action[Message]):
    name = "replay"
    label = _("Send again")
    explains = _(
        "Under the same id, with as many attempts as a new message. Correct the address first."
    )
    needs = INCIDENTS_RESPOND
    prominent = True

    def possible(self, message: Message) -> bool:
        return message.state == Message.State.DEAD

    def run(self, message: Message, form: Any, *, by: Actor, at: datetime) -> str:
        dead_letters.replay(message, by=by, at=at)
        return gettext("The message to %(destination)s is due now.") % {
            "destination": message.destination
        }


# A letter has styles of its own; it is shown in a frame in which nothing runs.
@method_decorator(csp_update({"style-src": ["'unsafe-inline'"]}), name="change_view")
@admin.register(Message)
class MessageAdmin(PageAdmin[Message]):
    needs = INCIDENTS_READ
    heading = _("Messages")
    manual = "operation#messages"
    explains = _(
        "Each is owed from the moment that decided it, and tried again until it is confirmed. "
        "Undeliverable ones can be sent again once their address is right."
    )
    when_empty = _("No message matches. Messages are written when an incident is reported.")
    list_display = ("state_shown", "subject", "to", "created", "attempts", "error")
    list_display_links = ("subject",)
    list_filter = ("state", ChannelFilter)
    search = searches.MESSAGES
    page_template = "console/message.html"
    page_actions = (Replay(),)
    bulk = ("replay",)

    def rows(self, request: HttpRequest) -> QuerySet[Message]:
        return Message.objects.all()

    def may(self, request: HttpRequest, scope: str, obj: Message) -> bool:
        """Who keeps the channels going sends again, too."""
        return super().may(request, scope, obj) or super().may(request, WEBHOOKS_MANAGE, obj)

    def may_some(self, request: HttpRequest, scope: str) -> bool:
        return not _SENDING.isdisjoint(openings(request, Message))

    @admin.display(description=_("State"))
    def state_shown(self, message: Message) -> SafeString:
        return state_label(message)

    @admin.display(description=_("To"))
    def to(self, message: Message) -> SafeString:
        return format_html(
            '{}<span class="by-under">{}</span>', message.destination, message.channel
        )

    @admin.display(description=_("Written"))
    def created(self, message: Message) -> SafeString:
        return times.stamp(message.created_at)

    @admin.display(description=_("Last error"), empty_value="—")
    def error(self, message: Message) -> str | None:
        return message.last_error[:120] or None

    def page(self, request: HttpRequest, obj: Message) -> dict[str, Any]:
        return {
            "message": obj,
            "state": state_label(obj),
            "pairs": _pairs(obj),
            "attempts": [_attempt(each, obj) for each in selectors.attempts(obj)],
            "timer": _timer(obj),
        }


def _pairs(message: Message) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [
        (gettext("Why it is sent"), message.because),
        (gettext("Channel"), message.channel),
        (gettext("Written"), times.stamp(message.created_at)),
        (gettext("Sent"), times.stamp(message.sent_at) or gettext("not yet")),
        (
            gettext("Attempts"),
            gettext("%(count)s of at most %(most)s")
            % {"count": message.tries, "most": MOST_ATTEMPTS},
        ),
    ]
    if message.attempts_before:
        rows.append((gettext("Attempts before it was sent again"), message.attempts_before))
    if message.state == Message.State.PENDING:
        rows.append((gettext("Next attempt not before"), times.stamp(message.due_at)))
    if message.state == Message.State.DEAD:
        rows.append(
            (gettext("Somebody told"), times.stamp(message.escalated_at) or _untold(message))
        )
    return rows


def _timer(message: Message) -> str:
    """The key of what time set in motion, where that wrote it; another occasion has none."""
    kind, _, key = message.occasion.partition(":")
    return key if kind == "timer" else ""


def _untold(message: Message) -> str:
    return (
        gettext("no: it is itself about an undeliverable message")
        if message.about
        else gettext("not yet")
    )


def _attempt(attempt: selectors.Attempt, message: Message) -> dict[str, object]:
    return {
        "number": attempt.number,
        "at": times.stamp(attempt.at),
        "outcome": labels.label(*_OUTCOMES[attempt.outcome]),
        "said": withheld.text(attempt.said, message),
    }


def state_label(message: Message) -> SafeString:
    return labels.label(message.get_state_display(), _TONES[message.state])
