"""Which rules held on a day, and what comes into force when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.console import fields, instant, times
from governance.console.pages import PageAdmin
from policies import releases
from policies.admin import standings
from policies.models import PolicyVersion
from policies.release import digest_of

_MOST_CHANGES: Final = 60
_FEW: Final = 6
_SECOND: Final = timedelta(seconds=1)


class DayForm(forms.Form):
    at = fields.InstantField(label=_("Instant"), required=False, help_text=_("Empty: now."))


@dataclass(frozen=True)
class Change:
    """An instant at which versions begin or end."""

    at: datetime
    stamp: SafeString
    distance: str
    ahead: bool
    url: str
    begins: Sequence[PolicyVersion]
    ends: Sequence[PolicyVersion]

    @property
    def many(self) -> bool:
        """More than a reader takes in at a glance."""
        return len(self.begins) + len(self.ends) > _FEW


def page(admin: PageAdmin[PolicyVersion], request: HttpRequest) -> HttpResponse:
    if not admin.has_view_permission(request):
        raise PermissionDenied
    now = instant.of(request)
    form = DayForm(request.GET if request.GET.get("at") else None, initial={"at": now})
    day = (form.cleaned_data["at"] or now) if form.is_bound and form.is_valid() else now
    held, today = _held(day), _held(now)
    context = {
        "title": gettext("Rules on a day"),
        "form": form,
        "day": times.stamp(day),
        "is_now": day == now,
        "digest": _digest(held),
        "count": len(held),
        "kinds": _kinds(held.values()),
        "only_then": [standings.link(held[id_]) for id_ in held if id_ not in today],
        "only_now": [standings.link(today[id_]) for id_ in today if id_ not in held],
        "changes": _changes(now),
        "archive": f"{reverse('policies-archive')}?{urlencode({'at': day.isoformat()})}",
    }
    return admin.answer(request, "policies/days.html", context, status=200)


def url(at: datetime | None = None) -> str:
    found = reverse("admin:policies_policyversion_days")
    return f"{found}?{urlencode({'at': f'{at:%Y-%m-%dT%H:%M:%S}'})}" if at else found


def _held(at: datetime) -> Mapping[Any, PolicyVersion]:
    rows = releases.versions_at(at).defer("text").order_by("kind", "title")
    return {each.id: each for each in rows}


def _digest(held: Mapping[Any, PolicyVersion]) -> str:
    """The name of the release that decides, of which tests are no members; empty for none."""
    members = [
        (str(each), each.digest) for each in held.values() if each.kind not in releases.NOT_MEMBERS
    ]
    return digest_of(members) if members else ""


def _kinds(held: Iterable[PolicyVersion]) -> list[tuple[str, list[dict[str, Any]]]]:
    return [(kind, [_row(each) for each in rows]) for kind, rows in groupby(held, lambda v: v.kind)]


def _row(version: PolicyVersion) -> dict[str, Any]:
    return {
        "version": version,
        "link": standings.link(version),
        "span": standings.span(version),
        "digest": version.digest[:12],
    }


def _changes(now: datetime) -> list[Change]:
    """The latest first, so that what is to come leads."""
    begins: dict[datetime, list[PolicyVersion]] = {}
    ends: dict[datetime, list[PolicyVersion]] = {}
    approved = PolicyVersion.objects.filter(effective_from__isnull=False).defer("text")
    for each in approved.order_by("kind", "title"):
        if each.effective_from is not None:
            begins.setdefault(each.effective_from, []).append(each)
        if each.effective_until is not None:
            ends.setdefault(each.effective_until, []).append(each)
    latest = sorted({*begins, *ends}, reverse=True)[:_MOST_CHANGES]
    return [_change(at, now, begins.get(at, []), ends.get(at, [])) for at in latest]


def _change(
    at: datetime, now: datetime, begins: list[PolicyVersion], ends: list[PolicyVersion]
) -> Change:
    begun = {(each.kind, each.name) for each in begins}
    return Change(
        at=at,
        stamp=times.stamp(at),
        distance=times.distance(at, now=now),
        ahead=at > now,
        url=url(_whole_second(at)),
        begins=begins,
        ends=[each for each in ends if (each.kind, each.name) not in begun],
    )


def _whole_second(at: datetime) -> datetime:
    """The picker knows whole seconds: the first at which what changes at `at` has changed."""
    if not at.microsecond:
        return at
    return at.replace(microsecond=0) + _SECOND
