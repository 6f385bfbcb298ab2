"""The difference between two sets of policies by meaning."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Final

from governance import clock
from policies import diff, shipped
from policies.documents import Document
from policies.management.actions.action import (
    FINDINGS,
    FINE,
    Options,
    Say,
    add_format,
    in_force,
    read,
    texts,
)

HELP: Final = "say what differs in meaning between two files, directories or the policies in force"
_WHICH: Final = "a YAML file, a directory, `in-force` (on the service) or `shipped` (with Bylaw)"


def add(parser: ArgumentParser) -> None:
    parser.add_argument("before", help=_WHICH)
    parser.add_argument("after", help=_WHICH)
    add_format(parser, ("text", "json"))
    parser.add_argument("--exit-code", action="store_true", help="exit 1 when there is any")


def run(options: Options, say: Say) -> int:
    before, after = _documents(options["before"]), _documents(options["after"])
    changes = _compared(before, after)
    if options["format"] == "json":
        say(json.dumps([each.as_dict() for each in changes], indent=2, ensure_ascii=False))
    else:
        _tell(changes, say)
    return FINDINGS if changes and options["exit_code"] else FINE


def _compared(before: list[Document], after: list[Document]) -> tuple[diff.Change, ...]:
    """Two files are compared with each other even when the policy was given another name."""
    if len(before) == len(after) == 1 and before[0].kind == after[0].kind:
        return diff.documents(before[0], after[0])
    return diff.releases(before, after)


def _documents(which: str) -> list[Document]:
    match which:
        case "in-force":
            return in_force(clock.now())
        case "shipped":
            return [document for document, _ in shipped.load([shipped.DIRECTORY])]
        case _:
            return read(texts([Path(which)]))


def _tell(changes: tuple[diff.Change, ...], say: Say) -> None:
    for (document, subject), group in diff.grouped(changes).items():
        say(f"{document}{f', {subject}' if subject else ''}")
        for change in group:
            say(f"  {change.words}")
    if not changes:
        say("No difference in meaning.")
