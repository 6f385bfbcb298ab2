"""What the page of a notice shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from governance.access import reads
from governance.accounts.models import User
from governance.api.withheld import veil
from governance.console import actors, labels, role_titles, times
from governance.console.labels import Tone
from governance.ledger import readings
from governance.ledger.models import Entry
from governance.ledger.readings import Reading
from incidents import contents, notices, selectors
from incidents.admin import (
    history,
    links,
    notice_changes,
    notice_facts,
    notice_items,
    notice_letter,
    notice_next,
    notice_steps,
    signed,
    standings,
)
from incidents.contents import Completeness
from incidents.models import Attachment, Notice, NoticeRevision

Origin = NoticeRevision.Origin
TONES: Final[Mapping[str, Tone]] = {
    "draft": "plain",
    "in_review": "warn",
    "approved": "info",
    "sending": "info",
    "sent": "good",
    "filed": "good",
}


@dataclass(frozen=True)
class ShownFile:
    file: Attachment
    url: str
    size: str
    enclosed: bool
    who: str


def state_label(notice: Notice) -> SafeString:
    return labels.label(notice.get_state_display(), TONES.get(notice.state, "plain"))


def context(notice: Notice, *, request: HttpRequest, writing: bool, at: datetime) -> dict[str, Any]:
    """`writing`: the viewer may state facts and edit."""
    found = contents.of(notice)
    text = veil(notices.current(notice))
    revisions = list(notice.revisions.defer("body").order_by("-number"))
    files = [veil(each) for each in selectors.attachments(notice.incident)]
    trail = _trail(notice)
    names = actors.names(_actors(notice, found, revisions, files, trail))
    return {
        "notice": notice,
        "text": text,
        **_head(notice, found, at=at),
        **_asked(notice, found, text, names, writing=writing),
        **_way(notice, found, revisions, files, trail, names, judge=may_judge(notice, request)),
        "changes": notice_changes.of(notice, text, trail, names),
        "letter": notice_letter.letter(notice, notices.paper(text), found),
        "record": _record(notice, text, names),
        "revisions": [_revision(each, names) for each in revisions],
        "history": history.shown(trail, names, may_read=False),
        "files": [_file(each, notice, text, names) for each in files],
        "wanted": role_titles.role(notice.approval_role),
    }


def _head(notice: Notice, found: Completeness, *, at: datetime) -> dict[str, Any]:
    clock = notice.clock
    due = clock.conservative_due if clock.fulfilled_at is None else None
    return {
        "clock": clock,
        "incident": links.incident(notice.incident),
        "incident_url": reverse("admin:incidents_incident_change", args=[notice.incident_id]),
        "clock_url": reverse("admin:incidents_clock_change", args=[notice.clock_id]),
        "texts_url": reverse("admin:incidents_notice_texts", args=[notice.id]),
        "typed_url": reverse("admin:incidents_notice_typed", args=[notice.id]),
        "letter_url": reverse("admin:incidents_notice_letter", args=[notice.id]),
        "state": state_label(notice),
        "standing": standings.shown(clock, at=at),
        "left": times.countdown(due, now=at) if due is not None else "",
        "countdown": times.COUNTDOWN,
        "due": times.both(clock.conservative_due, clock.zone),
        "legal": times.both(clock.legal_due, clock.zone),
        "completeness": notice_items.completeness_label(found),
    }


def _asked(
    notice: Notice,
    found: Completeness,
    text: NoticeRevision,
    names: Mapping[str, str],
    *,
    writing: bool,
) -> dict[str, Any]:
    """What it must say, and what nobody has stated, each with the form that asks for it."""
    lacking = [each.name for each in found.items if each.state == "not_known"]
    others = [path for path in found.unknown if path not in lacking]
    asks = notice_facts.asks(notice, [*lacking, *others]) if writing else {}
    items = notice_items.shown(notice, found, text, names=names)
    return {
        "found": found,
        "items": notice_items.asking(items, asks),
        "unknown": [(path, asks.get(path)) for path in others],
        "gaps": notice_items.gaps(found.passages, text.body.split("\n")),
    }


def _way(
    notice: Notice,
    found: Completeness,
    revisions: Sequence[NoticeRevision],
    files: Sequence[Attachment],
    trail: Sequence[Reading],
    names: Mapping[str, str],
    *,
    judge: bool,
) -> dict[str, Any]:
    receipts = [each for each in files if _proves(each, notice)]
    return {
        "judge": judge,
        "steps": notice_steps.of(notice, trail, names, receipts),
        "returned": _returned(notice, trail, names),
        "next": notice_next.of(
            notice,
            found,
            revisions[0],
            by_hand=any(each.origin == Origin.EDITED for each in _since_filled(revisions)),
            receipts=bool(receipts),
            judge=judge,
        ),
    }


def _proves(file: Attachment, notice: Notice) -> bool:
    return file.purpose == Attachment.Purpose.RECEIPT and file.notice_id == notice.id


def _since_filled(revisions: Iterable[NoticeRevision]) -> Iterable[NoticeRevision]:
    """Those from the present one back to the last that the template made, the latest first."""
    for each in revisions:
        yield each
        if each.origin != Origin.EDITED:
            return


def _returned(notice: Notice, trail: Sequence[Reading], names: Mapping[str, str]) -> str:
    """Who gave it back and when, for the comment that still stands."""
    verb = "notice.withdrawn" if notice.state == Notice.State.WITHDRAWN else "notice.returned"
    found = next((each for each in trail if each.entry.verb == verb), None)
    if found is None:
        return ""
    return f"{names.get(found.entry.actor, '')}, {times.utc(found.entry.at)}"


def _trail(notice: Notice) -> list[Reading]:
    """What happened to it, the latest first, without who looked at it."""
    found = Entry.objects.filter(object_kind="notice", object_id=str(notice.id))
    return readings.read(reads.without(found).order_by("-id")[: history.LONGEST])


def may_judge(notice: Notice, request: HttpRequest) -> bool:
    """Whether the function would let this viewer approve or return it."""
    user = request.user
    if not isinstance(user, User) or f"user:{user.id}" in notice.editors:
        return False
    return not notice.approval_role or notice.approval_role in user.roles


def _record(
    notice: Notice, text: NoticeRevision, names: Mapping[str, str]
) -> list[tuple[str, object]]:
    zone = notice.clock.zone
    rows: list[tuple[str, object]] = [
        (gettext("Left us"), times.both(notice.left_at, zone)),
        (gettext("To"), notice.sent_to or notice.clock.recipient),
        (gettext("Channel"), notice.channel),
        (gettext("Missing when it left"), "; ".join(notice.missing) if notice.left_at else ""),
        (gettext("Approved"), _approval(notice, names)),
        (gettext("Approved text (SHA-256)"), notice.approved_digest),
        (gettext("Present text (SHA-256)"), text.digest),
        (gettext("Template"), notice.template or gettext("none: a plain list of what is required")),
        (gettext("Template digest (SHA-256)"), notice.template_digest),
        (gettext("Language"), notice.language),
        (
            gettext("Drafted"),
            signed.said(times.utc(notice.drafted_at), names.get(notice.drafted_by, "")),
        ),
    ]
    return [(name, value) for name, value in rows if value]


def _approval(notice: Notice, names: Mapping[str, str]) -> str:
    if notice.approved_at is None:
        return ""
    return signed.said(times.utc(notice.approved_at), names.get(notice.approved_by, ""))


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
    if count >= 10_000:
        return gettext("%(count)s KiB") % {"count": f"{count / 1024:,.0f}"}
    return ngettext("%(number)s byte", "%(number)s bytes", count) % {"number": f"{count:,}"}


def _actors(
    notice: Notice,
    found: Completeness,
    revisions: Iterable[NoticeRevision],
    files: Iterable[Attachment],
    trail: Iterable[Reading],
) -> Iterable[str]:
    yield from (notice.drafted_by, notice.approved_by)
    yield from history.named(trail)
    yield from (item.by for item in found.items)
    yield from (each.by for each in revisions)
    yield from (each.added_by for each in files)
