"""The documentation as pages of the console: help that opens where it is needed, without a network.

Read from `docs/`, which every installation has; nothing in it is anybody's input.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from posixpath import normpath
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from governance import env

DIRECTORY: Final = env.CHECKOUT / "docs"
ROUTE: Final = "manual"
#: Group → its pages in this order. Those of PACKS come from the directory.
GROUPS: Final[Mapping[Any, Sequence[str]]] = {
    _("For people"): ("officer", "auditor", "operation", "translating"),
    _("For tools"): ("tool", "recipes", "api", "following"),
    _("Policies"): ("policies", "lint", "gitops", "severity-agreement"),
}
PACKS: Final = "packs"
_DEEPEST: Final = "h3"
_NOT_IN_SLUGS: Final = re.compile(r"[^\w\- ]")
_ELSEWHERE: Final = re.compile(r"[a-z]+:", re.IGNORECASE)


@dataclass(frozen=True)
class Heading:
    id: str
    text: str
    deep: bool


@dataclass(frozen=True)
class Page:
    """`name` is its file's without the ending: `officer`, `packs/eu-gdpr`."""

    name: str
    title: str
    body: SafeString
    headings: Sequence[Heading]


def names() -> Sequence[str]:
    """Of every page there is, by name."""
    found = (each.relative_to(DIRECTORY) for each in DIRECTORY.rglob("*.md"))
    return sorted(str(each.with_suffix("").as_posix()) for each in found)


@cache
def page(name: str) -> Page:
    """Raises Http404."""
    if name not in names():
        raise Http404("The manual has no such page.")
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse((DIRECTORY / f"{name}.md").read_text("utf-8"))
    headings = list(_headings(tokens))
    _demote(tokens)
    for each in _links(tokens):
        _lead(each, Path(name))
    # From files of ours, with HTML in them switched off.
    body = mark_safe(markdown.renderer.render(tokens, markdown.options, {}))  # noqa: S308
    return Page(name, headings[0].text if headings else name, body, headings[1:])


def address(name: str, heading: str = "") -> str:
    """Of a page, and of one of its headings."""
    return reverse(f"admin:{ROUTE}_page", args=[name]) + (f"#{heading}" if heading else "")


def contents(request: HttpRequest, *, site: Any) -> HttpResponse:
    """What there is to read."""
    groups = [(str(title), [page(each) for each in listed]) for title, listed in GROUPS.items()]
    packs = [page(each) for each in names() if each.startswith(f"{PACKS}/")]
    groups.append((gettext("Policy packs"), packs))
    return _shown(request, site, {"title": gettext("Manual"), "groups": groups})


def one(request: HttpRequest, name: str, *, site: Any) -> HttpResponse:
    found = page(name)
    return _shown(request, site, {"title": found.title, "page": found})


def _shown(request: HttpRequest, site: Any, context: dict[str, Any]) -> HttpResponse:
    request.current_app = site.name
    return TemplateResponse(request, "console/manual.html", site.each_context(request) | context)


def _headings(tokens: Sequence[Token]) -> Iterator[Heading]:
    """Each heading, after it has got the id by which documents refer to it."""
    seen: dict[str, int] = {}
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        text = "".join(each.content for each in inline.children or ())
        slug = _NOT_IN_SLUGS.sub("", text.lower()).replace(" ", "-")
        again = seen[slug] = seen.get(slug, -1) + 1
        opening.attrSet("id", f"{slug}-{again}" if again else slug)
        if opening.tag <= _DEEPEST:
            yield Heading(str(opening.attrGet("id")), text, opening.tag == _DEEPEST)


def _demote(tokens: Sequence[Token]) -> None:
    """One level down: the frame of the console has the page's first heading."""
    for each in tokens:
        if each.type in {"heading_open", "heading_close"}:
            each.tag = f"h{int(each.tag[1]) + 1}"


def _links(tokens: Sequence[Token]) -> Iterator[Token]:
    for each in tokens:
        yield from (child for child in each.children or () if child.type == "link_open")


def _lead(link: Token, here: Path) -> None:
    """To the page of the manual, where it is one; what leads elsewhere in the sources leads nowhere
    from here."""
    target, _, heading = str(link.attrGet("href")).partition("#")
    if _ELSEWHERE.match(target):
        link.attrSet("rel", "noreferrer")
        return
    name = normpath(here.parent / target).removesuffix(".md") if target else str(here)
    if name in names():
        link.attrSet("href", address(name, heading))
    else:
        link.attrs.pop("href")
