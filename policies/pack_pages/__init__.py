"""A page for each pack that reads like a table a lawyer would make (pure).

Documents and README in, Markdown out. It shows what the documents say and adds no judgement.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from policies.documents import Document
from policies.pack_pages import escalation, examples, markdown, regime, response, vocabulary

MADE_BY: Final = "<!-- Made by `manage.py pack_pages`. Change the pack, not this page. -->"
INDEX: Final = "index"

#: In the order of a page. Obligation policies also need the titles of moments.
_KINDS: Final[Mapping[str, Callable[[Document], Iterator[str]]]] = {
    "Taxonomy": vocabulary.taxonomy,
    "SystemRegister": vocabulary.register,
    "SeverityPolicy": response.severity,
    "EscalationMatrix": escalation.matrix,
    "Playbook": response.playbook,
    "ReviewTemplate": response.review,
    "NoticeTemplate": response.notice,
    "Calendar": examples.calendar,
    "PolicyTest": examples.test,
}
_ORDER: Final = ("ObligationPolicy", *_KINDS)


@dataclass(frozen=True)
class Pack:
    name: str
    readme: str
    documents: tuple[Document, ...]

    @property
    def title(self) -> str:
        """The first heading of its README, or its name."""
        first = self.readme.lstrip().partition("\n")[0]
        return first.removeprefix("# ").strip() if first.startswith("# ") else self.name


def pages(packs: Iterable[Pack]) -> dict[str, str]:
    """The text of every page by its name without ending; the index is `INDEX`."""
    ordered = sorted(packs, key=lambda pack: pack.name)
    moments = _moments(ordered)
    found = {pack.name: _text(_page(pack, moments)) for pack in ordered}
    return {INDEX: _text(_index(ordered)), **found}


def of(document: Document, moments: Mapping[str, str]) -> Iterator[str]:
    """The lines of one document without its heading; `moments` are titles by id."""
    yield from markdown.paragraph(document.metadata.description)
    if document.kind == "ObligationPolicy":
        yield from regime.lines(document, moments)
    else:
        yield from _KINDS[document.kind](document)


def _page(pack: Pack, moments: Mapping[str, str]) -> Iterator[str]:
    yield MADE_BY
    yield ""
    yield pack.readme.strip() or f"# {pack.title}"
    yield ""
    documents = sorted(
        pack.documents, key=lambda each: (_ORDER.index(each.kind), each.metadata.name)
    )
    for document in documents:
        yield f"## {markdown.line(document.metadata.title)}"
        yield ""
        yield from of(document, moments)


def _index(packs: Iterable[Pack]) -> Iterator[str]:
    packs = tuple(packs)
    yield MADE_BY
    yield ""
    yield "# Policy packs"
    yield ""
    yield from markdown.section(2, "Regimes", _regimes(packs))
    yield from markdown.section(2, "Everything else", _others(packs))


def _regimes(packs: tuple[Pack, ...]) -> Iterator[str]:
    rows = []
    for pack in packs:
        for document in pack.documents:
            if document.kind == "ObligationPolicy":
                spec = document.data["spec"]
                source = spec["source"]
                status = regime.STATUS.get(source["status"], source["status"])
                rows.append(
                    (
                        spec["regime"]["jurisdiction"],
                        markdown.link(document.metadata.title, f"{pack.name}.md"),
                        status,
                        len(spec["duties"]),
                        source["verified_on"],
                        source["verification"],
                    )
                )
    headers = ("Jurisdiction", "Policy", "Status", "Duties", "Verified on", "Verification")
    yield from markdown.table(headers, sorted(rows, key=lambda row: (row[0], row[1])))


def _others(packs: tuple[Pack, ...]) -> Iterator[str]:
    rows = []
    for pack in packs:
        kinds = [document.kind for document in pack.documents]
        if "ObligationPolicy" not in kinds:
            counted = ", ".join(f"{kinds.count(kind)} {kind}" for kind in _ORDER if kind in kinds)
            rows.append((markdown.link(pack.title, f"{pack.name}.md"), counted))
    yield from markdown.table(("Pack", "Documents"), rows)


def _moments(packs: Iterable[Pack]) -> dict[str, str]:
    return {
        name: title
        for pack in packs
        for document in pack.documents
        if document.kind == "Taxonomy"
        for name, title in document.spec.moments.items()
    }


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"
