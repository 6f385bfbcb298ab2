"""Write a page for each shipped pack to docs/packs."""

from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand

from policies import documents, pack_pages, shipped
from policies.errors import PolicyProblems
from policies.pack_pages import Pack

INTO: Final = Path(settings.BASE_DIR) / "docs" / "packs"


class Command(BaseCommand):
    help = "Write a page for each shipped pack, and an index of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--into", type=Path, default=INTO, help="default: docs/packs")

    def handle(self, *_args: Any, **options: Any) -> None:
        into: Path = options["into"]
        into.mkdir(parents=True, exist_ok=True)
        made = pack_pages.pages(packs(shipped.DIRECTORY))
        for name, text in made.items():
            (into / f"{name}.md").write_text(text, "utf-8")
        for stale in {file.stem for file in into.glob("*.md")} - set(made):
            (into / f"{stale}.md").unlink()
        self.stdout.write(f"{len(made)} pages in {into}.")


def packs(root: Path) -> Iterator[Pack]:
    """Every pack below `root`: a directory with policy files. Raises PolicyProblems."""
    for directory, files in groupby(shipped.files([root]), key=lambda file: file.parent):
        readings = [documents.read(file.read_bytes(), path=str(file)) for file in files]
        if problems := [problem for reading in readings for problem in reading.problems]:
            raise PolicyProblems(problems)
        readme = directory / "README.md"
        yield Pack(
            directory.name,
            readme.read_text("utf-8") if readme.is_file() else "",
            tuple(each.document for each in readings if each.document is not None),
        )
