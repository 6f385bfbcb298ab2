"""Policy versions, to read: the text as it was approved, and what came before and after it."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance.accounts.roles import POLICIES_READ
from governance.console import actors, instant, labels, times
from governance.console.labels import Tone
from governance.console.pages import PageAdmin
from policies.models import PolicyVersion

_TONES: dict[str, Tone] = {"approved": "good", "in_review": "info", "retired": "plain"}
_KINDS = (
    "Calendar",
    "EscalationMatrix",
    "ObligationPolicy",
    "SeverityPolicy",
    "SystemRegister",
    "Taxonomy",
)


class KindFilter(admin.SimpleListFilter):
    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind, kind) for kind in _KINDS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class InForceFilter(admin.SimpleListFilter):
    title = "in force"
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", "Now")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "now":
            return queryset
        at = instant.of(request)
        endless = Q(effective_until__isnull=True) | Q(effective_until__gt=at)
        return queryset.filter(endless, effective_from__lte=at)


@admin.register(PolicyVersion)
class PolicyVersionAdmin(PageAdmin[PolicyVersion]):
    needs = POLICIES_READ
    heading = "Policy versions"
    explains = (
        "A version never changes once it is in force. A new one replaces it from its date on."
    )
    when_empty = "No policy matches. Install the shipped ones with: manage.py policies install"
    list_display = ("name_shown", "version", "title", "status_shown", "effective", "origin")
    list_display_links = ("name_shown",)
    list_filter = (InForceFilter, KindFilter, "status")
    search_fields = ("name", "title", "version", "text")
    search_help_text = "Name, title or text"
    page_template = "policies/version.html"

    @admin.display(description="Policy")
    def name_shown(self, version: PolicyVersion) -> SafeString:
        return format_html('{}<span class="by-under">{}</span>', version.name, version.kind)

    @admin.display(description="Status")
    def status_shown(self, version: PolicyVersion) -> SafeString:
        return status_label(version)

    @admin.display(description="In force")
    def effective(self, version: PolicyVersion) -> SafeString | str:
        return span(version)

    def page(self, request: HttpRequest, obj: PolicyVersion) -> dict[str, Any]:
        same = PolicyVersion.objects.filter(kind=obj.kind, name=obj.name).order_by("-created_at")
        others = [(each, status_label(each), span(each)) for each in same if each.id != obj.id]
        return {
            "version": obj,
            "status": status_label(obj),
            "pairs": [
                ("Kind", obj.kind),
                ("In force", span(obj)),
                ("Put in force by", actors.name(obj.author)),
                ("Origin", obj.origin),
                ("Digest (SHA-256 of the canonical JSON)", obj.digest),
            ],
            "lines": obj.text.splitlines(),
            "others": others,
        }


def status_label(version: PolicyVersion) -> SafeString:
    return labels.label(version.get_status_display(), _TONES.get(version.status, "plain"))


def span(version: PolicyVersion) -> SafeString | str:
    if version.effective_from is None:
        return "not yet"
    if version.effective_until is None:
        return format_html("since {}", times.stamp(version.effective_from))
    first, last = times.stamp(version.effective_from), times.stamp(version.effective_until)
    return format_html("{} to {}", first, last)
