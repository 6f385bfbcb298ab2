"""One page of each kind that the console leads to, for `lists --pages`: by the links of home and of
the incident that was really reported, its duty and its deadline."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve

from benchmarks.visitor import Visitor
from incidents.models import Incident

_LINK: Final = re.compile(r'href="([^"#]+)')
#: Nothing to look at, or the way out.
_NOT_PAGES: Final = ("/static/", "/api/", "/logout/", "/account/logout/")

#: Leads from an object back to the list as it was.
_WAY_BACK: Final = "_changelist_filters="


def pages(visitor: Visitor) -> Iterator[str]:
    """Addresses of different views, each once plain and once with filters."""
    waiting = [*_first()]
    seen = {_kind(address) for address in waiting}
    while waiting:
        address = waiting.pop(0)
        shown = visitor.shown(address)
        if shown is None:
            continue
        yield address
        for link in _LINK.findall(shown):
            found = _address(address, unescape(link))
            kind = _kind(found) if found else None
            if kind is not None and kind not in seen:
                seen.add(kind)
                waiting.append(found)


def _first() -> Iterator[str]:
    """Copies have no facts; their pages cannot be shown."""
    incident = Incident.objects.exclude(report={}).earliest("id")
    yield "/"
    yield f"/incidents/incident/{incident.id}/change/"
    yield f"/incidents/duty/{incident.duties.earliest('id').id}/change/"
    yield f"/incidents/clock/{incident.clocks.earliest('id').id}/change/"


def _address(page: str, link: str) -> str:
    """Empty where it leads out of the console."""
    parts = urlsplit(urljoin(page, link))
    if parts.netloc or parts.path.startswith(_NOT_PAGES):
        return ""
    if not parts.query or parts.query.startswith(_WAY_BACK):
        return parts.path
    return f"{parts.path}?{parts.query}"


def _kind(address: str) -> tuple[str, bool] | None:
    """The view, and whether there are parameters; None for what is no view's."""
    path, _, query = address.partition("?")
    try:
        return resolve(path).view_name, bool(query)
    except Resolver404:
        return None
