"""What people read of HTML: its texts, and the attributes that are read out or shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

ATTRIBUTES: Final = frozenset(
    {"title", "aria-label", "placeholder", "alt", "data-label", "data-title"}
)
#: What a script puts into the page.
_SAID: Final = "data-say-"
#: What a machine reads, what a person types as it stands, names of icons, and what is marked as
#: English on a page in another language.
_SKIPPED: Final = frozenset({"script", "style", "code", "kbd", "pre", "textarea"})
_ICONS: Final = "material-symbols-outlined"
_EMPTY: Final = frozenset({"br", "hr", "img", "input", "link", "meta"})


@dataclass(frozen=True)
class Piece:
    text: str
    line: int


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Piece] = []
        self.open: list[tuple[str, bool]] = []

    @property
    def skips(self) -> bool:
        return any(skipped for _, skipped in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if not self.skips:
            self.found += [
                Piece(given[name], self.getpos()[0])
                for name in sorted(given)
                if name in ATTRIBUTES or name.startswith(_SAID)
            ]
        if tag not in _EMPTY:
            icon = _ICONS in given.get("class", "")
            english = given.get("lang") == "en" and tag != "html"
            self.open.append((tag, tag in _SKIPPED or icon or english))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Of SVG; it has no text."""

    def handle_endtag(self, tag: str) -> None:
        """With what was left open inside it: of alternatives in a template both begin."""
        names = [name for name, _ in self.open]
        if tag in names:
            del self.open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.skips:
            self.found.append(Piece(" ".join(data.split()), self.getpos()[0]))


def of(html: str) -> Iterator[Piece]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    yield from reader.found
