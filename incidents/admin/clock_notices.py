"""The notices of deadlines, as the board and the page of a deadline show them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from governance.console import times
from incidents import contents, selectors
from incidents.admin import completeness, notice_items, notice_page
from incidents.models import Clock, Notice


def of(clocks: Sequence[Clock]) -> Mapping[UUID, SafeString]:
    """Clock → the state of its live notice and how complete that is, for all rows of a page."""
    rows = list(selectors.notices().filter(clock__in=clocks, state__in=Notice.LIVE))
    found = contents.of_all(rows) if rows else {}
    return {row.clock_id: _line(row, found[row.id]) for row in rows}


def context(clock: Clock) -> dict[str, Any]:
    """All notices of a clock, the latest first, the way to the one that is being written, and how
    complete the latest is that was not withdrawn."""
    rows = list(selectors.notices().filter(clock=clock))
    found = contents.of_all(rows) if rows else {}
    live = [row for row in rows if row.state in Notice.LIVE]
    ways = [
        {"label": gettext("Open the notice"), "url": url(row.id), "prominent": True} for row in live
    ]
    return {
        "written": [_shown(row, found[row.id]) for row in rows],
        "ways": ways,
        "drafted": completeness.by_clock(rows, found).get(clock.id),
    }


def begun(request: HttpRequest) -> str:
    """The address of the notice that was just begun on the page of its clock."""
    match = request.resolver_match
    key = match.kwargs.get("object_id") if match is not None else None
    found = Notice.objects.filter(clock=key, state__in=Notice.LIVE).first()
    return url(found.id) if found is not None else request.path


def url(id_: UUID) -> str:
    return reverse("admin:incidents_notice_change", args=[id_])


def _line(notice: Notice, found: contents.Completeness) -> SafeString:
    return format_html(
        '<span class="by-under">{}</span>',
        gettext("Notice: %(state)s, %(covered)s of %(required)s")
        % {
            "state": notice.get_state_display(),
            "covered": found.covered,
            "required": found.required,
        },
    )


def _shown(notice: Notice, found: contents.Completeness) -> dict[str, object]:
    return {
        "url": url(notice.id),
        "what": gettext("Text %(revision)s") % {"revision": notice.revision},
        "state": notice_page.state_label(notice),
        "complete": notice_items.completeness_label(found),
        "when": times.stamp(notice.left_at) if notice.left_at else "",
    }
