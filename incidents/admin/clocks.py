"""The deadline board, and the page of one deadline with everything that counted it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import INCIDENTS_READ, LEDGER_READ
from governance.console import actors, instant, labels, role_titles, tally, times, values
from governance.console.lists import may
from governance.console.pages import Action, PageAdmin
from governance.console.paginator import Parts
from incidents import candidates, disclosure, searching, selectors, starts
from incidents import facts as known_facts
from incidents.admin import (
    answers,
    clock_history,
    clock_notices,
    completeness,
    course,
    dispensed,
    filters,
    links,
    notes,
    severities,
    standings,
)
from incidents.admin.clock_actions import DraftNotice, RecordAsSent
from incidents.admin.requests import AskForDelay, AskForPause
from incidents.models import Clock
from incidents.states import Standing
from policies import releases, titles, wording

_PATH: Final = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")


@admin.register(Clock)
class ClockAdmin(PageAdmin[Clock]):
    needs = INCIDENTS_READ
    heading = _("Deadline board")
    manual = "officer"
    explains = _(
        "The most urgent first. Work to the date shown; the page of a deadline also gives the "
        "legal end of the period."
    )
    when_empty = _(
        "No deadline matches. Deadlines appear by themselves when a report opens a duty; report an "
        "incident over the API to see one."
    )
    list_display = ("due", "standing", "what", "incident_shown", "regime", "owner")
    list_display_links = ("what",)
    list_filter = (
        filters.StandingFilter,
        filters.ClockOwnerFilter,
        filters.ClockRegimeFilter,
        filters.IncidentSeverityFilter,
        filters.ShadowFilter,
        "incident__drill",
        filters.MetFilter,
    )
    search = searching.OF_INCIDENTS
    page_template = "incidents/clock.html"
    page_actions = (DraftNotice(), RecordAsSent(), AskForDelay(), AskForPause())

    class Media:
        js = (times.COUNTDOWN,)

    def rows(self, request: HttpRequest) -> QuerySet[Clock]:
        return selectors.board().select_related("duty__decision", "incident")

    def get_ordering(self, request: HttpRequest) -> Any:
        return selectors.board().query.order_by

    def parts(self, request: HttpRequest, rows: QuerySet[Clock]) -> Parts:
        """Of those that run, one part for each index: told by their state besides, PostgreSQL would
        take them for few, and sort them all."""
        at, by_due = instant.of(request), rows.order_by(*selectors.BY_DUE)
        match request.GET.get(filters.StandingFilter.parameter_name):
            case Standing.OVERDUE | Standing.AT_RISK:
                return Parts((by_due,), whole=rows)
            case Standing.RUNNING:
                binding, shadow = by_due.filter(shadow=False), by_due.filter(shadow=True)
                return Parts((*standings.calm_parts(binding, at=at), shadow))
        return Parts(selectors.board_parts(rows), whole=rows)

    def prepare(self, rows: Sequence[Clock], request: HttpRequest) -> None:
        written = clock_notices.of(rows)
        for clock in rows:
            clock.seen_at = instant.of(request)  # type: ignore[attr-defined]  # for the columns
            clock.written = written.get(clock.id, "")  # type: ignore[attr-defined]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        found = standings.counts(self.reached(request), at=instant.of(request))
        strip = [
            {
                "url": f"?standing={each.value}&duty__shadow__exact=0",
                "count": tally.shown(count),
                "text": standings.title(each),
                "tone": standings.TONES[each] if count else "plain",
            }
            for each, count in found.items()
        ]
        return super().changelist_view(request, {"strip": strip, **(extra_context or {})})

    @admin.display(description=_("Due"))
    def due(self, clock: Clock) -> SafeString | str:
        now = clock.seen_at  # type: ignore[attr-defined]
        if clock.state == Clock.State.FULFILLED:
            return format_html(gettext("sent {at}"), at=times.stamp(clock.fulfilled_at))
        if clock.state == Clock.State.NOT_STARTED:
            return format_html('<span class="by-quiet">{}</span>', notes.waits(clock, at=now))
        if clock.state == Clock.State.PAUSED and clock.paused_until is not None:
            until = times.both(clock.paused_until, clock.zone)
            return format_html(
                '{}<span class="by-under">{}</span>',
                gettext("stands still"),
                format_html(gettext("until {until} at the latest"), until=until),
            )
        if clock.conservative_due is None:
            return gettext("promptly") if clock.state == Clock.State.RUNNING else "—"
        return format_html(
            '<strong class="by-nowrap">{}</strong><span class="by-under">{}</span>',
            times.countdown(clock.conservative_due, now=now)
            if clock.state == Clock.State.RUNNING
            else "—",
            times.both(clock.conservative_due, clock.zone),
        )

    @admin.display(description=_("Standing"))
    def standing(self, clock: Clock) -> SafeString:
        found = standings.shown(clock, at=clock.seen_at)  # type: ignore[attr-defined]
        shadow = labels.label(gettext("shadow"), title=clock.duty.shadow_because)
        moved = labels.label(gettext("moved"), "info", title=_counted(clock))
        return format_html(
            "{} {} {}",
            found,
            shadow if clock.duty.shadow else "",
            moved if clock.counted_legal_due is not None else "",
        )

    @admin.display(description=_("What"))
    def what(self, clock: Clock) -> SafeString:
        """The stages of two duties may have one title."""
        written: SafeString = clock.written  # type: ignore[attr-defined]
        if clock.duty.title == clock.title:
            return format_html("{}{}", clock.title, written)
        return format_html(
            '{}<span class="by-under">{}</span>{}', clock.title, clock.duty.title, written
        )

    @admin.display(description=_("Incident"))
    def incident_shown(self, clock: Clock) -> SafeString:
        return links.incident(clock.incident)

    @admin.display(description=_("Regime"))
    def regime(self, clock: Clock) -> str:
        return clock.duty.regime

    @admin.display(description=_("Owner"))
    def owner(self, clock: Clock) -> str:
        return role_titles.role(clock.duty.owner)

    def leads_to(self, request: HttpRequest, action: Action[Clock]) -> str:
        """To the notice, once it is drafted."""
        return clock_notices.begun(request) if isinstance(action, DraftNotice) else request.path

    def page(self, request: HttpRequest, obj: Clock) -> dict[str, Any]:
        now = instant.of(request)
        decision = selectors.latest_decision(obj.incident)
        release = releases.pinned(decision.release_id)
        facts = known_facts.told(disclosure.report(obj.incident, decision), decision, release)
        notices = clock_notices.context(obj)
        answer = answers.of_duty(decision, obj.duty)
        return {
            **notices,
            "course": course.of(
                obj.incident,
                [obj],
                candidates.of(obj.incident),
                titles.of(decision.release_id),
                at=now,
            ),
            "complete": completeness.of(obj, facts, release, notices["drafted"]),
            "answers": [answer] if answer is not None else [],
            "clock": obj,
            "duty": obj.duty,
            "incident": obj.incident,
            "standing": standings.shown(obj, at=now),
            "severity": severities.of(obj.incident),
            "left": times.due(obj.conservative_due, now=now) if obj.conservative_due else "",
            "waits_for": notes.awaited(obj),
            "waited": notes.waited(obj, at=now),
            "behind": notes.of(obj.incident, decision, [obj], at=now),
            "history": clock_history.of(obj),
            "may_read_ledger": may(request, LEDGER_READ, obj),
            "frozen": _frozen(obj),
            "dates": _dates(obj),
            "law": _law(obj),
            "content": list(_content(obj, facts)),
            "sent": _sent(obj) if obj.fulfilled_at else [],
            "dispensed": dispensed.rows(obj.dispensations.order_by("-id")),
            "dispensed_title": gettext("Delays and pauses"),
            "timers": notes.timers(obj.timers.order_by("due_at", "id")),
        }


def _counted(clock: Clock) -> str:
    return gettext("A delay or pause moved it. Counted: %(at)s.") % {
        "at": times.here(clock.counted_legal_due)
    }


def _frozen(clock: Clock) -> list[tuple[str, str]]:
    """What counted the clock, as it was when it was counted."""
    start = starts.counted_from(clock)
    rows = [
        (gettext("Policy"), clock.duty.policy),
        (gettext("Policy digest (SHA-256)"), clock.duty.policy_digest),
        (gettext("Stage"), clock.stage),
        (gettext("Recipient"), clock.recipient_id),
        (gettext("Counting rule"), clock.counting),
        (gettext("Period"), wording.kept(clock.period)),
        (gettext("Calendar"), clock.calendar),
        (gettext("Legal time zone"), clock.zone if clock.counting else ""),
        (gettext("Counted from"), start.shown if start is not None else ""),
        (gettext("Release (SHA-256)"), clock.release_id or ""),
    ]
    return [(name, value) for name, value in rows if value]


def _law(clock: Clock) -> list[tuple[str, str]]:
    duty = clock.duty
    return [
        (gettext("Duty"), duty.title),
        (gettext("Regime"), duty.regime),
        (gettext("Law"), clock.citation),
        (gettext("To"), clock.recipient),
        (gettext("Owner"), role_titles.role(duty.owner)),
        (gettext("State of the duty"), duty.get_state_display()),
    ]


def _content(clock: Clock, told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(what must be reported, what is known of it). Only where the policy names a fact by its path
    is there something to know; the path may lead to an answer that is not given yet."""
    facts = dict(values.rows(told))
    vocabulary = releases.pinned(clock.duty.decision.release_id).vocabulary
    for each in clock.content:
        asked = _PATH.fullmatch(each) is not None and vocabulary.find(each) is not None
        yield each, facts.get(each, gettext("not known yet")) if asked else ""


def _sent(clock: Clock) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [
        (gettext("Sent"), times.both(clock.fulfilled_at, clock.zone)),
        (gettext("To"), clock.sent_to),
        (gettext("Channel"), clock.channel),
        (gettext("Receipt number"), clock.receipt_number),
        (gettext("Approved by"), actors.name(clock.approved_by)),
        (
            gettext("Approval"),
            gettext("wanted by the policy, and sent without") if clock.unapproved else "",
        ),
        (gettext("Recorded by"), actors.name(clock.fulfilled_by)),
        (gettext("Note"), clock.note),
    ]
    return [(name, value) for name, value in rows if value]


def _dates(clock: Clock) -> list[tuple[str, SafeString]]:
    rows = [
        (
            gettext("Waits since"),
            clock.waiting_since if clock.state == Clock.State.NOT_STARTED else None,
        ),
        (gettext("Started"), clock.started_at),
        (gettext("Our own target"), clock.target_due),
        (gettext("At risk from"), clock.at_risk_from),
        (gettext("Work to (conservative)"), clock.conservative_due),
        (gettext("Legal end (at this instant the period is over)"), clock.legal_due),
        (gettext("Counted, to work to"), clock.counted_conservative_due),
        (gettext("Counted, legal end"), clock.counted_legal_due),
        (gettext("Paused since"), clock.paused_since),
        (gettext("Runs on at the latest"), clock.paused_until),
    ]
    return [(name, times.both(at, clock.zone)) for name, at in rows if at is not None]
