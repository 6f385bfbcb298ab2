"""What `apply` would do with a directory."""

import json
from argparse import ArgumentParser
from typing import Final

from governance import clock
from policies import plans
from policies.management.actions.action import (
    FINDINGS,
    FINE,
    Options,
    Say,
    add_format,
    add_paths,
    read,
    texts,
)

HELP: Final = "show what apply would do; exit 1 when it could not be done"


def add(parser: ArgumentParser) -> None:
    add_paths(parser)
    add_format(parser, ("text", "json"))
    parser.add_argument(
        "--exit-code", action="store_true", help="exit 1 also when there is something to apply"
    )


def run(options: Options, say: Say) -> int:
    files = texts(options["paths"])
    pairs = list(zip(read(files), files, strict=True))
    planned = plans.plan(pairs, at=clock.now())
    if options["format"] == "json":
        record = {
            "changes": [change.as_dict() for change in planned.changes],
            "absent": list(planned.absent),
        }
        say(json.dumps(record, indent=2, default=str))
    else:
        tell(planned, say)
    if planned.conflicts or (options["exit_code"] and not planned.empty):
        return FINDINGS
    return FINE


def tell(planned: plans.Plan, say: Say) -> None:
    """One line a file, and what is in force without one."""
    for change in planned.changes:
        why = f"  {change.why}" if change.why else ""
        say(f"{change.outcome.replace('_', ' '):9}  {change.identity}{why}")
    for identity in planned.absent:
        say(f"{'no file':9}  {identity} is in force; apply leaves it alone")
    if planned.empty and not planned.conflicts:
        say("Nothing to apply.")
