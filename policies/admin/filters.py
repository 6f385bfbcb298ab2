"""What the list of versions can be narrowed to."""

from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts import people
from governance.api.authentication import actor
from governance.console import instant
from policies import documents, selectors
from policies.models import PolicyVersion, Standing

Versions = QuerySet[PolicyVersion]
MINE: Final = "mine"
RETIREMENT: Final = "retirement"


class StandingFilter(admin.SimpleListFilter):
    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(each.value, str(each.label)) for each in Standing]

    def queryset(self, request: HttpRequest, queryset: Versions) -> Versions:
        if self.value() not in Standing.values:
            return queryset
        return queryset.filter(selectors.stands(Standing(str(self.value())), instant.of(request)))


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind, kind) for kind in sorted(documents.KINDS)]

    def queryset(self, request: HttpRequest, queryset: Versions) -> Versions:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class WaitingFilter(admin.SimpleListFilter):
    title = _("waiting")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(MINE, gettext("For my approval")), (RETIREMENT, gettext("Retirement asked for"))]

    def queryset(self, request: HttpRequest, queryset: Versions) -> Versions:
        match self.value():
            case "mine":
                return queryset.filter(id__in=for_viewer(request).values("id"))
            case "retirement":
                return queryset.filter(id__in=selectors.retirements().values("id"))
            case _:
                return queryset


def for_viewer(request: HttpRequest) -> Versions:
    """Versions in review that somebody else wrote. Whether the viewer may approve is not asked."""
    person = people.behind(actor(request))
    return PolicyVersion.objects.filter(status=PolicyVersion.Status.IN_REVIEW).exclude(
        authors__contains=[person]
    )
