"""The JSON Schemas of the kinds, so that editors complete and check while typing."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Final

from policies import schemas
from policies.documents import KINDS
from policies.management.actions.action import FINE, Options, Say

HELP: Final = "print the JSON Schema of a kind or of any document, or write them all"


def add(parser: ArgumentParser) -> None:
    parser.add_argument("kind", nargs="?", choices=list(KINDS), help="default: any of them")
    parser.add_argument("--into", type=Path, metavar="DIR", help="write one file a kind there")


def run(options: Options, say: Say) -> int:
    into: Path | None = options["into"]
    if into is None:
        kind = options["kind"]
        say(_text(schemas.of_kind(kind) if kind else schemas.of_any()))
        return FINE
    into.mkdir(parents=True, exist_ok=True)
    made = {"Policy": schemas.of_any(), **{name: schemas.of_kind(name) for name in KINDS}}
    for name, found in made.items():
        (into / f"{name}.schema.json").write_text(_text(found) + "\n", "utf-8")
    say(f"{len(made)} schemas in {into}.")
    return FINE


def _text(found: object) -> str:
    return json.dumps(found, indent=2, ensure_ascii=False)
