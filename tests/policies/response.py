"""Documents that say how to respond, and a test of the house's policies."""

from pathlib import Path
from typing import Final

from policies.documents import Document
from tests import factory

FOLDER: Final = Path(__file__).parents[1] / "data" / "response"


def text(name: str, *edits: tuple[str, str]) -> str:
    """A file of the folder, with (old, new) pairs replaced; each old one must be there."""
    found = (FOLDER / f"{name}.yaml").read_text()
    for old, new in edits:
        assert old in found, old
        found = found.replace(old, new)
    return found


def document(name: str, *edits: tuple[str, str]) -> Document:
    return factory.document(text(name, *edits))
