"""Evidence packages: `python -m benchmarks.evidence`.

1. PostgreSQL with production durability and a prepared database, as the service has them
2. a breach under all shipped policies, amended, with files and drafted notices, is packaged again
   and again: the first time by a fresh process, then by one that has done it before
3. the audit trail grows to a tenth of `--entries` and then to all; each time a fresh process makes
   the package of the whole log, whose memory must not grow with it
4. every package is checked by check.py, alone in a bare interpreter
"""

import json
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import machine, parts
from benchmarks.figures import markdown
from benchmarks.server import Server


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(prog="python -m benchmarks.evidence", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="default: %(default)s")
    parser.add_argument("--entries", type=int, default=200_000, help="default: %(default)s")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure here too")
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="bylaw-benchmark-") as directory,
        Server(Path(directory)) as server,
    ):
        server.durability()
        body = server.try_out().body
        found: dict[str, Any] = {
            "machine": {"python": sys.version.split()[0], "cores": machine.cores()},
            "incident": parts.run(
                server, "packaging", step="incident", body=body, rounds=options.rounds
            ),
            "logs": [_log(server, entries) for entries in (options.entries // 10, options.entries)],
        }
    print(_text(found))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


def _log(server: Server, entries: int) -> dict[str, Any]:
    """Filling takes memory of its own, so a process of its own measures."""
    parts.run(server, "packaging", step="fill", entries=entries)
    found: dict[str, Any] = parts.run(server, "packaging", step="log")
    return found


def _text(found: dict[str, Any]) -> str:
    one = found["incident"]
    return "\n\n".join(
        (
            f"One incident: {one['entries']} entries, {one['policies']} policy texts, "
            f"{one['files']} files.",
            markdown(
                ["first s", "then, median s", "(least–most)", "MB", "check.py s"],
                [
                    (
                        f"{one['first']:.2f}",
                        f"{one['median']:.2f}",
                        f"({one['least']:.2f}–{one['most']:.2f})",
                        f"{one['size'] / 1e6:.2f}",
                        f"{one['check']:.2f}",
                    )
                ],
            ),
            markdown(
                ["entries of the log", "seconds", "entries/s", "MB", "memory +MB", "check.py s"],
                [
                    (
                        f"{each['entries']:,}",
                        f"{each['seconds']:.1f}",
                        f"{each['entries'] / each['seconds']:,.0f}",
                        f"{each['size'] / 1e6:.1f}",
                        f"{each['memory'] / 1e6:.0f}",
                        f"{each['check']:.1f}",
                    )
                    for each in found["logs"]
                ],
            ),
        )
    )


if __name__ == "__main__":
    sys.exit(main())
