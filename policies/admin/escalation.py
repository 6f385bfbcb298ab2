"""Who is told when: the escalation matrix in force, or a version of it, as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from governance.accounts import people
from governance.console import instant
from governance.console.pages import PageAdmin
from policies import feeds, on_call, releases, selectors
from policies.admin import ladder_table, standings
from policies.documents import Document
from policies.documents.escalation_matrix import EscalationMatrix
from policies.errors import PolicyProblems
from policies.models import PolicyVersion, Standing

_KIND = "EscalationMatrix"


@dataclass(frozen=True)
class Role:
    """Who is behind a role now: people who hold it, addresses besides, who of them is on call."""

    id: str
    title: str
    holders: int
    contacts: Sequence[str]
    on_call: str

    @property
    def empty(self) -> bool:
        """Whether a message to it would reach nobody."""
        return not self.holders and not self.contacts


def page(admin: PageAdmin[PolicyVersion], request: HttpRequest) -> HttpResponse:
    if not admin.has_view_permission(request):
        raise PermissionDenied
    at = instant.of(request)
    version = _version(request.GET.get("of", ""), at)
    context: dict[str, Any] = {
        "title": gettext("Escalation"),
        "version": version,
        "add": reverse("admin:policies_policyversion_add"),
        "others": _others(at),
    }
    if version is not None:
        context |= shown(version, at=at)
    return admin.answer(request, "policies/escalation.html", context, status=200)


def url(version: PolicyVersion) -> str:
    return f"{reverse('admin:policies_policyversion_escalation')}?of={version.id}"


def shown(version: PolicyVersion, *, at: datetime) -> dict[str, Any]:
    """What `policies/ladder.html` takes; of a text that is no matrix yet, no tables."""
    named = {"standing": standings.label(version, at=at), "link": standings.link(version)}
    try:
        document = releases.document(version)
    except PolicyProblems:
        return {**named, "tables": []}
    roles = _roles(document, at)
    return {
        **named,
        "tables": ladder_table.of(document),
        "roles": roles,
        "empty": [each for each in roles if each.empty],
        "nobody": {each.id for each in roles if each.empty},
    }


def _version(key: str, at: datetime) -> PolicyVersion | None:
    """The one that is asked for, or the one in force. Raises Http404."""
    matrices = PolicyVersion.objects.filter(kind=_KIND)
    if not key:
        return matrices.filter(selectors.stands(Standing.IN_FORCE, at)).first()
    try:
        found = matrices.filter(id=UUID(key)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404(gettext("There is no escalation matrix %(id)s.") % {"id": repr(key[:40])})
    return found


def _others(at: datetime) -> list[dict[str, Any]]:
    """Those that are being written, wait or are to come, and the one in force."""
    rows = PolicyVersion.objects.filter(kind=_KIND).defer("text").order_by("-created_at")
    retired = Standing.RETIRED
    return [
        {"version": each, "url": url(each), "standing": standings.label(each, at=at)}
        for each in rows
        if each.standing(at) is not retired
    ]


def _roles(document: Document, at: datetime) -> list[Role]:
    spec: Mapping[str, Any] = document.data["spec"]
    matrix: EscalationMatrix = document.spec
    held = people.addresses([raw["id"] for raw in spec["roles"]])
    copies = feeds.copies(each.url for each in matrix.feeds.values()) if matrix.feeds else {}
    return [
        Role(
            id=raw["id"],
            title=raw["title"],
            holders=len(held[raw["id"]]),
            contacts=[f"{each['channel']}: {each['to']}" for each in raw.get("contacts", [])],
            on_call=_on_call(on_call.who(matrix, raw["id"], at, copies)),
        )
        for raw in spec["roles"]
    ]


def _on_call(found: on_call.OnCall | None) -> str:
    if found is None:
        return ""
    return f"{', '.join(found.people)} {found.because}".strip()
