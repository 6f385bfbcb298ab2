"""Reports per second through the real server, beside the floor: `python -m benchmarks.reporting`.

1. PostgreSQL with production durability, Valkey, a prepared database, a key, gunicorn
2. one report on the quiet service, whose rows are read back: they are the floor's
3. for each number of clients, rounds of floor, service, service with Idempotency-Key
4. after each of them: nothing acknowledged is missing, and nothing else is there
"""

import json
import os
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg

from benchmarks import crowd, figures, floor, machine
from benchmarks.figures import Cost, Line, Round, Served
from benchmarks.machine import Machine
from benchmarks.reports import Reporter
from benchmarks.server import FLOOR_DATABASE, Server, TryOut
from governance.embedded.postgres import DATABASE

_WARM_UP_SECONDS: Final = 1.0
_WARM_UP_CLIENTS: Final = 8


class Lost(Exception):
    """What the database holds is not what was acknowledged."""


@dataclass
class Books:
    """What a database must hold: `before` any run, and the rows of all that was acknowledged.

    `exact`: every row of every table is counted; else incidents by name only, because a worker
    adds rows of its own.
    """

    url: str
    captured: floor.Captured
    before: dict[str, int]
    exact: bool
    acknowledged: int = 0

    def check(self, run: crowd.Run) -> None:
        """Raises Lost."""
        if run.errors:
            raise Lost(f"{len(run.errors)} attempts failed, the first with {run.errors[0]}")
        self.acknowledged += len(run.receipts)
        if missing := _missing(self.url, run.receipts):
            raise Lost(f"{missing} acknowledged incidents are not in the database.")
        found = floor.count(self.url, self.captured)
        wanted = {
            table: self.before[table] + rows * self.acknowledged
            for table, rows in self.captured.counts.items()
        }
        if self.exact and found != wanted:
            raise Lost(f"Acknowledged were {wanted} rows, found {found}.")


class Bench:
    """A running service, its floor, and the books on both."""

    def __init__(self, server: Server, options: Namespace) -> None:
        self._server = server
        self._options = options
        self._seconds: float = options.seconds
        self._given = server.try_out()
        self.captured = self._capture()
        self.machine = machine.look(options.directory, server.postgres.url("postgres"))
        self._floor_url = server.postgres.url(FLOOR_DATABASE)
        self._start()
        self._served = self._books(server.database_url, exact=not options.with_worker)
        self._floored = self._books(self._floor_url, exact=True)

    @property
    def web_workers(self) -> int:
        return len(psutil.Process(self._server.web.pid).children())

    def round(self, clients: int) -> Round:
        writer = floor.Writer(self._floor_url, self.captured)
        floored, floor_cost = self._run(writer, clients, self._floored)
        return Round(
            floored, floor_cost, [self._serve(clients, keyed=keyed) for keyed in (False, True)]
        )

    def _serve(self, clients: int, *, keyed: bool) -> Served:
        reporter = _reporter(self._server, self._given, keyed=keyed)
        return Served(*self._run(reporter, clients, self._served), keyed)

    def _run(self, task: crowd.Task, clients: int, books: Books) -> tuple[crowd.Run, Cost]:
        self._checkpoint()
        pids = (self._server.web.pid or 0, self._server.postgres.pid or 0)
        before = [machine.burnt(pid) for pid in pids]
        run = crowd.run(task, clients=clients, seconds=self._seconds)
        burnt = [machine.burnt(pid) - then for pid, then in zip(pids, before, strict=True)]
        books.check(run)
        web, postgres, client = (
            seconds / max(len(run.receipts), 1) * 1000 for seconds in (*burnt, run.cpu_seconds)
        )
        return run, Cost(web, postgres, client)

    def _capture(self) -> floor.Captured:
        """The rows of the second report: the first also pins the release and notes the key's use.

        The floor's database is a copy from that moment, which nobody may be connected to.
        """
        server = self._server
        server.start_web()
        with _reporter(server, self._given, keyed=False).open(0) as report:
            report()
            captured = floor.capture(server.database_url, report)
        server.web.stop()
        server.postgres.create(FLOOR_DATABASE, template=DATABASE)
        return captured

    def _start(self) -> None:
        server = self._server
        server.start_web()
        if self._options.with_worker:
            server.start_worker()
        for task in (
            _reporter(server, self._given, keyed=False),
            floor.Writer(self._floor_url, self.captured),
        ):
            crowd.run(task, clients=_WARM_UP_CLIENTS, seconds=_WARM_UP_SECONDS)

    def _books(self, url: str, *, exact: bool) -> Books:
        return Books(url, self.captured, floor.count(url, self.captured), exact)

    def _checkpoint(self) -> None:
        """So that nobody pays for the pages that the one before left dirty."""
        with psycopg.connect(self._server.postgres.url("postgres"), autocommit=True) as connection:
            connection.execute("CHECKPOINT")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    with tempfile.TemporaryDirectory(prefix="bylaw-benchmark-") as made:
        options.directory = Path(made)
        _say("Starting PostgreSQL, Valkey and gunicorn.")
        with Server(options.directory) as server:
            durability = server.durability()
            bench = Bench(server, options)
            ours, all_of_it = machine.burnt(os.getpid()), machine.busy()
            lines = _measure(bench, options)
            ours, all_of_it = machine.burnt(os.getpid()) - ours, machine.busy() - all_of_it
            found = {
                "machine": asdict(bench.machine),
                "durability": durability,
                "web_workers": bench.web_workers,
                "rows_per_report": bench.captured.counts,
                "columns_per_report": bench.captured.columns,
                "bytes_per_report": floor.size(server.database_url, bench.captured),
                "seconds": options.seconds,
                "rounds": options.rounds,
                "with_worker": options.with_worker,
                "others_share_of_cpu": max(all_of_it - ours, 0.0) / max(all_of_it, 1e-9),
                "lines": [asdict(line) for line in lines],
            }
    print(_text(bench.machine, found, lines))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


def _measure(bench: Bench, options: Namespace) -> list[Line]:
    lines = []
    for clients in options.clients:
        rounds = []
        for number in range(options.rounds):
            _say(f"{clients} clients, round {number + 1} of {options.rounds}.")
            rounds.append(bench.round(clients))
        lines += [figures.line(rounds, keyed=keyed) for keyed in (False, True)]
    return lines


def _text(on: Machine, found: dict[str, Any], lines: Sequence[Line]) -> str:
    rows: dict[str, int] = found["rows_per_report"]
    return "\n".join(
        (
            figures.table(lines),
            "",
            "CPU ms: a report's CPU time in web processes + PostgreSQL + the clients themselves.",
            f"Python {on.python}, PostgreSQL {on.postgres}, {on.system}, {on.cores} cores, "
            f"{found['web_workers']} gunicorn workers"
            f"{', Celery worker and beat' if found['with_worker'] else ''}.",
            f"Durability: {', '.join(f'{k} {v}' for k, v in found['durability'].items())}.",
            f"A flush of 8 KiB takes {on.flush:.2f} ms; a commit of one row {on.commit:.2f} ms, "
            f"{on.commit_unflushed:.2f} ms without the wait for the disk.",
            f"A report writes {sum(rows.values())} rows, {found['columns_per_report']} values, "
            f"{found['bytes_per_report']} bytes: "
            + ", ".join(f"{table} {count}" for table, count in rows.items())
            + ".",
            f"{found['rounds']} rounds of {found['seconds']:g} s each. Of all CPU time that the "
            f"machine spent, {found['others_share_of_cpu']:.0%} went to processes not ours.",
            "All attempts were answered 201; every row of every acknowledged report was found."
            if not found["with_worker"]
            else "All attempts were answered 201; every acknowledged incident was found.",
        )
    )


def _reporter(server: Server, given: TryOut, *, keyed: bool) -> Reporter:
    return Reporter(server.address, given.api_key, given.body, keyed)


def _missing(url: str, references: Sequence[str]) -> int:
    with psycopg.connect(url) as connection:
        statement = "SELECT count(*) FROM incidents_incident WHERE reference = ANY(%s)"
        found = connection.execute(statement, [list(references)]).fetchone()
    return len(references) - (found[0] if found else 0)


def _options(arguments: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser(prog="python -m benchmarks.reporting", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="a run (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    parser.add_argument(
        "--clients",
        type=lambda text: [int(part) for part in text.split(",")],
        default=[1, 8, 32],
        help="numbers of clients (default: 1,8,32)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure here too")
    parser.add_argument("--with-worker", action="store_true", help="Celery runs meanwhile")
    return parser.parse_args(arguments)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
