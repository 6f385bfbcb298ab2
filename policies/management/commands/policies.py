import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance import clock
from governance.errors import BylawError
from governance.ledger import ledger
from policies import documents, shipped, versions
from policies.errors import PolicyProblems
from policies.problems import Problem


class Command(BaseCommand):
    help = "Check policy files and put them in force."

    def add_arguments(self, parser: Any) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        lint = actions.add_parser("lint", help="report every problem; exit 1 when there is one")
        lint.add_argument("paths", nargs="+", type=Path)
        lint.add_argument("--format", choices=["text", "json", "github"], default="text")
        install = actions.add_parser(
            "install",
            help="put packs in force: the shipped ones that are missing, or the given files, "
            "which then replace the versions in force",
        )
        install.add_argument("paths", nargs="*", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        if missing := [str(path) for path in options["paths"] if not path.exists()]:
            raise CommandError(f"There is no {', '.join(missing)}.", returncode=2)
        if options["action"] == "lint":
            self._lint(options["paths"], options["format"])
        else:
            self._install(options["paths"])

    def _lint(self, paths: list[Path], form: str) -> None:
        files = shipped.files(paths)
        problems = [
            problem
            for file in files
            for problem in documents.read(file.read_bytes(), path=str(file)).problems
        ]
        if form == "json":
            self.stdout.write(json.dumps([problem.as_dict() for problem in problems], indent=2))
        else:
            for problem in problems:
                self.stdout.write(_line(problem, form))
            if form == "text":
                self.stdout.write(f"{len(files)} files, {len(problems)} problems.")
        if problems:
            sys.exit(1)

    def _install(self, paths: list[Path]) -> None:
        try:
            outcomes = versions.install(
                shipped.load(paths or [shipped.DIRECTORY]),
                replace=bool(paths),
                by=ledger.system("setup"),
                at=clock.now(),
            )
        except PolicyProblems as error:
            lines = "\n".join(_line(problem, "text") for problem in error.problems)
            raise CommandError(f"Nothing was installed.\n{lines}") from error
        except BylawError as error:
            raise CommandError(f"Nothing was installed. {error}") from error
        for outcome in outcomes:
            self.stdout.write(f"{outcome.outcome.replace('_', ' '):10} {outcome.identity}")


def _line(problem: Problem, form: str) -> str:
    text = f"{problem.message} {problem.hint}".strip()
    if form == "github":
        place = f"file={problem.path},line={problem.line},col={problem.column}"
        return f"::error {place},title={problem.code}::{text}"
    return f"{problem.path}:{problem.line}:{problem.column}: {problem.code}: {text}"
