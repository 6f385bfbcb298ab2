"""Every problem of every file at once."""

import json
from argparse import ArgumentParser
from typing import Final

from django.utils import timezone

from governance.english import counted
from policies import lint
from policies.management.actions.action import (
    FINDINGS,
    FINE,
    Options,
    Say,
    add_against,
    add_format,
    add_paths,
    base,
    line,
    readable,
    texts,
)

HELP: Final = "report every problem of every file; exit 1 when there is one"


def add(parser: ArgumentParser) -> None:
    add_paths(parser)
    add_format(parser)
    add_against(parser)


def run(options: Options, say: Say) -> int:
    files = texts(options["paths"])
    found = lint.lint(
        files, base=base(options["against"], readable(files)), at=timezone.now()
    ).problems
    if options["format"] == "json":
        say(json.dumps([problem.as_dict() for problem in found], indent=2))
    else:
        for problem in found:
            say(line(problem, options["format"]))
    if options["format"] == "text":
        say(f"{counted(len(files), 'file')}, {counted(len(found), 'problem')}.")
    return FINDINGS if found else FINE
