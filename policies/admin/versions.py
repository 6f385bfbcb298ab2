"""The list of versions, and the address of every page about them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import POLICIES_APPROVE, POLICIES_READ, POLICIES_WRITE
from governance.api.authentication import actor
from governance.console import actors, instant
from governance.console.labels import Tone
from governance.console.lists import scopes
from governance.console.pages import Action, PageAdmin
from policies import searching, selectors
from policies.admin import (
    approver_actions,
    author_actions,
    calendar,
    completion,
    days,
    drafting,
    duties,
    editor,
    escalation,
    filters,
    history,
    impact_requests,
    retirement_actions,
    standings,
    version_page,
)
from policies.models import PolicyVersion, Standing

_ACTIONS: Final[Sequence[Action[PolicyVersion]]] = (
    author_actions.Submit(),
    approver_actions.Approve(),
    approver_actions.Reject(),
    author_actions.Withdraw(),
    retirement_actions.AgreeToRetirement(),
    retirement_actions.CancelRetirement(),
    approver_actions.Unschedule(),
    author_actions.Comment(),
    retirement_actions.AskForRetirement(),
    author_actions.Discard(),
)


@admin.register(PolicyVersion)
class PolicyVersionAdmin(PageAdmin[PolicyVersion]):
    needs = POLICIES_READ
    public = True
    heading = _("Policies")
    manual = "policies#lifecycle"
    explains = _(
        "An approved version never changes. To change a rule, draft a new version, submit it, and "
        "let somebody else approve it from a date on."
    )
    when_empty = _("No policy matches. Install the shipped ones with: manage.py policies install")
    list_display = ("name_shown", "version", "title", "standing_shown", "effective", "approved")
    list_display_links = ("name_shown",)
    list_filter = (filters.StandingFilter, filters.KindFilter, filters.WaitingFilter)
    search = searching.VERSIONS
    list_before_template = "policies/list_head.html"
    page_template = "policies/version.html"
    page_actions = _ACTIONS

    # --- the list ------------------------------------------------------------------------------

    def rows(self, request: HttpRequest) -> QuerySet[PolicyVersion]:
        return PolicyVersion.objects.all()

    def prepare(self, rows: Sequence[PolicyVersion], request: HttpRequest) -> None:
        names = actors.names(version.approved_by for version in rows)
        for version in rows:
            version.seen_at = instant.of(request)  # type: ignore[attr-defined]  # for the columns
            version.by = standings.approval(version, names)  # type: ignore[attr-defined]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        shown = {"strip": _strip(request), "days_url": days.url()}
        return super().changelist_view(request, shown | (extra_context or {}))

    @admin.display(description=_("Policy"))
    def name_shown(self, version: PolicyVersion) -> SafeString:
        return format_html('{}<span class="by-under">{}</span>', version.name, version.kind)

    @admin.display(description=_("Standing"))
    def standing_shown(self, version: PolicyVersion) -> SafeString:
        return standings.label(version, at=version.seen_at)  # type: ignore[attr-defined]

    @admin.display(description=_("In force"))
    def effective(self, version: PolicyVersion) -> SafeString | str:
        return standings.span(version)

    @admin.display(description=_("Approved by"))
    def approved(self, version: PolicyVersion) -> str:
        return str(version.by)  # type: ignore[attr-defined]

    # --- the page of one -----------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        return POLICIES_WRITE in scopes(request)

    def offered(self, request: HttpRequest, obj: PolicyVersion) -> list[Action[PolicyVersion]]:
        """What the functions behind the actions would not refuse this viewer now."""
        may = selectors.may(obj, actor(request), at=instant.of(request))
        return [each for each in self.page_actions if each.name in may]

    def leads_to(self, request: HttpRequest, action: Action[PolicyVersion]) -> str:
        gone = isinstance(action, author_actions.Discard)
        return reverse("admin:policies_policyversion_changelist") if gone else request.path

    def page_title(self, obj: PolicyVersion) -> str:
        return str(obj)

    def page(self, request: HttpRequest, obj: PolicyVersion) -> dict[str, Any]:
        return version_page.context(obj, request=request, at=instant.of(request))

    # --- the other pages -----------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return drafting.new(self, request)

    def get_urls(self) -> list[URLPattern]:
        # Before the stock ones, of which the last takes every address.
        return [
            self._route("check/", editor.check, "check"),
            self._route("names/", partial(completion.answer, self), "names"),
            self._route("days/", partial(days.page, self), "days"),
            self._route("calendar/", partial(calendar.page, self), "calendar"),
            self._route("duties/", partial(duties.page, self), "duties"),
            self._route("escalation/", partial(escalation.page, self), "escalation"),
            self._route("<uuid:key>/edit/", partial(drafting.edit, self), "edit"),
            self._route("<uuid:key>/impact/", partial(impact_requests.panel, self), "impact"),
            self._route(
                "<uuid:key>/revision/<int:number>/", partial(history.revision, self), "revision"
            ),
            *super().get_urls(),
        ]

    def _route(self, route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        wrapped = self.admin_site.admin_view(view)
        return path(route, wrapped, name=f"policies_policyversion_{name}")


def _strip(request: HttpRequest) -> list[dict[str, Any]]:
    """Counts above the list, each a link to what it counts."""
    at = instant.of(request)
    chips = [_chip(gettext("For my approval"), f"?waiting={filters.MINE}", _mine(request), "warn")]
    chips += [
        _chip(str(each.label), f"?standing={each.value}", selectors.in_standing(each, at=at))
        for each in Standing
    ]
    asked = selectors.retirements()
    chips.append(
        _chip(gettext("Retirement asked for"), f"?waiting={filters.RETIREMENT}", asked, "warn")
    )
    return chips


def _mine(request: HttpRequest) -> QuerySet[PolicyVersion]:
    found = filters.for_viewer(request)
    return found if POLICIES_APPROVE in scopes(request) else found.none()


def _chip(
    text: str, url: str, found: QuerySet[PolicyVersion], tone: Tone = "plain"
) -> dict[str, Any]:
    count = found.count()
    return {"text": text, "url": url, "count": count, "tone": tone if count else "plain"}
