"""The former texts of a notice: what differs between any two, and each to keep, byte for byte."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from governance.api.withheld import veil
from governance.console import line_differences
from governance.console.pages import PageAdmin
from incidents import notices
from incidents.models import Notice


def share(before: str, after: str) -> int:
    """How much of the text is the same, in percent."""
    matcher = SequenceMatcher(None, before.split(), after.split(), autojunk=False)
    return int(100 * matcher.ratio())


def page(admin: PageAdmin[Notice], request: HttpRequest, key: UUID) -> HttpResponse:
    """`?from=1&to=3`; without, the last two."""
    notice = admin.visible(request, str(key))
    numbers = list(notice.revisions.order_by("number").values_list("number", flat=True))
    before, after = _asked(request, numbers)
    texts = [_document(notice, number) for number in (before, after)]
    context = {
        "title": gettext("Texts of: %(title)s") % {"title": notice.clock.title},
        "notice": notice,
        "back": reverse("admin:incidents_notice_change", args=[notice.id]),
        "numbers": numbers,
        "before": before,
        "after": after,
        "lines": line_differences.of(*texts),
        "share": share(*texts),
        "whole": texts[1],
        "keep_url": reverse("admin:incidents_notice_text", args=[notice.id, after]),
    }
    return admin.answer(request, "incidents/notice_texts.html", context, status=200)


def keep(admin: PageAdmin[Notice], request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """The exact bytes of a text, whose SHA-256 the record gives."""
    notice = admin.visible(request, str(key))
    answer = HttpResponse(
        _document(notice, number).encode(), content_type="text/plain; charset=utf-8"
    )
    name = f"{notice.incident.reference}-{notice.clock.stage}-text-{number}.txt"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked(request: HttpRequest, numbers: Sequence[int]) -> tuple[int, int]:
    last = numbers[-1]
    return _number(request, "from", max(last - 1, 1)), _number(request, "to", last)


def _number(request: HttpRequest, name: str, usual: int) -> int:
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 6 else usual


def _document(notice: Notice, number: int) -> str:
    found = notice.revisions.filter(number=number).first()
    if found is None:
        raise Http404(gettext("This notice has no text %(number)s.") % {"number": number})
    return notices.paper(veil(found)).document
