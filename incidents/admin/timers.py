"""The schedule: everything that time sets in motion, and why it was said or not."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import INCIDENTS_READ
from governance.api.withheld import veil
from governance.console import instant, labels, times
from governance.console.labels import Tone
from governance.console.pages import PageAdmin
from governance.outbox.models import Message
from incidents import explanations, searching, selectors
from incidents.admin import links, notes
from incidents.models import Timer

_TONES: Final[dict[str, Tone]] = {"pending": "info", "fired": "good"}
_MESSAGE_TONES: Final[dict[str, Tone]] = {"pending": "info", "sent": "good", "dead": "bad"}


class WhenFilter(admin.SimpleListFilter):
    """Without a choice, what is still to come. Never both at once: they are read the other way
    round, and through indexes of their own."""

    title = _("state")
    parameter_name = "state"
    OVER: Final = ("over", "fired", "coalesced", "cancelled")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("put_off", gettext("Failed, to be tried again")),
            ("over", gettext("All that is over")),
            ("fired", gettext("Said")),
            ("coalesced", gettext("Left out for a later one")),
            ("cancelled", gettext("Cancelled")),
        ]

    def choices(self, changelist: Any) -> Iterator[Any]:
        whole, *others = super().choices(changelist)
        yield {**whole, "display": gettext("Still to come")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Timer]) -> QuerySet[Timer]:
        pending = queryset.filter(state=Timer.State.PENDING)
        match self.value():
            case None:
                return pending
            case "put_off":
                return pending.filter(retry_at__isnull=False)
            case "over":
                return queryset.exclude(state=Timer.State.PENDING)
            case state:
                return queryset.filter(state=state)


@admin.register(Timer)
class TimerAdmin(PageAdmin[Timer]):
    needs = INCIDENTS_READ
    heading = _("Schedule")
    manual = "operation#when-things-die"
    explains = _(
        "Every reminder, alarm, question and escalation step: what is still to come, and under the "
        "filters what was said or not. The page of each tells why."
    )
    when_empty = _("Nothing matches. Reports, facts and severities set what is said when.")
    list_display = ("due", "state_shown", "what", "incident_shown", "outcome_shown")
    list_display_links = ("what",)
    list_filter = (WhenFilter, "kind", ("due_at", admin.DateFieldListFilter))
    search = searching.OF_INCIDENTS
    page_template = "incidents/timer.html"

    def rows(self, request: HttpRequest) -> QuerySet[Timer]:
        return selectors.schedule()

    def get_ordering(self, request: HttpRequest) -> Any:
        """What comes next first; of what is over, the latest."""
        over = request.GET.get(WhenFilter.parameter_name) in WhenFilter.OVER
        return ("-due_at", "-id") if over else ("due_at", "id")

    def prepare(self, rows: Sequence[Timer], request: HttpRequest) -> None:
        for timer in rows:
            timer.seen_at = instant.of(request)  # type: ignore[attr-defined]  # for the columns

    @admin.display(description=_("Due"))
    def due(self, timer: Timer) -> SafeString:
        now = timer.seen_at  # type: ignore[attr-defined]
        left = times.distance(timer.due_at, now=now)
        return format_html('{}<span class="by-under">{}</span>', times.stamp(timer.due_at), left)

    @admin.display(description=_("State"))
    def state_shown(self, timer: Timer) -> SafeString:
        return state_label(timer)

    @admin.display(description=_("What"))
    def what(self, timer: Timer) -> SafeString:
        return format_html('{}<span class="by-under">{}</span>', notes.timer(timer), subject(timer))

    @admin.display(description=_("Incident"))
    def incident_shown(self, timer: Timer) -> SafeString:
        return links.incident(timer.incident)

    @admin.display(description=_("Outcome"), empty_value="—")
    def outcome_shown(self, timer: Timer) -> str | None:
        return timer.outcome[:160] or None

    def page_title(self, obj: Timer) -> str:
        return gettext("%(timer)s: why was it said, or not?") % {"timer": notes.timer(obj)}

    def page(self, request: HttpRequest, obj: Timer) -> dict[str, Any]:
        found = explanations.of(obj, at=instant.of(request))
        zone = obj.clock.zone if obj.clock is not None else "UTC"
        return {
            "timer": obj,
            "name": notes.timer(obj),
            "state": state_label(obj),
            "subject": subject(obj),
            "incident": links.incident(obj.incident),
            "verdict": found.verdict,
            "rule": found.rule,
            "facts": [(name, _shown(value, zone)) for name, value in found.facts],
            "attempts": [_message(veil(each)) for each in found.messages],
            "about": _about(obj),
        }


def state_label(timer: Timer) -> SafeString:
    """A put-off one is a fault of ours and stands out."""
    if timer.state == Timer.State.PENDING and timer.attempts:
        return labels.label(gettext("Put off"), "bad")
    text = (
        gettext("Left out") if timer.state == Timer.State.COALESCED else timer.get_state_display()
    )
    return labels.label(text, _TONES.get(timer.state, "plain"))


def subject(timer: Timer) -> str:
    """The deadline, duty or incident that it is about, if only by way of a request."""
    about = timer.dispensation.about if timer.dispensation else timer.clock or timer.duty
    return about.title if about is not None else timer.incident.title


def _shown(value: str | datetime, zone: str) -> SafeString | str:
    return times.both(value, zone) if isinstance(value, datetime) else value


def _message(message: Message) -> dict[str, Any]:
    return {
        "url": reverse("admin:outbox_message_change", args=[message.id]),
        "to": message.destination,
        "channel": message.channel,
        "state": labels.label(
            message.get_state_display(), _MESSAGE_TONES.get(message.state, "plain")
        ),
        "when": times.stamp(message.sent_at or message.due_at),
        "attempts": message.attempts,
        "error": message.last_error,
    }


def _about(timer: Timer) -> str:
    if timer.dispensation_id is not None:
        return reverse("admin:incidents_dispensation_change", args=[timer.dispensation_id])
    if timer.clock_id is not None:
        return reverse("admin:incidents_clock_change", args=[timer.clock_id])
    if timer.duty_id is not None:
        return reverse("admin:incidents_duty_change", args=[timer.duty_id])
    return reverse("admin:incidents_incident_change", args=[timer.incident_id])
