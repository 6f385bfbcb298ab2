"""What the actions share: their form, their files, their words, and who is asking."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

from django.core.management.base import CommandError

from governance import clock, env
from governance.accounts import keys
from governance.ledger.ledger import Actor
from policies import documents, releases, shipped
from policies.documents import ONE_OF_EACH, Document
from policies.problems import Problem

FORMATS: Final = ("text", "json", "github")
USAGE: Final = 2
FINDINGS: Final = 1
FINE: Final = 0

Options = Mapping[str, Any]
Say = Callable[[str], None]


class Action(Protocol):
    HELP: str

    def add(self, parser: ArgumentParser) -> None: ...

    def run(self, options: Options, say: Say) -> int: ...


def usage(message: str) -> CommandError:
    return CommandError(message, returncode=USAGE)


def add_paths(parser: ArgumentParser, *, least: str = "+") -> None:
    parser.add_argument(
        "paths", nargs=least, type=Path, help="YAML files, or directories that hold them"
    )


def add_format(parser: ArgumentParser, choices: Sequence[str] = FORMATS) -> None:
    parser.add_argument("--format", choices=choices, default="text")


def add_against(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--against",
        choices=["shipped", "in-force", "nothing"],
        help="the policies that complete the given files: those that ship with Bylaw (no database "
        "is needed), those in force on the service, or none. By default the shipped ones, unless "
        "the files are complete: with a report schema, a severity policy, an escalation matrix and "
        "a register of systems",
    )


def texts(roots: Iterable[Path]) -> dict[str, bytes]:
    """Path → bytes of every YAML file at or below `roots`."""
    listed = list(roots)
    if missing := [str(path) for path in listed if not path.exists()]:
        raise usage(f"There is no {', '.join(missing)}.")
    found = {str(file): file.read_bytes() for file in shipped.files(listed)}
    if not found:
        raise usage(f"There is no YAML file in {', '.join(map(str, listed))}.")
    return found


def base(against: str | None, given: Iterable[Document]) -> list[Document]:
    """The documents that complete the given ones, policy tests included. Of what a release has
    only one, the given one is kept."""
    own = list(given)
    single = {_single(each) for each in own} - {""}
    if against == "nothing" or (against is None and len(single) == _SINGLE):
        return []
    found = in_force(clock.now()) if against == "in-force" else _shipped()
    new = {(each.kind, each.metadata.name) for each in own}
    return [
        each
        for each in found
        if (each.kind, each.metadata.name) in new or _single(each) not in single
    ]


_SINGLE: Final = 4


def _single(document: Document) -> str:
    """What a release has one of, if this is such a document."""
    if document.kind == "Taxonomy":
        return "report" if document.spec.report is not None else ""
    return document.kind if document.kind in ONE_OF_EACH else ""


def _shipped() -> list[Document]:
    return [document for document, _ in shipped.load([shipped.DIRECTORY])]


def in_force(at: datetime) -> list[Document]:
    return [releases.document(version) for version in releases.versions_at(at)]


def readable(files: Mapping[str, bytes]) -> list[Document]:
    """The documents of those files that have no problem by themselves."""
    readings = (documents.read(text, path=path) for path, text in files.items())
    return [each.document for each in readings if each.document is not None]


def read(files: Mapping[str, bytes]) -> list[Document]:
    """The documents of the files. Raises CommandError with the first problem of each."""
    readings = [documents.read(text, path=path) for path, text in files.items()]
    if problems := [each.problems[0] for each in readings if each.document is None]:
        raise CommandError("\n".join(line(problem, "text") for problem in problems))
    return [each.document for each in readings if each.document is not None]


def line(problem: Problem, form: str) -> str:
    """One finding as a line that a person, or GitHub, reads."""
    text = f"{problem.message} {problem.hint}".strip()
    if form == "github":
        place = f"file={problem.path},line={problem.line},col={problem.column}"
        return f"::error {place},title={problem.code}::{_annotation(text)}"
    return f"{problem.path}:{problem.line}:{problem.column}: {problem.code}: {text}"


def instant(text: str) -> datetime:
    """An RFC 3339 instant with offset, or a date, which is its first instant in UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise usage(f"{text!r} is neither a date nor an RFC 3339 instant.") from None
    if found.tzinfo is None:
        if len(text) != len("2026-11-22"):
            raise usage(f"{text!r} has no offset. Write 2026-11-22T09:00:00Z.")
        return found.replace(tzinfo=UTC)
    return found


def actor(variable: str, scope: str, at: datetime) -> Actor:
    """The API key in an environment variable, so that a command is somebody's word as a request
    is. The functions behind decide what its person may do."""
    plain = env.text(variable, "")
    if not plain:
        raise usage(f"Give the API key of whoever does this in {variable}.")
    found = keys.find(plain, at=at)
    if found is None:
        raise usage(f"The API key in {variable} is not known, revoked or expired.")
    if scope not in found.scopes:
        raise usage(f"The API key in {variable} lacks the scope {scope}.")
    return Actor("api_key", found.prefix)


def _annotation(text: str) -> str:
    """GitHub's workflow commands end at the line and read % as an escape."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
