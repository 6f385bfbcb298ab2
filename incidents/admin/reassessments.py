"""Runs of reassessments: how far each came, what failed and why, and trying that again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.db.models import Case, Count, IntegerField, Value, When
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_RESPOND
from governance.console import actors, labels, times
from governance.console.pages import Action, PageAdmin
from governance.ledger.ledger import Actor
from incidents import searching, selectors
from incidents.admin import links, reassessed
from incidents.models import Reassessment, ReassessmentRun
from incidents.stages import runs
from policies.models import PolicyReview

#: Longer runs show what failed, then what waits, then the latest that are done.
LONGEST: Final = 200
State = Reassessment.State


class TryAgain(Action[ReassessmentRun]):
    name = "retry"
    label = _("Try the failed ones now")
    explains = _("They are tried again by themselves; this only spares the wait.")
    needs = INCIDENTS_RESPOND

    def possible(self, run: ReassessmentRun) -> bool:
        return run.reassessments.filter(state=State.FAILED).exists()

    def run(self, run: ReassessmentRun, form: forms.Form, *, by: Actor, at: datetime) -> str:
        count = runs.retry(run, by=by, at=at)
        return ngettext(
            "%(count)s will be tried again within seconds.",
            "%(count)s will be tried again within seconds.",
            count,
        ) % {"count": count}


@admin.register(ReassessmentRun)
class ReassessmentRunAdmin(PageAdmin[ReassessmentRun]):
    needs = INCIDENTS_READ
    heading = _("Reassessments")
    manual = "policies#impact"
    explains = _(
        "Open incidents that were decided anew because a policy version came into force and its "
        "approver chose so."
    )
    when_empty = _(
        "Nothing was reassessed yet. Whoever approves a policy version chooses whether the "
        "incidents that are open then follow it."
    )
    list_display = ("effective", "versions_shown", "progress", "standing")
    list_display_links = ("effective",)
    search = searching.REASSESSMENTS
    page_template = "incidents/reassessment_run.html"
    page_actions = (TryAgain(),)

    def prepare(self, rows: Sequence[ReassessmentRun], request: HttpRequest) -> None:
        counts = _counts(rows)
        for run in rows:
            run.counted = counts.get(run.id, {})  # type: ignore[attr-defined]  # for the columns

    @admin.display(description=_("In force from"))
    def effective(self, run: ReassessmentRun) -> SafeString:
        return times.stamp(run.effective_at)

    @admin.display(description=_("Versions"))
    def versions_shown(self, run: ReassessmentRun) -> SafeString:
        return format_html_join("", "<code>{}</code><br>", ((each,) for each in run.versions))

    @admin.display(description=_("Incidents"))
    def progress(self, run: ReassessmentRun) -> str:
        return _progress(run.counted)  # type: ignore[attr-defined]

    @admin.display(description=_("Standing"))
    def standing(self, run: ReassessmentRun) -> SafeString:
        return _standing(run, run.counted)  # type: ignore[attr-defined]

    def page_title(self, obj: ReassessmentRun) -> str:
        return gettext("Reassessment of %(run)s") % {"run": obj}

    def page(self, request: HttpRequest, obj: ReassessmentRun) -> dict[str, Any]:
        counts = selectors.reassessed(obj)
        return {
            "run": obj,
            "standing": _standing(obj, counts),
            "record": _record(obj, counts),
            "causes": _causes(obj),
            "rows": [_row(row) for row in _rows(obj)],
            "cut": sum(counts.values()) > LONGEST,
        }


def _counts(rows: Sequence[ReassessmentRun]) -> Mapping[Any, Mapping[str, int]]:
    """Run → state → count, for all runs of a list in one query."""
    grouped = Reassessment.objects.filter(run__in=rows).order_by().values_list("run", "state")
    found: dict[Any, dict[str, int]] = {}
    for run, state, count in grouped.annotate(count=Count("id")):
        found.setdefault(run, {})[state] = count
    return found


def _progress(counts: Mapping[str, int]) -> str:
    waiting = sum(counts.get(state, 0) for state in Reassessment.WAITING)
    total = sum(counts.values())
    return gettext("%(done)s of %(total)s") % {"done": total - waiting, "total": total}


def _standing(run: ReassessmentRun, counts: Mapping[str, int]) -> SafeString:
    if failed := counts.get(State.FAILED, 0):
        said = ngettext("%(number)s failed", "%(number)s failed", failed) % {"number": failed}
        return labels.label(said, "bad")
    if run.finished_at is not None:
        return labels.label(gettext("finished"), "good")
    return labels.label(gettext("under way") if run.expanded_at else gettext("begins"), "info")


def _record(run: ReassessmentRun, counts: Mapping[str, int]) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [
        (gettext("In force from"), times.stamp(run.effective_at)),
        (gettext("Begun"), times.stamp(run.began_at)),
        (gettext("Finished"), times.stamp(run.finished_at)),
        (
            gettext("Incidents"),
            _progress(counts) if run.expanded_at else gettext("being looked for"),
        ),
        *((str(State(state).label), count) for state, count in counts.items() if count),
    ]
    return [(name, value) for name, value in rows if value]


def _causes(run: ReassessmentRun) -> list[Mapping[str, object]]:
    reviews = PolicyReview.objects.in_bulk([each["review"] for each in run.causes])
    versions = {str(key): review.version_id for key, review in reviews.items()}
    names = actors.names(each["approved_by"] for each in run.causes)
    return [
        {
            "version": each["version"],
            "id": versions.get(each["review"]),
            "by": names.get(each["approved_by"], ""),
            "at": times.stamp(datetime.fromisoformat(each["approved_at"])),
        }
        for each in run.causes
    ]


def _rows(run: ReassessmentRun) -> Sequence[Reassessment]:
    """What needs somebody comes first."""
    order = Case(
        When(state=State.FAILED, then=Value(0)),
        When(state=State.PENDING, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = run.reassessments.select_related("incident").defer("incident__report")
    return list(found.order_by(order, "-done_at", "id")[:LONGEST])


def _row(row: Reassessment) -> Mapping[str, object]:
    return {
        "row": row,
        "incident": links.incident(row.incident),
        "state": reassessed.state(row),
        "severity": reassessed.severity(row) or format_html("{}", "—"),
        "changed": len(row.changes),
        "findings": len(row.findings),
        "retry": times.stamp(row.retry_at) if row.state == State.FAILED else "",
    }
