"""The files whose texts people read in the console."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import unfold
from django.conf import settings

#: Packages that are looked at.
ROOTS: Final = ("governance", "policies", "incidents")
#: Scripts of others, as they came.
_FOREIGN: Final = ("unfold/", "policies/codemirror.js")
#: Template → why it keeps to English.
ENGLISH: Final = {
    "api/docs.html": "the page of the API's description, which is in English",
    "incidents/letter.html": "a message, which is kept and sent as it was written",
    "incidents/evidence_report.html": "evidence, which is the same for whoever makes it",
}


def borrowed() -> Iterator[Path]:
    """Of the theme, which is translated as ours is."""
    folder = Path(unfold.__file__).parent
    yield from [*sorted(folder.rglob("*.html")), *sorted(folder.rglob("*.py"))]


def modules() -> Iterator[Path]:
    for root in ROOTS:
        yield from sorted((Path(settings.BASE_DIR) / root).rglob("*.py"))


def scripts() -> Iterator[Path]:
    folder = Path(settings.BASE_DIR) / "governance" / "static"
    for file in sorted(folder.rglob("*.js")):
        if not str(file.relative_to(folder)).startswith(_FOREIGN):
            yield file


def templates() -> Iterator[Path]:
    for root in ROOTS:
        folder = Path(settings.BASE_DIR) / root / "templates"
        for file in sorted(folder.rglob("*")):
            if file.suffix in {".html", ".svg"} and str(file.relative_to(folder)) not in ENGLISH:
                yield file
