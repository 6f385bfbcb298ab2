"""The text of a notice as its reader gets it: line by line, with what is still open marked; as a
page to print; and while somebody is typing."""

import re
from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import reverse
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from governance.accounts.roles import INCIDENTS_RESPOND
from governance.api.withheld import veil
from governance.console import actors, instant, times
from governance.console.pages import PageAdmin
from governance.errors import BylawError
from incidents import contents, notices, papers
from incidents.admin import notice_items
from incidents.contents import Completeness
from incidents.models import Notice, NoticeRevision


def letter(notice: Notice, paper: papers.Paper, found: Completeness) -> SafeString:
    """Each line in a place of its own, `line-1` the first; what is still missing is marked."""
    pattern = _open(notice, found)
    lines = (_marked(line, pattern) for line in paper.text.rstrip("\n").split("\n"))
    return format_html_join(
        "", '<span id="line-{}" class="by-letter-line">{}</span>', enumerate(lines, 1)
    )


def typed(admin: PageAdmin[Notice], request: HttpRequest, key: UUID) -> HttpResponse:
    """What a text that nobody has saved would look like, and what it would say of what it must:
    `{letter, complete, open, items}` of HTML; an item under the name of its place. Writes nothing.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    notice = admin.visible(request, str(key))
    if not admin.may(request, INCIDENTS_RESPOND, notice):
        raise PermissionDenied
    present = notices.current(notice)
    given = request.POST
    try:
        paper = papers.paper(
            given.get("subject", ""), given.get("body", ""), notices.paper(present).enclosures
        )
    except BylawError as error:
        return JsonResponse({"problem": error.message}, status=error.status)
    present.subject, present.body = paper.subject, paper.body
    found = contents.of_text(notice, present)
    return JsonResponse(_answer(notice, paper, found, present))


def sheet(admin: PageAdmin[Notice], request: HttpRequest, key: UUID) -> HttpResponse:
    """The letter alone, to be looked at or printed; `?text=2` is a former one."""
    notice = admin.visible(request, str(key))
    text = _asked(notice, request.GET.get("text", ""))
    shown = veil(text)
    paper = notices.paper(shown)
    names = actors.names([notice.approved_by])
    context = {
        "title": gettext("Letter: %(title)s") % {"title": notice.clock.title},
        "notice": notice,
        "text": text,
        "paper": paper,
        "lines": paper.body.rstrip("\n"),
        "stands": _stands(notice, text),
        "approved": text.digest == notice.approved_digest,
        "approver": names.get(notice.approved_by, ""),
        "approved_at": times.utc(notice.approved_at),
        "left": times.utc(notice.left_at),
        "printed": times.utc(instant.of(request)),
        "back": reverse("admin:incidents_notice_change", args=[notice.id]),
    }
    return admin.answer(request, "incidents/notice_sheet.html", context, status=200)


def _asked(notice: Notice, given: str) -> NoticeRevision:
    number = int(given) if given.isdecimal() and len(given) < 6 else notice.revision
    found = notice.revisions.filter(number=number).first()
    if found is None:
        raise Http404(gettext("This notice has no text %(number)s.") % {"number": number})
    return found


def _stands(notice: Notice, text: NoticeRevision) -> str:
    """What nobody may take it for: a text that is not the one that left, or was approved."""
    if text.number != notice.revision:
        return gettext("A former text; the present one is %(revision)s.") % {
            "revision": notice.revision
        }
    if notice.left_at is not None or notice.state == Notice.State.APPROVED:
        return ""
    return gettext("%(state)s: it has not left.") % {"state": notice.get_state_display()}


def _answer(
    notice: Notice, paper: papers.Paper, found: Completeness, text: NoticeRevision
) -> dict[str, object]:
    items = notice_items.shown(notice, found, text, names={})
    return {
        "letter": letter(notice, paper, found),
        "subject": escape(paper.subject),
        "complete": notice_items.completeness_label(found),
        "items": {each.where: each.stands for each in items},
    }


def _open(notice: Notice, found: Completeness) -> re.Pattern[str] | None:
    """What marks a place that is still to be filled, as it reads once it is escaped."""
    if not notice.editable:
        return None
    template = contents.template_of(notice)
    places: Sequence[str] = [*([template.when_missing] if template else []), *found.passages]
    return re.compile("|".join(re.escape(escape(each)) for each in places)) if places else None


def _marked(line: str, pattern: re.Pattern[str] | None) -> SafeString:
    shown = escape(line)
    if pattern is None:
        return shown
    # Escaped above, before the marks are set.
    return SafeString(pattern.sub(lambda hit: f'<mark class="by-hole">{hit[0]}</mark>', shown))
