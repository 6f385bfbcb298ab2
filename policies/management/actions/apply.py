"""Files become drafts in review; a second person's key approves them in the same step."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Final

from django.core.management.base import CommandError

from governance import clock
from governance.accounts.roles import POLICIES_APPROVE, POLICIES_WRITE
from governance.errors import BylawError
from policies import plans
from policies.errors import PolicyProblems
from policies.management.actions import plan
from policies.management.actions.action import (
    FINDINGS,
    FINE,
    Options,
    Say,
    actor,
    add_paths,
    instant,
    line,
    read,
    texts,
)

AUTHOR: Final = "BYLAW_API_KEY"
APPROVER: Final = "BYLAW_APPROVER_KEY"
HELP: Final = f"draft and submit what is new, as the person behind the key in {AUTHOR}"


def add(parser: ArgumentParser) -> None:
    add_paths(parser)
    parser.add_argument(
        "--from",
        dest="effective_from",
        metavar="INSTANT",
        help="in force from this date (its first instant in UTC) or RFC 3339 instant",
    )
    parser.add_argument("--comment", default="", help="what changes and why, for the approver")
    parser.add_argument(
        "--approve",
        action="store_true",
        help=f"also approve, as the person behind the key in {APPROVER}, who is no author",
    )
    parser.add_argument(
        "--reassess-open",
        action="store_true",
        help="with --approve: decide open incidents anew once this is in force",
    )


def run(options: Options, say: Say) -> int:
    at = clock.now()
    files = texts(options["paths"])
    begin = options["effective_from"]
    try:
        applied = plans.apply(
            list(zip(read(files), files, strict=True)),
            by=actor(AUTHOR, POLICIES_WRITE, at),
            at=at,
            comment=options["comment"],
            effective_from=instant(begin) if begin else None,
            approve=_approval(options, at),
        )
    except PolicyProblems as error:
        for problem in error.problems:
            say(line(problem, "text"))
        say("Nothing was applied.")
        return FINDINGS
    except BylawError as error:
        raise CommandError(f"Nothing was applied. {error.message}") from error
    plan.tell(applied.plan, say)
    _tell(applied, say)
    return FINE


def _approval(options: Options, at: datetime) -> plans.Approval | None:
    if not options["approve"]:
        return None
    reassess = "open_incidents" if options["reassess_open"] else "none"
    return plans.Approval(
        actor(APPROVER, POLICIES_APPROVE, at), comment=options["comment"], reassess=reassess
    )


def _tell(applied: plans.Applied, say: Say) -> None:
    for version in applied.submitted:
        say(f"submitted  {version}  {version.id}")
    for version in applied.approved:
        say(f"approved   {version}  in force from {version.effective_from:%Y-%m-%d %H:%M:%S} UTC")
    if not applied.changed:
        say("Nothing changed.")
