"""`manage.py ledger`: verify the log, show what it signs with, and what an operator must decide."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from governance import clock, english
from governance.errors import BylawError
from governance.ledger import keys, ledger, log, sequencer
from governance.ledger.notes import Unsigned, Verifier
from governance.ledger.verification import course
from governance.ledger.verification.course import Course

_BY = ledger.system("command-line")


class Command(BaseCommand):
    help = "The sealed audit trail. Exit code of verify: 0 sound, 1 findings, 2 wrong usage."

    def add_arguments(self, parser: Any) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        _verify(actions.add_parser("verify", help="check every entry, tile, checkpoint and object"))
        actions.add_parser("checkpoint", help="print the latest checkpoint")
        actions.add_parser("keys", help="print every key that the log was ever signed with")
        rotate = actions.add_parser("rotate-key", help="sign with a new key from now on")
        rotate.add_argument("--reason", required=True)
        rotate.add_argument("--lost", action="store_true", help="the present key is not there")
        resume = actions.add_parser(
            "resume", help="go on from a restored database that is older than what was signed"
        )
        resume.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['action'].replace('-', '_')}")(options)
        except BylawError as error:
            raise CommandError(error.message) from error

    def _verify(self, options: dict[str, Any]) -> None:
        begun = course.begin(_kept(options), [_key(text) for text in options["key"]])
        with _progress() as said:
            found = course.run(begun, said=said)
        if options["format"] == "json":
            self.stdout.write(json.dumps({"size": begun.walk.target, **found.as_dict()}, indent=2))
        else:
            for each in found.kept:
                self.stdout.write(str(each))
            if found.count > len(found.kept):
                self.stdout.write(f"and {found.count - len(found.kept):,} more")
            self.stdout.write(_verdict(begun))
        if found.count:
            sys.exit(1)

    def _checkpoint(self, options: dict[str, Any]) -> None:
        found = log.latest()
        if found is None:
            raise CommandError("Nothing is sealed yet; the worker does it within a second.")
        self.stdout.write(found.text, ending="")

    def _keys(self, options: dict[str, Any]) -> None:
        for each in keys.public():
            self.stdout.write(each.text)

    def _rotate_key(self, options: dict[str, Any]) -> None:
        reason, lost = options["reason"], options["lost"]
        made = keys.rotate(reason=reason, lost=lost, by=_BY, at=clock.now())
        self.stderr.write("It signs from the next checkpoint on. Give this to whoever verifies:")
        self.stdout.write(made.verifier)

    def _resume(self, options: dict[str, Any]) -> None:
        lost = sequencer.remembered()
        if not lost or log.follows(lost):
            raise CommandError("The database goes on from what was signed here; nothing to do.")
        sequencer.accept(reason=options["reason"], by=_BY, at=clock.now())
        self.stdout.write("It goes on from here. On record is the checkpoint that is lost:")
        self.stdout.write(lost, ending="")


def _verify(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        metavar="FILE",
        type=Path,
        help="a checkpoint that was kept elsewhere; repeat for more",
    )
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="VERIFIER",
        help="a key to trust, name+hash+key; without one, those that the log announces",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _kept(options: dict[str, Any]) -> list[str]:
    """Those given, and the one that was signed on this host last."""
    here = sequencer.remembered()
    try:
        given = [path.read_text() for path in options["checkpoint"]]
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"A checkpoint cannot be read: {error}", returncode=2) from error
    return [*given, *([here] if here else [])]


def _key(text: str) -> Verifier:
    try:
        return Verifier.read(text)
    except Unsigned as error:
        raise CommandError(str(error), returncode=2) from error


def _verdict(begun: Course) -> str:
    kept = len(begun.walk.kept)
    against = f"{english.counted(kept, 'checkpoint')} from outside the database"
    against = f" and agree with {against}" if kept else ""
    entries, objects = begun.walk.target, begun.done - begun.walk.target
    if begun.found.count:
        return f"{english.counted(begun.found.count, 'finding')} in {log.in_words(entries)}."
    return (
        f"Sound: {log.in_words(entries)} {'is' if entries == 1 else 'are'} what was sealed"
        f"{against}; {english.counted(objects, 'object')} {'is' if objects == 1 else 'are'} what "
        "the entries say."
    )


@contextmanager
def _progress() -> Iterator[Any]:
    """A bar on standard error, where somebody is watching."""
    console = Console(file=sys.stderr)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("Verifying", total=None)

        def said(going: Course) -> None:
            bar.update(task, description=going.at, completed=going.done, total=going.total)

        yield said
