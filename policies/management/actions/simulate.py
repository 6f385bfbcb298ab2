"""What past incidents would have got, had the files been in force."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from governance import clock
from governance.english import counted
from governance.errors import BylawError
from policies import candidates, releases, simulation
from policies.errors import PolicyProblems
from policies.management.actions.action import (
    FINDINGS,
    FINE,
    Options,
    Say,
    add_format,
    add_paths,
    instant,
    line,
    read,
    texts,
    usage,
)
from policies.simulation import Effect, Selection, Summary
from policies.simulation.run import Progress as Report

HELP: Final = "say what stored incidents would get with these files in force; changes nothing"
#: Changed incidents that the text names one by one.
SHOWN: Final = 20


def add(parser: ArgumentParser) -> None:
    add_paths(parser)
    add_format(parser, ("text", "json"))
    parser.add_argument("--since", metavar="DATE", help="incidents reported from then on")
    parser.add_argument("--until", metavar="DATE", help="incidents reported before")
    parser.add_argument("--open", action="store_true", help="open incidents only")
    parser.add_argument("--workers", type=int, default=2, help="processes that share the work (2)")
    parser.add_argument(
        "--examples", type=int, default=100, help="changed incidents to keep for --format json"
    )


def run(options: Options, say: Say) -> int:
    at = clock.now()
    given = read(texts(options["paths"]))
    try:
        before = releases.in_force(at)
        after = candidates.release(at, given)
    except PolicyProblems as error:
        for problem in error.problems:
            say(line(problem, "text"))
        return FINDINGS
    except BylawError as error:
        raise usage(error.message) from error
    selection = Selection(
        since=instant(options["since"]) if options["since"] else None,
        until=instant(options["until"]) if options["until"] else None,
        only_open=options["open"],
    )
    with _progress() as progress:
        found = simulation.run(
            before,
            after,
            selection,
            workers=options["workers"],
            examples=options["examples"],
            progress=progress,
        )
    if options["format"] == "json":
        say(json.dumps(found.as_dict(), indent=2, ensure_ascii=False))
    else:
        _tell(found, say)
    return FINE


@contextmanager
def _progress() -> Iterator[Report]:
    """A bar on standard error, where somebody is watching."""
    console = Console(file=sys.stderr)
    columns = (TextColumn("Incidents"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("simulate", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _tell(found: Summary, say: Say) -> None:
    say(
        f"{counted(found.total, 'incident')}, {found.changed:,} would change, "
        f"{found.changed_open:,} of them open."
    )
    for (before, after), count in sorted(found.severities.items()):
        if before != after:
            say(f"  severity {before} → {after}: {count}")
    for (policy, duty, before, after), count in sorted(found.duties.items()):
        say(f"  {policy}, {duty}: {before} → {after}: {count}")
    for (policy, duty, stage, direction), count in sorted(found.dates.items()):
        say(f"  {policy}, {duty}, {stage}: due {_WHEN[direction]}: {count}")
    if found.invalid:
        say(f"  {counted(found.invalid, 'report')} would not be accepted any more")
    if found.unregistered:
        say(f"  {found.unregistered} name a system that a register does not know")
    for effect in found.examples[:SHOWN]:
        say(f"  {effect.reference}: {_words(effect)}")
    if found.changed > SHOWN:
        say(f"  and {found.changed - SHOWN} more")


_WHEN: Final = {"earlier": "earlier", "later": "later", "other": "otherwise"}


def _words(effect: Effect) -> str:
    parts = [f"{effect.before} → {effect.after}"] if effect.before != effect.after else []
    parts += [f"{each.duty} {each.before} → {each.after}" for each in effect.duties]
    parts += [f"{each.stage} of {each.duty} due {_WHEN[each.direction]}" for each in effect.dates]
    return ", ".join(parts)
