"""The policies in force as files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Final

from governance import clock
from governance.english import counted
from policies import exports
from policies.management.actions.action import FINE, Options, Say, instant, usage

HELP: Final = "write the policies in force as files, byte for byte, into an empty directory"


def add(parser: ArgumentParser) -> None:
    parser.add_argument("directory", type=Path)
    parser.add_argument("--at", metavar="INSTANT", help="in force then instead of now")


def run(options: Options, say: Say) -> int:
    into: Path = options["directory"]
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise usage(f"{into} is not an empty directory.")
    at = instant(options["at"]) if options["at"] else clock.now()
    files = exports.files(at)
    for path, text in files.items():
        (into / path).parent.mkdir(parents=True, exist_ok=True)
        (into / path).write_bytes(text.encode("utf-8"))
    say(
        f"{counted(len(files), 'file')} in {into}: the policies in force at "
        f"{at:%Y-%m-%d %H:%M:%S} UTC."
    )
    return FINE
