"""The audit trail at volume: `python -m benchmarks.ledger`.

1. PostgreSQL with production durability
2. reports with their entries and without, in turns: what the ledger costs on the write path
3. a million entries, sealed
4. all of them verified
"""

import json
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import machine, parts
from benchmarks.figures import markdown, percentile
from benchmarks.server import Server, ServerError


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(prog="python -m benchmarks.ledger", description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000, help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=400, help="reports; default: %(default)s")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure here too")
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="bylaw-benchmark-") as directory,
        Server(Path(directory)) as server,
    ):
        server.durability()
        found = {
            "write": parts.run(
                server, "sealing", do="write", rounds=options.rounds, body=server.try_out().body
            ),
            "filled": parts.run(server, "sealing", do="fill", count=options.entries),
            "sealed": parts.run(server, "sealing", do="seal"),
            "verified": parts.run(server, "sealing", do="verify"),
            "machine": {"python": sys.version.split()[0], "cores": machine.cores()},
        }
    if found["verified"]["findings"]:
        raise ServerError(f"The log is not sound: {found['verified']['findings']}")
    print(_text(found))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


def _text(found: Mapping[str, Any]) -> str:
    write, sealed, verified = found["write"], found["sealed"], found["verified"]
    one, other = median(write["with"]), median(write["without"])
    took = sorted(sealed["took"])
    return "\n\n".join(
        (
            markdown(
                ["a report", "with entries, ms", "without, ms", "ratio"],
                [
                    [
                        f"{len(write['with'])} each, p50",
                        f"{one * 1000:.2f}",
                        f"{other * 1000:.2f}",
                        f"{one / other:.2f}",
                    ]
                ],
            ),
            markdown(
                ["sealed", "seconds", "a second", "p50 ms a batch", "p99 ms"],
                [
                    [
                        f"{sealed['sealed']:,} of {found['filled']['length']:.0f} characters",
                        f"{sealed['seconds']:.1f}",
                        f"{sealed['sealed'] / sealed['seconds']:,.0f}",
                        *(f"{percentile(took, each) * 1000:.0f}" for each in (50, 99)),
                    ]
                ],
            ),
            markdown(
                ["verified", "seconds", "of it CPU here", "a second", "MB"],
                [
                    [
                        f"{verified['entries']:,}",
                        f"{verified['seconds']:.1f}",
                        f"{verified['cpu']:.1f}",
                        f"{verified['entries'] / verified['seconds']:,.0f}",
                        f"{verified['memory'] / 1e6:.0f}",
                    ]
                ],
            ),
        )
    )


if __name__ == "__main__":
    sys.exit(main())
