"""Every list and board with very many incidents: `python -m benchmarks.lists`.

Fills a database with three years of incidents, then opens each list of the API and of the console,
with its filters, or with `--pages` one page of each kind of the console, in one process. Printed
are the milliseconds of the whole page, the number of its statements and their milliseconds; plans
of slow statements go to `--plans`.
"""

import json
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import parts
from benchmarks.figures import markdown
from benchmarks.server import Server


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(prog="python -m benchmarks.lists", description=__doc__)
    parser.add_argument("--incidents", type=int, default=1_000_000, help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=5, help="a page (default: %(default)s)")
    parser.add_argument(
        "--pages", action="store_true", help="one page of each kind that the console leads to"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure here too")
    parser.add_argument("--plans", type=Path, metavar="FILE", help="plans of slow statements")
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="bylaw-benchmark-") as directory,
        Server(Path(directory)) as server,
    ):
        given = server.try_out()
        filled = parts.run(
            server, "listing", do="fill", body=given.body, incidents=options.incidents
        )
        found = parts.run(
            server,
            "listing",
            do="look",
            api_key=given.api_key,
            incidents=options.incidents,
            rounds=options.rounds,
            walk=options.pages,
        )
    print(_text(filled, found["pages"]))
    if options.json:
        options.json.write_text(json.dumps({"filled": filled, **found}, indent=2) + "\n")
    if options.plans:
        options.plans.write_text(
            "\n\n".join(
                f"{each['page']}\n{each['plan']}" for each in found["pages"] if each["plan"]
            )
        )
    return 0


def _text(filled: Mapping[str, Any], pages: Sequence[Mapping[str, Any]]) -> str:
    rows = ", ".join(f"{name} {count:,}" for name, count in sorted(filled["rows"].items()))
    return "\n\n".join(
        (
            f"Filled in {filled['seconds']:.0f} s: {rows}.",
            markdown(
                ["page", "p50 ms", "max ms", "statements", "of it SQL ms"],
                [
                    (
                        f"`{each['page']}`",
                        f"{each['ms']:.0f}",
                        f"{each['max']:.0f}",
                        each["statements"],
                        f"{each['sql_ms']:.0f}",
                    )
                    for each in pages
                ],
            ),
        )
    )


if __name__ == "__main__":
    sys.exit(main())
