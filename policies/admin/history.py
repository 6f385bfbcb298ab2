"""What was said and decided about a version, and the exact text of each of its submissions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.console import actors, labels, times
from governance.console.labels import Tone
from governance.console.pages import PageAdmin
from governance.errors import NotFound
from governance.translated import Text
from policies import selectors
from policies.admin import differences, standings
from policies.models import PolicyReview, PolicyVersion

Act = PolicyReview.Act
_TONES: Final[Mapping[str, Tone]] = {
    Act.SUBMITTED: "info",
    Act.REJECTED: "bad",
    Act.APPROVED: "good",
    Act.RETIRED: "warn",
}
_DAYS: Final[Mapping[str, Text]] = {
    Act.SUBMITTED: _("asks for %(time)s"),
    Act.APPROVED: _("in force from %(time)s"),
    Act.RETIREMENT_ASKED: _("asks for the end at %(time)s"),
    Act.RETIRED: _("ends at %(time)s"),
}


@dataclass(frozen=True)
class Shown:
    """One act. `url` leads to the text that a submission fixed."""

    act: SafeString
    at: SafeString
    who: str
    comment: str
    more: Sequence[str]
    revision: int
    url: str


def context(version: PolicyVersion, names: Mapping[str, str]) -> list[Shown]:
    return [_shown(review, names) for review in selectors.reviews(version).defer("text")]


def _shown(review: PolicyReview, names: Mapping[str, str]) -> Shown:
    submitted = review.act == Act.SUBMITTED
    return Shown(
        act=labels.label(review.get_act_display(), _TONES.get(review.act, "plain")),
        at=times.stamp(review.at),
        who=names.get(review.by, review.by),
        comment=review.comment,
        more=list(_more(review)),
        revision=review.revision,
        url=url(review.version_id, review.revision) if submitted else "",
    )


def _more(review: PolicyReview) -> list[str]:
    day = review.effective_until or review.effective_from
    said = []
    if day is not None and review.act in _DAYS:
        said.append(_DAYS[review.act] % {"time": times.utc(day)})
    if review.reassess:
        said.append(str(PolicyReview.Reassess(review.reassess).label))
    if review.act == Act.APPROVED:
        said.append(_seen(review.impact))
    return said


def _seen(impact: Mapping[str, Any] | None) -> str:
    if not impact:
        return gettext("no impact was looked at")
    found = impact.get("all") or {}
    if not found:
        return gettext("impact %(status)s") % {"status": impact.get("status", "unknown")}
    return gettext("impact seen: %(changed)s of %(total)s incidents would differ") % {
        "changed": found["changed"],
        "total": found["total"],
    }


def url(version_id: UUID, revision: int) -> str:
    return reverse("admin:policies_policyversion_revision", args=[version_id, revision])


def revision(
    page: PageAdmin[PolicyVersion], request: HttpRequest, key: UUID, number: int
) -> HttpResponse:
    """The text as it was submitted the `number`-th time, and what changed since the time before."""
    version = page.visible(request, str(key))
    try:
        review = selectors.submitted_text(version, number)
    except NotFound as error:
        raise Http404(error.message) from error
    before = selectors.submitted_text(version, number - 1).text if number > 1 else None
    context = {
        "title": gettext("%(version)s, submission %(number)s")
        % {"version": version, "number": number},
        "version": version,
        "back": standings.url(version),
        "revision": number,
        "revisions": [(each, url(version.id, each)) for each in range(1, version.revision + 1)],
        "pairs": [
            (gettext("Submitted"), times.stamp(review.at)),
            (gettext("By"), actors.name(review.by)),
            (gettext("Comment"), review.comment or gettext("none")),
            (gettext("Digest of the text (SHA-256)"), review.text_digest),
            (gettext("Digest of its meaning"), review.digest),
        ],
        "difference": differences.between(before, review.text) if before is not None else None,
        "lines": review.text.splitlines(),
    }
    return page.answer(request, "policies/revision.html", context, status=200)
