"""A simulation over many stored incidents: `python -m benchmarks.simulation`.

1. PostgreSQL with production durability and a prepared database, as the service has them
2. incidents of all kinds are stored in bulk, see `stored_incidents`
3. a severity policy and an obligation policy change, see `changed_policies`; what every incident
   would get under them is found out, with one and with several processes
"""

import json
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.figures import markdown
from benchmarks.server import Server, ServerError
from governance import env


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(prog="python -m benchmarks.simulation", description=__doc__)
    parser.add_argument("--incidents", type=int, default=100_000, help="default: %(default)s")
    parser.add_argument(
        "--workers", default="2", help="processes, one run for each: 1,2 (default: %(default)s)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure here too")
    options = parser.parse_args(arguments)
    workers = [int(each) for each in options.workers.split(",")]
    with (
        tempfile.TemporaryDirectory(prefix="bylaw-benchmark-") as directory,
        Server(Path(directory)) as server,
    ):
        server.durability()
        found = _simulated(server, {"incidents": options.incidents, "workers": workers})
        found["machine"] = {"python": sys.version.split()[0], "cores": machine.cores()}
    print(_text(found))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


def _simulated(server: Server, told: dict[str, Any]) -> dict[str, Any]:
    """Progress passes through to our standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.simulating"],
        cwd=env.CHECKOUT,
        env=server.environment | {"DJANGO_SETTINGS_MODULE": "governance.settings"},
        input=json.dumps(told),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServerError("The simulation failed; see above.")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _text(found: dict[str, Any]) -> str:
    return "\n\n".join(
        (
            f"{found['incidents']:,} incidents, stored in {found['fill_seconds']:.0f} s.",
            markdown(
                ["workers", "seconds", "incidents/s", "changed", "MB", "MB each worker"],
                [_row(run) for run in found["runs"]],
            ),
            _counts(found["runs"][-1]["summary"]),
        )
    )


def _row(run: dict[str, Any]) -> list[str]:
    memory = run["memory"]
    return [
        str(run["workers"]),
        f"{run['seconds']:.1f}",
        f"{run['total'] / run['seconds']:,.0f}",
        f"{run['changed']:,}",
        f"{memory['own'] / 1e6:.0f}",
        ", ".join(f"{each / 1e6:.0f}" for each in memory["workers"]),
    ]


def _counts(summary: dict[str, Any]) -> str:
    levels = [(each["before"], each["after"], each["count"]) for each in summary["severities"]]
    duties = [
        (each["policy"], each["duty"], each["before"], each["after"], each["count"])
        for each in summary["duties"]
    ]
    dates = [
        (each["policy"], each["duty"], each["stage"], each["direction"], each["count"])
        for each in summary["dates"]
    ]
    return "\n\n".join(
        (
            markdown(["before", "after", "incidents"], levels),
            markdown(["policy", "duty", "before", "after", "incidents"], duties),
            markdown(["policy", "duty", "stage", "date", "incidents"], dates),
        )
    )


if __name__ == "__main__":
    sys.exit(main())
