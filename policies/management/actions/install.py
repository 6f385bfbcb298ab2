"""Setting up: the shipped packs, or given files, as far as no version of a policy exists."""

from argparse import ArgumentParser
from typing import Final

from django.core.management.base import CommandError

from governance import clock
from governance.errors import BylawError
from policies import shipped, versions
from policies.errors import PolicyProblems
from policies.management.actions.action import FINE, Options, Say, add_paths, line, texts

HELP: Final = (
    "set up: put the shipped packs, or the given files, in force as far as no version of the "
    "policy exists; later changes take `apply` and a second person's approval"
)


def add(parser: ArgumentParser) -> None:
    add_paths(parser, least="*")


def run(options: Options, say: Say) -> int:
    if options["paths"]:
        texts(options["paths"])  # says which are missing
    try:
        pairs = shipped.load(options["paths"] or [shipped.DIRECTORY])
        outcomes = versions.install(pairs, at=clock.now())
    except PolicyProblems as error:
        lines = "\n".join(line(problem, "text") for problem in error.problems)
        raise CommandError(f"Nothing was installed.\n{lines}") from error
    except BylawError as error:
        raise CommandError(f"Nothing was installed. {error}") from error
    for outcome in outcomes:
        say(f"{outcome.outcome.replace('_', ' '):10} {outcome.identity}")
    return FINE
