"""What the editor completes from: the schema of the language, and the names in force now."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse

from governance.console import instant
from governance.console.pages import PageAdmin
from policies import releases, schemas
from policies.errors import NoRelease
from policies.models import PolicyVersion
from policies.release import Release
from policies.vocabulary import Fact

#: Kind and key → what may stand there, or below it as a name. The kind `*` is every kind.
_PLACES: Final[Mapping[str, Mapping[str, str]]] = {
    "*": {"owner": "roles"},
    "EscalationMatrix": {
        "lead": "roles",
        "notify": "roles",
        "roles": "roles",
        "levels": "levels",
        "calendar": "calendars",
    },
    "NoticeTemplate": {"role": "roles"},
    "ObligationPolicy": {
        "from": "moments",
        "until": "moments",
        "unless_later": "moments",
        "calendar": "calendars",
        "template": "templates",
        "content": "facts",
    },
    "Playbook": {"role": "roles", "levels": "levels"},
    "PolicyTest": {"policies": "policies", "severity": "levels"},
    "ReviewTemplate": {
        "facilitator": "roles",
        "participants": "roles",
        "from": "moments",
        "levels": "levels",
    },
    "SeverityPolicy": {"level": "levels", "default": "levels"},
}
Names = Mapping[str, Mapping[str, str]]


def answer(admin: PageAdmin[PolicyVersion], request: HttpRequest) -> JsonResponse:
    """`schema` is that of every kind, `facts` is by path, `names` are lists of names with titles,
    `places` says which list belongs where."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    release = _release(instant.of(request))
    facts = release.vocabulary.facts.values() if release is not None else ()
    found = {
        "schema": schemas.of_any(),
        "places": _PLACES,
        "facts": {fact.path: _fact(fact) for fact in facts if not fact.personal},
        "names": _names(release) if release is not None else {},
    }
    return JsonResponse(found)


def _release(at: datetime) -> Release | None:
    try:
        return releases.in_force(at)
    except NoRelease:
        return None


def _fact(fact: Fact) -> dict[str, Any]:
    kinds = sorted(fact.values.kinds) if len(fact.values.kinds) <= 2 else []
    return {
        "kind": " or ".join(kinds),
        "about": fact.title or fact.description,
        "terms": list(fact.terms or ()),
        "list": fact.items is not None,
    }


def _names(release: Release) -> Names:
    return {
        "roles": _titled(release.of_kind("EscalationMatrix")[0].data["spec"]["roles"]),
        "levels": {level.id: level.title for level in release.severity.levels},
        "moments": release.moments,
        "calendars": _documents(release, "Calendar"),
        "templates": _documents(release, "NoticeTemplate"),
        "facts": {path: fact.title for path, fact in release.vocabulary.facts.items()},
        "policies": {
            f"{each.kind}/{each.metadata.name}": each.metadata.title for each in release.documents
        },
    }


def _titled(entries: Iterable[Mapping[str, str]]) -> Mapping[str, str]:
    return {each["id"]: each["title"] for each in entries}


def _documents(release: Release, kind: str) -> Mapping[str, str]:
    return {each.metadata.name: each.metadata.title for each in release.of_kind(kind)}
