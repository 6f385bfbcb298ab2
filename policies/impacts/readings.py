"""Reading what was found."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext

from policies import releases, titles
from policies.documents import severity_policy
from policies.models import Impact, PolicyVersion
from policies.release import digest_of
from policies.titles import Titles

_COUNTS = ("total", "changed", "invalid", "unregistered", "severities", "duties", "dates")


def of(version: PolicyVersion) -> Impact | None:
    """The last one asked for with the text that the version has now, alone or with others."""
    asked = Impact.objects.filter(
        versions__contains=[version.id], digests__contains={str(version): version.digest}
    )
    return asked.order_by("-id").first()


def stale(impact: Impact, *, at: datetime) -> str:
    """Why it says nothing of what would happen now; empty when it does. Once all its versions are
    approved it is a record, and never stale."""
    rows = list(PolicyVersion.objects.filter(id__in=impact.versions).defer("text"))
    if rows and all(row.status == PolicyVersion.Status.APPROVED for row in rows):
        return ""
    if rows and {str(row): row.digest for row in rows} != impact.digests:
        return gettext("A text was changed since.")
    members = releases.members_at(max(impact.effective_at, at))
    if digest_of((identity, digest) for _, identity, digest in members) != impact.before_digest:
        return gettext("Other policies are in force, or would be by then.")
    if impact.until.astimezone(UTC).date() != at.astimezone(UTC).date():
        said = gettext("It does not know the incidents since %(time)s UTC.")
        return said % {"time": f"{impact.until:%Y-%m-%d %H:%M}"}
    return ""


def called(impact: Impact) -> Titles:
    """What duties, stages and moments are called with the change, and what it ends as it was. A
    text that somebody changed since says nothing of it, and may not even be readable."""
    rows = PolicyVersion.objects.filter(id__in=impact.versions)
    asked = [row for row in rows if impact.digests.get(str(row)) == row.digest]
    after = titles.of_documents(releases.parsed(row.text) for row in asked)
    return titles.of(impact.before_digest).followed_by(after)


def levels(impact: Impact) -> list[str]:
    """The levels of severity of both releases, the most severe first."""
    kind = severity_policy.KIND.name
    members = PolicyVersion.objects.filter(id__in=impact.before_members, kind=kind)
    before = [_levels(each.text) for each in members]
    after = [_levels(text) for path, text in impact.files if path.startswith(f"{kind}/")]
    return severity_policy.merged(*before, *(after or before))


def _levels(text: str) -> list[str]:
    return [level.id for level in releases.parsed(text).spec.levels]


def summary(impact: Impact) -> dict[str, Any]:
    """The counts and whose they are, without examples: what an approval records as seen."""
    result = impact.result or {}
    return {
        "id": str(impact.id),
        "status": impact.status,
        "changed": dict(impact.digests),
        "before_digest": impact.before_digest,
        "after_digest": impact.after_digest,
        "effective_at": impact.effective_at.isoformat(),
        "since": impact.since.isoformat(),
        "until": impact.until.isoformat(),
        **{name: {each: found[each] for each in _COUNTS} for name, found in result.items()},
    }
