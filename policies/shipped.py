"""The policy packs that ship with Bylaw."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from policies import documents
from policies.documents import Document
from policies.errors import PolicyProblems
from policies.problems import Problem

DIRECTORY: Final = Path(__file__).parent / "packs"


def files(roots: Iterable[Path]) -> list[Path]:
    """Every YAML file at or below `roots`, in a stable order."""
    return sorted(
        file
        for root in roots
        for file in ([root] if root.is_file() else root.rglob("*.y*ml"))
        if file.suffix in {".yaml", ".yml"}
    )


def load(roots: Iterable[Path]) -> Sequence[tuple[Document, str]]:
    """(document, origin) of every file. Raises PolicyProblems with all problems of all files."""
    found: list[tuple[Document, str]] = []
    problems: list[Problem] = []
    for file in files(roots):
        reading = documents.read(file.read_bytes(), path=str(file))
        problems += reading.problems
        if reading.document is not None:
            found.append((reading.document, f"pack:{file.parent.name}/{file.name}"))
    if problems:
        raise PolicyProblems(problems)
    return found
