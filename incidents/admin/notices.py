"""Notices and reports: the list, the workspace of one, and its former texts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.access import reach
from governance.accounts.models import User
from governance.accounts.roles import (
    INCIDENTS_APPROVE,
    INCIDENTS_READ,
    INCIDENTS_RESPOND,
)
from governance.console import actors, instant, line_differences, role_titles, times
from governance.console.lists import reached
from governance.console.pages import Action, Offer, PageAdmin
from incidents import contents, notices, papers, searching, selectors
from incidents.admin import (
    filters,
    links,
    notice_actions,
    notice_facts,
    notice_items,
    notice_leaving,
    notice_letter,
    notice_page,
    notice_texts,
)
from incidents.admin.notice_actions import CoverageForm, TextForm
from incidents.admin.notice_facts import FactForm
from incidents.models import Incident, Notice

MINE: Final = "mine"
_ACTIONS: Final[Sequence[Action[Notice]]] = (
    notice_actions.Approve(),
    notice_leaving.File(),
    notice_leaving.Send(),
    notice_actions.Submit(),
    notice_actions.Return(),
    notice_actions.Refresh(),
    notice_actions.Attach(),
    notice_actions.Withdraw(),
    notice_actions.Edit(),
    notice_actions.Cover(),
    notice_facts.AddFact(),
)


class WaitingFilter(SimpleListFilter):
    title = _("waiting for")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [(MINE, gettext("My approval"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        if self.value() != MINE or not isinstance(request.user, User):
            return queryset
        mine = reach.within(
            selectors.notices_to_approve(request.user), reached(request, INCIDENTS_APPROVE)
        )
        return queryset.filter(id__in=mine.order_by().values("id"))


class DueFilter(SimpleListFilter):
    title = _("due")
    parameter_name = "due"
    periods: Final = {"overdue": timedelta(0), "day": timedelta(days=1), "week": timedelta(days=7)}

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [
            ("overdue", gettext("Overdue")),
            ("day", gettext("Within 24 hours")),
            ("week", gettext("Within 7 days")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        period = self.periods.get(str(self.value()))
        if period is None:
            return queryset
        until = instant.of(request) + period
        return queryset.filter(state__in=Notice.LIVE, clock__conservative_due__lte=until)


@admin.register(Notice)
class NoticeAdmin(PageAdmin[Notice]):
    needs = INCIDENTS_READ
    heading = _("Notices and reports")
    manual = "officer"
    explains = _(
        "What goes to authorities, to those concerned, to clients or inside: drafted from the "
        "facts, approved where the policy wants it, filed or sent. The most urgent first."
    )
    when_empty = _("No notice matches. Draft one on the page of a deadline.")
    list_display = ("due", "state_shown", "what", "complete", "incident_shown", "regime", "owner")
    list_display_links = ("what",)
    list_filter = (
        "state",
        WaitingFilter,
        DueFilter,
        filters.ClockRegimeFilter,
        filters.ClockOwnerFilter,
        filters.IncidentSeverityFilter,
    )
    search = searching.OF_INCIDENTS
    page_template = "incidents/notice.html"
    page_actions = _ACTIONS

    class Media:
        js = (times.COUNTDOWN,)

    # --- the list ------------------------------------------------------------------------------

    def rows(self, request: HttpRequest) -> QuerySet[Notice]:
        over = Case(
            When(state__in=Notice.LIVE, then=Value(0)),
            default=Value(1),
            output_field=IntegerField(),
        )
        return selectors.notices().annotate(over=over)

    def get_ordering(self, request: HttpRequest) -> Any:
        return ("over", F("clock__conservative_due").asc(nulls_last=True), "-id")

    def prepare(self, rows: Sequence[Notice], request: HttpRequest) -> None:
        found = contents.of_all(rows)
        names = actors.names(each.approved_by for each in rows)
        for notice in rows:
            notice.seen_at = instant.of(request)  # type: ignore[attr-defined]  # for the columns
            notice.judged = found[notice.id]  # type: ignore[attr-defined]
            notice.approver = names.get(notice.approved_by, "")  # type: ignore[attr-defined]

    @admin.display(description=_("Due"))
    def due(self, notice: Notice) -> SafeString | str:
        clock = notice.clock
        if notice.left_at is not None:
            return format_html(gettext("left {at}"), at=times.stamp(notice.left_at))
        if clock.conservative_due is None:
            return gettext("promptly") if clock.started_at else gettext("not started")
        return format_html(
            '<strong class="by-nowrap">{}</strong><span class="by-under">{}</span>',
            times.countdown(clock.conservative_due, now=notice.seen_at),  # type: ignore[attr-defined]
            times.both(clock.conservative_due, clock.zone),
        )

    @admin.display(description=_("State"))
    def state_shown(self, notice: Notice) -> SafeString:
        found = notice_page.state_label(notice)
        by: str = notice.approver  # type: ignore[attr-defined]
        if not by:
            return found
        approved = gettext("approved by %(name)s") % {"name": by}
        return format_html('{}<span class="by-under">{}</span>', found, approved)

    @admin.display(description=_("What"))
    def what(self, notice: Notice) -> SafeString:
        duty = notice.clock.duty.title
        return format_html('{}<span class="by-under">{}</span>', notice.clock.title, duty)

    @admin.display(description=_("Complete"))
    def complete(self, notice: Notice) -> SafeString:
        return notice_items.completeness_label(notice.judged)  # type: ignore[attr-defined]

    @admin.display(description=_("Incident"))
    def incident_shown(self, notice: Notice) -> SafeString:
        return links.incident(notice.incident)

    @admin.display(description=_("Regime"))
    def regime(self, notice: Notice) -> str:
        return notice.clock.duty.regime

    @admin.display(description=_("Owner"))
    def owner(self, notice: Notice) -> str:
        return role_titles.role(notice.clock.duty.owner)

    # --- the page of one -----------------------------------------------------------------------

    def offered(self, request: HttpRequest, obj: Notice) -> list[Action[Notice]]:
        """What the functions behind the actions would not refuse this viewer now."""
        judging = (notice_actions.Approve, notice_actions.Return)
        may_judge = notice_page.may_judge(obj, request)
        offered = super().offered(request, obj)
        return [each for each in offered if may_judge or not isinstance(each, judging)]

    def page(self, request: HttpRequest, obj: Notice) -> dict[str, Any]:
        open_ = obj.editable and obj.incident.state != Incident.State.CLOSED
        writing = open_ and self.may(request, INCIDENTS_RESPOND, obj)
        at = instant.of(request)
        shown = notice_page.context(obj, request=request, writing=writing, at=at)
        return {**shown, "editable": open_, "writing": writing}

    def unsaved(
        self, obj: Notice, failed: Offer[Notice], page: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        match failed.form:
            case TextForm() as form:
                return _unsaved(obj, form)
            case CoverageForm() as form:
                return {"items": notice_items.entered(page["items"], form)}
            case FactForm() as form:
                return _unrecorded(form, page)
        return {}

    def answer(
        self, request: HttpRequest, template: str, context: dict[str, Any], *, status: int
    ) -> TemplateResponse:
        """The page has its next action apart from the others."""
        if template == self.page_template and "next" in context:
            offers = [each for each in context["offers"] if not each.action.placed]
            first = [each for each in offers if each.action.name == context["next"].action]
            others = [each for each in offers if each not in first]
            context = {**context, "first": first, "others": others}
        return super().answer(request, template, context, status=status)

    # --- the other pages -----------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        # Before the stock ones, of which the last takes every address.
        return [
            self._route("<uuid:key>/texts/", partial(notice_texts.page, self), "texts"),
            self._route("<uuid:key>/texts/<int:number>/", partial(notice_texts.keep, self), "text"),
            self._route("<uuid:key>/letter/", partial(notice_letter.sheet, self), "letter"),
            self._route("<uuid:key>/check/", partial(notice_letter.typed, self), "typed"),
            *super().get_urls(),
        ]

    def _route(self, route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        wrapped = self.admin_site.admin_view(view)
        return path(route, wrapped, name=f"incidents_notice_{name}")


def _unsaved(now: Notice, form: TextForm) -> dict[str, Any]:
    """What was typed and not saved; beside it what somebody else saved meanwhile."""
    typed = form.data
    seen = str(typed.get("over") or typed.get("seen") or "")
    shown: dict[str, Any] = {"unsaved": True}
    if seen != str(now.revision):
        theirs = notices.paper(notices.current(now))
        ours = papers.Paper(
            typed.get("subject", ""),
            typed.get("body", "").replace("\r\n", "\n"),
            theirs.enclosures,
        )
        shown["overtaken"] = line_differences.of(theirs.document, ours.document)
    return shown


def _unrecorded(form: FactForm, page: Mapping[str, Any]) -> dict[str, Any]:
    """The form that came back, in its place."""
    unknown = [(path, form if path == form.path else ask) for path, ask in page["unknown"]]
    return {"items": notice_items.asking(page["items"], {form.path: form}), "unknown": unknown}
