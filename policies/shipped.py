"""The policy packs that ship with Bylaw, and an operator's own files."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from policies import documents
from policies.documents import Document
from policies.errors import PolicyProblems
from policies.problems import Problem

DIRECTORY: Final = Path(__file__).resolve().parent / "packs"


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
    found = files(roots)
    pairs = read((str(file), file.read_bytes()) for file in found)
    return [(document, _origin(file)) for (document, _), file in zip(pairs, found, strict=True)]


def read(texts: Iterable[tuple[str, str | bytes]]) -> Sequence[tuple[Document, str]]:
    """(document, path) of every (path, text). Raises PolicyProblems with all problems of all."""
    found: list[tuple[Document, str]] = []
    problems: list[Problem] = []
    for path, text in texts:
        reading = documents.read(text, path=path)
        problems += reading.problems
        if reading.document is not None:
            found.append((reading.document, path))
    if problems:
        raise PolicyProblems(problems)
    return found


def _origin(file: Path) -> str:
    kind = "pack" if file.resolve().is_relative_to(DIRECTORY) else "files"
    return f"{kind}:{file.resolve().parent.name}/{file.name}"
