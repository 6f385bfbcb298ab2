"""What the page of a version shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from governance.accounts.roles import LEDGER_READ
from governance.api.authentication import actor
from governance.console import actors, times
from governance.console.lists import scopes
from policies import releases, schedule, selectors
from policies.admin import (
    assessment,
    differences,
    editor,
    guidance,
    history,
    impact_panel,
    standings,
    words,
)
from policies.admin.assessment import Assessment
from policies.documents import Document
from policies.documents.policy_test import PolicyTest
from policies.errors import PolicyProblems
from policies.models import PolicyVersion, Standing
from policies.testing import Result

_WRITTEN: Final = frozenset({Standing.DRAFT, Standing.IN_REVIEW})
_AHEAD: Final = frozenset({*_WRITTEN, Standing.SCHEDULED})


@dataclass(frozen=True)
class Tested:
    """One PolicyTest that covers the version, with what became of its examples."""

    test: Document
    results: Sequence[Result]

    @property
    def failed(self) -> int:
        return sum(not each.passed for each in self.results)


def context(version: PolicyVersion, *, request: HttpRequest, at: datetime) -> dict[str, Any]:
    standing, by = version.standing(at), actor(request)
    may = selectors.may(version, by, at=at)
    same = list(
        PolicyVersion.objects.filter(kind=version.kind, name=version.name)
        .defer("text")
        .order_by("-created_at")
    )
    names = actors.names(_people(version, same))
    begin = _begin(version, standing, at)
    fellows = [each for each in selectors.together(version) if each.id != version.id]
    return {
        "version": version,
        "standing": standings.label(version, at=at),
        "situation": guidance.situation(version, standing, at=at),
        "withheld": guidance.withheld(version, standing, may, request),
        "ways": guidance.ways(version, may, request),
        "fellows": [standings.link(each) for each in fellows],
        "begin": times.stamp(begin) if begin != at else "",
        "pairs": _pairs(version, names),
        "lines": version.text.splitlines(),
        "words": _words(version, at),
        "history": history.context(version, names),
        "audit": LEDGER_READ in scopes(request),
        "others": [_other(each, version, names, at) for each in same if each.id != version.id],
        **_assessed(version, fellows, standing, begin),
        **_difference(version, _compared(version, same, request, standing, begin), standing),
        **_impact(version, standing, at, may),
    }


def _begin(version: PolicyVersion, standing: Standing, at: datetime) -> datetime:
    """The instant at whose rules it is looked at: when it begins, or would."""
    if standing is Standing.IN_REVIEW:
        asked = selectors.submission(version)
        return max(at, asked.effective_from or at) if asked else at
    if standing is Standing.SCHEDULED and version.effective_from is not None:
        return version.effective_from
    return at


def _pairs(version: PolicyVersion, names: Mapping[str, str]) -> list[tuple[str, object]]:
    approved = standings.approval(version, names)
    if version.approved_at is not None:
        approved = f"{approved}, {times.utc(version.approved_at)}"
    rows: list[tuple[str, object]] = [
        (gettext("Kind"), version.kind),
        (gettext("In force"), standings.span(version)),
        (gettext("Authors"), ", ".join(standings.author(each, names) for each in version.authors)),
        (gettext("Approved by"), approved),
        (gettext("Retirement"), _retirement(version, names)),
        (gettext("Origin"), version.origin),
        (gettext("Digest (SHA-256 of the canonical JSON)"), version.digest),
    ]
    return [(name, value) for name, value in rows if value]


def _retirement(version: PolicyVersion, names: Mapping[str, str]) -> str:
    if version.retire_at is None:
        return ""
    asked = names.get(version.retire_asked_by, version.retire_asked_by)
    agreed = names.get(version.retired_by, version.retired_by)
    if agreed:
        said = gettext("%(time)s, asked for by %(asked)s, agreed to by %(agreed)s")
    else:
        said = gettext("%(time)s, asked for by %(asked)s; somebody else must agree")
    return said % {"time": times.utc(version.retire_at), "asked": asked, "agreed": agreed}


def _people(version: PolicyVersion, same: Iterable[PolicyVersion]) -> set[str]:
    found = {version.retire_asked_by, version.retired_by}
    for each in same:
        found |= {each.approved_by, *each.authors}
    return found | {*selectors.reviews(version).values_list("by", flat=True)}


def _other(
    other: PolicyVersion, version: PolicyVersion, names: Mapping[str, str], at: datetime
) -> dict[str, Any]:
    return {
        "version": other,
        "url": standings.url(other),
        "standing": standings.label(other, at=at),
        "span": standings.span(other),
        "approved": standings.approval(other, names),
        "compare": f"{standings.url(version)}?against={other.id}#difference",
    }


# --- what lint and tests say ---------------------------------------------------------------------


def _assessed(
    version: PolicyVersion, fellows: Sequence[PolicyVersion], standing: Standing, begin: datetime
) -> dict[str, Any]:
    if standing is Standing.RETIRED:
        return {}
    changed = [version, *fellows] if standing in _WRITTEN else []
    found = assessment.of_versions(changed, at=begin)
    lint = editor.shown(found.problems, str(version)) if changed else {}
    return {**lint, "linted": bool(changed), **_tests(version, found)}


def _tests(version: PolicyVersion, found: Assessment) -> dict[str, Any]:
    """Those that name the policy, or the examples of the version itself; and how all others do."""
    if found.results is None:
        return {"tests": [], "tests_run": False}
    covering = [test for test in found.tests if _covers(test, version)]
    names = {test.identity for test in covering}
    others = [each for each in found.results if each.test not in names]
    return {
        "tests": [
            Tested(test, [each for each in found.results if each.test == test.identity])
            for test in covering
        ],
        "tests_run": True,
        "tests_others": len(others),
        "tests_others_failed": [each for each in others if not each.passed],
    }


def _covers(test: Document, version: PolicyVersion) -> bool:
    if not isinstance(test.spec, PolicyTest):
        return False
    return test.identity == str(version) or (version.kind, version.name) in test.spec.policies


# --- the difference, the impact, the words -------------------------------------------------------


def _compared(
    version: PolicyVersion,
    same: Sequence[PolicyVersion],
    request: HttpRequest,
    standing: Standing,
    begin: datetime,
) -> PolicyVersion | None:
    """The version that the viewer chose, or the one that it replaces, or would."""
    against = request.GET.get("against", "")
    chosen = next((each for each in same if str(each.id) == against), None)
    if chosen is not None:
        return chosen
    if standing in _WRITTEN:
        return selectors.replaces(version, at=begin)
    return schedule.line(version).filter(effective_from__lt=version.effective_from).last()


def _difference(
    version: PolicyVersion, other: PolicyVersion | None, standing: Standing
) -> dict[str, Any]:
    if other is None:
        return {"difference": None, "first": True, "ahead": standing in _AHEAD}
    return {
        "difference": differences.between(other.text, version.text),
        "against": standings.link(other),
        "against_url": standings.url(other),
        "ahead": standing in _AHEAD,
    }


def _impact(
    version: PolicyVersion, standing: Standing, at: datetime, may: frozenset[str]
) -> dict[str, Any]:
    if not impact_panel.shown(version):
        return {"impact_shown": False}
    asks = standing in _WRITTEN and bool(may & {"approve", "submit", "comment"})
    return {
        "impact_shown": True,
        "impact_asks": asks,
        **impact_panel.context(version, at=at),
    }


def _words(version: PolicyVersion, at: datetime) -> SafeString | str:
    try:
        document = releases.document(version)
    except PolicyProblems:
        return ""
    return words.of(document, at=at)
