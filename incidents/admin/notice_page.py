"""What the page of a notice shows."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from governance.accounts.models import User
from governance.accounts.roles import ROLES
from governance.api import withheld
from governance.api.withheld import veil
from governance.console import actors, labels, times
from governance.console.labels import Tone
from incidents import contents, notices, papers, selectors
from incidents.admin import history, links, standings
from incidents.admin.notice_actions import CoverageForm, where
from incidents.contents import Completeness, Item
from incidents.models import Attachment, Notice, NoticeRevision

TONES: Final[Mapping[str, Tone]] = {
    "draft": "plain",
    "in_review": "warn",
    "approved": "info",
    "sending": "info",
    "sent": "good",
    "filed": "good",
}
_SAID: Final[Mapping[str, tuple[str, Tone]]] = {
    "in_text": ("in the text", "good"),
    "ticked": ("covered", "good"),
    "not_in_text": ("known, not in the text", "warn"),
    "not_known": ("not known yet", "bad"),
    "to_write": ("to be written", "warn"),
}


@dataclass(frozen=True)
class ShownItem:
    """`fixed` where there is nothing to tick; `said` is the place in the text, as somebody entered
    it, and `errors` what is wrong with that."""

    item: Item
    fixed: bool
    state: SafeString
    by: str
    ticked: bool
    said: str
    errors: Iterable[object] = ()

    @property
    def where(self) -> str:
        return where(self.item.name)


@dataclass(frozen=True)
class ShownFile:
    file: Attachment
    url: str
    size: str
    enclosed: bool
    who: str


def state_label(notice: Notice) -> SafeString:
    return labels.label(notice.get_state_display(), TONES.get(notice.state, "plain"))


def completeness_label(found: Completeness) -> SafeString:
    """`5 of 8`, in a colour that says whether anything lacks."""
    if not found.required:
        return labels.label("nothing listed", "plain")
    tone: Tone = "good" if found.covered == found.required else "warn"
    return labels.label(f"{found.covered} of {found.required}", tone, title="Required content")


def context(notice: Notice, *, request: HttpRequest, at: datetime) -> dict[str, Any]:
    found = contents.of(notice)
    text = veil(notices.current(notice))
    revisions = list(notice.revisions.defer("body").order_by("-number"))
    files = [veil(each) for each in selectors.attachments(notice.incident)]
    names = actors.names(_actors(notice, found, revisions, files))
    clock = notice.clock
    return {
        "notice": notice,
        "clock": clock,
        "incident": links.incident(notice.incident),
        "incident_url": reverse("admin:incidents_incident_change", args=[notice.incident_id]),
        "clock_url": reverse("admin:incidents_clock_change", args=[notice.clock_id]),
        "state": state_label(notice),
        "standing": standings.shown(clock, at=at),
        "left": times.due(clock.conservative_due, now=at) if clock.conservative_due else "",
        "due": times.both(clock.conservative_due, clock.zone),
        "completeness": completeness_label(found),
        "found": found,
        "items": [_item(_seen(each, notice), names) for each in found.items],
        "text": text,
        "preview": _preview(notice, notices.paper(text), found),
        "record": _record(notice, text, names),
        "revisions": [_revision(each, names) for each in revisions],
        "history": history.of(notice.id, may_read=False),
        "files": [_file(each, notice, text, names) for each in files],
        "judge": may_judge(notice, request),
        "wanted": ROLES.get(notice.approval_role, notice.approval_role),
        "texts_url": reverse("admin:incidents_notice_texts", args=[notice.id]),
    }


def may_judge(notice: Notice, request: HttpRequest) -> bool:
    """Whether the function would let this viewer approve or return it."""
    user = request.user
    if not isinstance(user, User) or f"user:{user.id}" in notice.editors:
        return False
    return not notice.approval_role or notice.approval_role in user.roles


def entered(items: Iterable[ShownItem], form: CoverageForm) -> list[ShownItem]:
    """The list with what somebody ticked and wrote, not saved yet."""
    return [_entered(each, form) if each.item.name in form.shown else each for each in items]


def _entered(each: ShownItem, form: CoverageForm) -> ShownItem:
    return replace(
        each,
        ticked=each.item.name in form.covered,
        said=str(form[each.where].value()),
        errors=form[each.where].errors,
    )


def _item(item: Item, names: Mapping[str, str]) -> ShownItem:
    words, tone = _SAID[item.state]
    return ShownItem(
        item,
        fixed=item.is_fact and item.state == "in_text" and not item.by,
        state=labels.label(words, tone),
        by=names.get(item.by, ""),
        ticked=bool(item.by),
        said=item.where,
    )


def _seen(item: Item, notice: Notice) -> Item:
    """With marks in place of what it says of the facts, where the reader may not see them."""
    if withheld.shows(notice):
        return item
    return replace(item, value=withheld.hidden(item.value), where=withheld.hidden(item.where))


def _preview(notice: Notice, paper: papers.Paper, found: Completeness) -> SafeString:
    """The text as its reader gets it; what is still missing is marked."""
    template = contents.template_of(notice) if notice.editable else None
    holes = [template.when_missing] if template is not None else []
    holes += found.passages if notice.editable else []
    shown = escape(paper.text)
    if not holes:
        return shown
    pattern = "|".join(re.escape(escape(each)) for each in holes)
    marked = re.sub(pattern, lambda hit: f'<mark class="by-hole">{hit[0]}</mark>', shown)
    return SafeString(marked)  # escaped above, before the marks were set


def _record(
    notice: Notice, text: NoticeRevision, names: Mapping[str, str]
) -> list[tuple[str, object]]:
    zone = notice.clock.zone
    rows: list[tuple[str, object]] = [
        ("Left us", times.both(notice.left_at, zone)),
        ("To", notice.sent_to or notice.clock.recipient),
        ("Channel", notice.channel),
        ("Missing when it left", "; ".join(notice.missing) if notice.left_at else ""),
        ("Approved", _approval(notice, names)),
        ("Approved text (SHA-256)", notice.approved_digest),
        ("Present text (SHA-256)", text.digest),
        ("Template", notice.template or "none: a plain list of what is required"),
        ("Template digest (SHA-256)", notice.template_digest),
        ("Language", notice.language),
        ("Drafted", f"{times.utc(notice.drafted_at)} by {names.get(notice.drafted_by, '')}"),
    ]
    return [(name, value) for name, value in rows if value]


def _approval(notice: Notice, names: Mapping[str, str]) -> str:
    if notice.approved_at is None:
        return ""
    return f"{times.utc(notice.approved_at)} by {names.get(notice.approved_by, '')}"


def _revision(revision: NoticeRevision, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "number": revision.number,
        "origin": revision.get_origin_display(),
        "at": times.stamp(revision.at),
        "who": names.get(revision.by, ""),
        "digest": revision.digest,
        "url": reverse("admin:incidents_notice_text", args=[revision.notice_id, revision.number]),
    }


def _file(
    file: Attachment, notice: Notice, text: NoticeRevision, names: Mapping[str, str]
) -> ShownFile:
    enclosed = str(file.id) in {each["id"] for each in text.enclosures}
    url = reverse("attachment", args=[file.id])
    return ShownFile(file, url, size(file.content.size), enclosed, names.get(file.added_by, ""))


def size(count: int) -> str:
    return f"{count:,} bytes" if count < 10_000 else f"{count / 1024:,.0f} KiB"


def _actors(
    notice: Notice,
    found: Completeness,
    revisions: Iterable[NoticeRevision],
    files: Iterable[Attachment],
) -> Iterable[str]:
    yield from (notice.drafted_by, notice.approved_by)
    yield from (item.by for item in found.items)
    yield from (each.by for each in revisions)
    yield from (each.added_by for each in files)
