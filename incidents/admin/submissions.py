"""Submissions: what was sent, what was wrong with it, and correcting it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException

from governance.access import reach
from governance.access.rules import EVERYTHING, Reach
from governance.accounts import people
from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_REPORT
from governance.api import withheld
from governance.api.authentication import actor
from governance.api.parsing import loads
from governance.console import actors, fields, labels, times, values
from governance.console.labels import Tone
from governance.console.lists import may, openings, reached
from governance.console.pages import Action, PageAdmin
from governance.ledger.ledger import Actor
from incidents import flow, outcomes, searching
from incidents.errors import Rejected
from incidents.models import Submission
from incidents.stages.intake import Sent

_TONES: dict[str, Tone] = {"received": "info", "accepted": "good", "rejected": "bad"}


class CorrectionForm(forms.Form):
    report = fields.JsonField(label=_("The whole report"), rows=22)


class Correct(Action[Submission]):
    name = "correct"
    label = _("Correct the report")
    explains = _(
        "What was sent stays as it is. Your version goes the same way as any report, and opens the "
        "incident that the rejected one did not."
    )
    needs = INCIDENTS_REPORT
    prominent = True

    def possible(self, submission: Submission) -> bool:
        return submission.status == Submission.Status.REJECTED

    def form(self, submission: Submission, data: Any = None) -> CorrectionForm:
        return CorrectionForm(data, initial={"report": _readable(submission)})

    def run(self, submission: Submission, form: CorrectionForm, *, by: Actor, at: datetime) -> str:
        body = form.data["report"].encode()
        _refuse_foreign(form.cleaned_data["report"], by)
        sent = Sent(body, "application/json", by, corrects=submission.id)
        try:
            reported = flow.report(sent, form.cleaned_data["report"], at=at)
        except Rejected as error:
            told = gettext("The report still has errors; your version is kept too.")
            raise Rejected(told, extra=error.extra) from error
        return gettext("The corrected report opened %(reference)s.") % {
            "reference": reported.incident.reference
        }


def _refuse_foreign(report: Any, by: Actor) -> None:
    """Raises OutOfReach for a system that the person does not report for."""
    system = report.get("system") if isinstance(report, dict) else None
    if isinstance(system, str):
        people.access(by, INCIDENTS_REPORT).require(system)


class ProblemFilter(admin.SimpleListFilter):
    title = _("problem")
    parameter_name = "problem"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("invalid-report", gettext("Does not fit the policies")),
            ("malformed-json", gettext("No readable JSON")),
            ("unsupported-media-type", gettext("Not sent as JSON")),
            ("system-out-of-reach", gettext("Of a system that the sender may not report")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(problem_code=self.value()) if self.value() else queryset


@admin.register(Submission)
class SubmissionAdmin(PageAdmin[Submission]):
    needs = INCIDENTS_REPORT
    heading = _("Submissions")
    manual = "tool#when-it-is-refused"
    explains = _(
        "Everything that was ever sent, as it was sent. A rejected report is no incident until "
        "somebody corrects it."
    )
    when_empty = _("No submission matches. Every report that a tool sends shows up here.")
    list_display = ("status_shown", "received", "sender", "incident_shown", "wrong")
    list_display_links = ("received",)
    list_filter = ("status", ProblemFilter)
    search = searching.SUBMISSIONS
    page_template = "incidents/submission.html"
    closed = True  # the words of others, as they came
    page_actions = (Correct(),)

    def has_view_permission(self, request: HttpRequest, obj: Submission | None = None) -> bool:
        return bool(openings(request, Submission) & {INCIDENTS_READ, INCIDENTS_REPORT})

    def rows(self, request: HttpRequest) -> QuerySet[Submission]:
        """A reporter sees the reports of its own; who may read incidents sees what led to those,
        and who may read all of them sees all."""
        found = Submission.objects.select_related("incident").defer("body", "incident__report")
        mine = reached(request, INCIDENTS_READ)
        if mine.everything:
            return found
        return found.filter(Q(actor=str(actor(request))) | reach.condition(Submission, mine))

    def reached(self, request: HttpRequest) -> Reach:
        """What `rows` gives: it knows what is the viewer's own."""
        return EVERYTHING

    def may(self, request: HttpRequest, scope: str, obj: Submission) -> bool:
        """A report of one's own may be corrected, whatever its system."""
        own = obj.actor == str(actor(request)) and scope in openings(request, Submission)
        return own or super().may(request, scope, obj)

    def prepare(self, rows: Sequence[Submission], request: HttpRequest) -> None:
        names = actors.names(submission.actor for submission in rows)
        for submission in rows:
            submission.sent_by = names.get(submission.actor, "")  # type: ignore[attr-defined]

    @admin.display(description=_("Status"))
    def status_shown(self, submission: Submission) -> SafeString:
        return status_label(submission)

    @admin.display(description=_("Received"))
    def received(self, submission: Submission) -> SafeString:
        return times.stamp(submission.received_at)

    @admin.display(description=_("Sent by"))
    def sender(self, submission: Submission) -> str:
        return str(submission.sent_by)  # type: ignore[attr-defined]

    @admin.display(description=_("Incident"), empty_value="—")
    def incident_shown(self, submission: Submission) -> str | None:
        return submission.incident.reference if submission.incident else None

    @admin.display(description=_("What is wrong"))
    def wrong(self, submission: Submission) -> SafeString | str:
        problems = submission.problems
        if not problems:
            return "—"
        first = problems[0]
        others = len(problems) - 1
        more = ngettext("and %(number)s more", "and %(number)s more", others)
        return format_html(
            '<code>{}</code> {}<span class="by-under">{}</span>',
            first["pointer"] or "/",
            first["detail"],
            more % {"number": others} if others else "",
        )

    def page(self, request: HttpRequest, obj: Submission) -> dict[str, Any]:
        return {
            "submission": obj,
            "status": status_label(obj),
            "sender": actors.name(obj.actor),
            "body": _readable(obj) if obj.actor == str(actor(request)) else _shown(obj),
            "pairs": _pairs(obj),
            "outcome": outcomes.of(obj),
            "corrections": obj.corrections.select_related("incident").order_by("id"),
            "may_read_incidents": may(request, INCIDENTS_READ, obj),
        }


def status_label(submission: Submission) -> SafeString:
    return labels.label(submission.get_status_display(), _TONES.get(submission.status, "plain"))


def _pairs(submission: Submission) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [
        (gettext("Received"), times.stamp(submission.received_at)),
        (gettext("Content type"), submission.content_type),
        (gettext("Idempotency key"), submission.idempotency_key),
        (gettext("Commitment to the body (SHA-256 of salt and body)"), submission.body_digest),
        (gettext("Salt"), submission.salt),
        (gettext("Failed tries to judge it"), submission.attempts),
    ]
    return [(name, value) for name, value in rows if value]


def _shown(submission: Submission) -> str:
    return withheld.text(_readable(submission), submission)


def _readable(submission: Submission) -> str:
    """The body as indented JSON where it is JSON, in its own order; else as it came."""
    try:
        return values.pretty(loads(bytes(submission.body)), sort=False)
    except APIException:
        return submission.body_text
