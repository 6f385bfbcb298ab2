"""Where a report's time goes in one web process: `python -m benchmarks.breakdown`.

One process takes reports through its WSGI application, alone on a PostgreSQL with production
durability, and is sampled. Then PostgreSQL logs the statements of one report.
"""

import json
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.figures import markdown
from benchmarks.server import Server, ServerError
from benchmarks.statements import Statement, between_marks
from governance import env


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(prog="python -m benchmarks.breakdown", description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0, help="default: %(default)s")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure here too")
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="bylaw-benchmark-") as directory,
        Server(Path(directory)) as server,
    ):
        server.durability()
        found = _sampled(server, options.seconds)
        statements = between_marks(server.postgres_log.read_text())
    print(_text(found, statements))
    if options.json:
        listed = [{"ms": each.ms, "sql": each.text} for each in statements]
        options.json.write_text(json.dumps({**found, "statements": listed}, indent=2) + "\n")
    return 0


def _sampled(server: Server, seconds: float) -> dict[str, Any]:
    given = server.try_out()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.in_process"],
        cwd=env.CHECKOUT,
        env=server.environment,
        input=json.dumps({"api_key": given.api_key, "body": given.body, "seconds": seconds}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServerError(done.stderr[-4000:])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _text(found: Mapping[str, Any], statements: Sequence[Statement]) -> str:
    spent = sum(each.ms for each in statements)
    return "\n\n".join(
        (
            f"{found['reports']} reports, {found['wall']:.1f} ms each, "
            f"{found['cpu']:.1f} ms of it CPU time of the web process.",
            _shares(found["steps"], "step"),
            _shares(found["layers"], "where the process is"),
            f"{len(statements)} statements, {spent:.1f} ms in PostgreSQL:",
            markdown(
                ["number", "statement", "ms"],
                [(index, each.shape, f"{each.ms:.2f}") for index, each in enumerate(statements, 1)],
            ),
        )
    )


def _shares(seconds: Mapping[str, float], title: str) -> str:
    whole = sum(seconds.values())
    rows = [
        (label, f"{spent / whole:.1%}")
        for label, spent in sorted(seconds.items(), key=lambda item: -item[1])
    ]
    return markdown([title, "share"], rows)


if __name__ == "__main__":
    sys.exit(main())
