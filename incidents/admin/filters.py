"""Filters of the incident lists. Their choices come from the policies in force: asking a table of
millions for its distinct values would cost more than the page."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar, Final

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.api.authentication import actor
from governance.console import instant, role_titles
from governance.errors import BylawError
from incidents.admin import overridden, standings
from incidents.models import Clock, Incident, SeverityOverride
from incidents.states import Standing
from policies import releases, titles
from policies.release import Release

Choices = Iterable[tuple[str, str]]
#: What runs, however it stands: the value of the standing's filter.
DUE: Final = "due"


class StandingFilter(SimpleListFilter):
    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        standing = [(each.value, standings.title(each)) for each in Standing]
        return [*standing, (DUE, gettext("Owed now"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == DUE:
            return queryset.filter(state=Clock.State.RUNNING)
        wanted = next((each for each in Standing if each.value == self.value()), None)
        if wanted is None:
            return queryset
        return queryset.filter(standings.condition(wanted, at=instant.of(request)))


class ShadowFilter(SimpleListFilter):
    """By the deadline's own column; the address has the name that kept views know."""

    title = _("shadow")
    parameter_name = "duty__shadow__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("0", gettext("No")), ("1", gettext("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = {"0": False, "1": True}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(shadow=wanted)


class AcknowledgedFilter(SimpleListFilter):
    title = _("acknowledged")
    parameter_name = "acknowledged"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("no", gettext("Not yet")), ("yes", gettext("Yes")), ("mine", gettext("By me"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "no":
                waiting = queryset.filter(acknowledged_at__isnull=True)
                return waiting.exclude(state=Incident.State.CLOSED)
            case "yes":
                return queryset.filter(acknowledged_at__isnull=False)
            case "mine":
                mine = queryset.filter(acknowledged_by=str(actor(request)))
                return mine.exclude(state=Incident.State.CLOSED)
        return queryset


class MetFilter(SimpleListFilter):
    """Of what is met: how long ago."""

    title = _("met within")
    parameter_name = "met"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("7", gettext("7 days")), ("30", gettext("30 days")), ("90", gettext("90 days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in {"7", "30", "90"}:
            return queryset
        since = instant.of(request) - timedelta(days=int(str(self.value())))
        return queryset.filter(fulfilled_at__gt=since)


class MissingFilter(SimpleListFilter):
    """By the fact that a duty waits for. There are as many as facts, so it offers none itself: the
    home page leads to it."""

    title = _("missing fact")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        asked = request.GET.get(self.parameter_name, "")[:200]
        return [(asked, asked)] if asked else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(missing__contains=[value]) if value else queryset


class ReleaseFilter(SimpleListFilter):
    """Choices named by the release in force; `lookup` is the field that holds the choice."""

    lookup: ClassVar[str]

    def named(self, release: Release) -> Choices:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        try:
            return list(self.named(releases.in_force(instant.of(request))))
        except BylawError:
            return []  # no policies in force: no choices, and the list still shows

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(**{self.lookup: value}) if value else queryset


class SeverityFilter(ReleaseFilter):
    title = _("severity")
    parameter_name = "severity"
    lookup = "severity"

    def named(self, release: Release) -> Choices:
        return [(level.id, f"{level.id} {level.title}") for level in release.severity.levels]


class SeveritySetFilter(SimpleListFilter):
    """By what a person said of the severity."""

    title = _("severity changed")
    parameter_name = "severity_changed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [
            ("mine", gettext("Waits for my approval")),
            ("requested", gettext("Waits for approval")),
            ("in_force", gettext("By a person")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "mine":
                rows = overridden.to_decide(request)
            case "requested" | "in_force" as state:
                rows = SeverityOverride.objects.filter(state=state)
            case _:
                return queryset
        return queryset.filter(id__in=rows.order_by().values("incident"))


class IncidentSeverityFilter(SeverityFilter):
    lookup = "incident__severity"


class SystemFilter(ReleaseFilter):
    title = _("system")
    parameter_name = "system"
    lookup = "system"

    def named(self, release: Release) -> Choices:
        systems = release.register.systems
        return sorted(
            ((id_, str(each["name"])) for id_, each in systems.items()), key=lambda x: x[1]
        )


class OwnerFilter(ReleaseFilter):
    title = _("owner")
    parameter_name = "owner"
    lookup = "owner"

    def named(self, release: Release) -> Choices:
        owners = {duty.owner for _, policy in release.obligations for duty in policy.duties}
        return [(owner, role_titles.role(owner)) for owner in sorted(owners)]


class ClockOwnerFilter(OwnerFilter):
    lookup = "duty__owner"


class MomentFilter(ReleaseFilter):
    title = _("moment")
    parameter_name = "moment"
    lookup = "name"

    def named(self, release: Release) -> Choices:
        return sorted(titles.of(release.digest).moments.items(), key=lambda pair: pair[1])


class RegimeFilter(ReleaseFilter):
    title = _("regime")
    parameter_name = "regime"
    lookup = "policy_name"

    def named(self, release: Release) -> Choices:
        return [(document.metadata.name, policy.regime) for document, policy in release.obligations]


class ClockRegimeFilter(RegimeFilter):
    lookup = "duty__policy_name"
