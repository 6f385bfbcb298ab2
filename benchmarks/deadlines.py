"""Deadlines at volume: `python -m benchmarks.deadlines`.

1. PostgreSQL with production durability, and a database with a million open clocks
2. sweeps with nothing due, and the plan of their query
3. ten thousand timers due at once, fired by two workers with everything that belongs to it
4. a hundred timers due a second, from due to handed over to SMTP, through worker and beat
"""

import json
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks import machine
from benchmarks.figures import markdown, percentile
from benchmarks.mail_sink import MailSink
from benchmarks.server import Server, ServerError
from governance import env

_PATIENCE: Final = 60.0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(prog="python -m benchmarks.deadlines", description=__doc__)
    parser.add_argument("--clocks", type=int, default=1_000_000, help="default: %(default)s")
    parser.add_argument("--due", type=int, default=10_000, help="due at once; default: %(default)s")
    parser.add_argument("--rate", type=int, default=100, help="due a second; default: %(default)s")
    parser.add_argument("--seconds", type=int, default=30, help="of that; default: %(default)s")
    parser.add_argument(
        "--rounds", type=int, default=1000, help="empty sweeps; default: %(default)s"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure here too")
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="bylaw-benchmark-") as directory,
        MailSink() as sink,
        Server(Path(directory)) as server,
    ):
        server.environment["SMTP_URL"] = sink.url
        server.durability()
        found = {
            "filled": _part(server, "fill", clocks=options.clocks, body=server.try_out().body),
            "idle": _part(server, "idle", rounds=options.rounds),
            "at_once": _at_once(server, options.due),
            "lateness": _lateness(server, sink, options.rate, options.seconds),
            "machine": {"python": sys.version.split()[0], "cores": machine.cores()},
        }
    print(_text(found))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


# --- due at once ---------------------------------------------------------------------------------


def _at_once(server: Server, count: int, workers: int = 2) -> Mapping[str, Any]:
    wanted = {"count": count, "start": 0, "gap": 0}
    timers = _part(server, "due", due=wanted)["timers"]
    start = time.time() + 6.0  # both are up by then
    running = [_start(server, "fire", start=start) for _ in range(workers)]
    runs = [_answer(each) for each in running]
    kept = _part(server, "kept", timers=timers)
    if set(kept.values()) != {count}:
        raise ServerError(f"{count} timers were due; of them {kept}")
    seconds = max(run["ended"] for run in runs) - start
    return {"count": count, "seconds": seconds, "rate": count / seconds, "runs": runs}


# --- lateness ------------------------------------------------------------------------------------


def _lateness(server: Server, sink: MailSink, rate: int, seconds: int) -> Mapping[str, Any]:
    """Seconds from due to accepted by the mail server, of every message."""
    server.start_web()
    server.start_worker(catcher=False)
    sink.drain(_PATIENCE)  # what the timers of before had to say
    wanted = {"count": rate * seconds, "start": 5, "gap": 1 / rate}
    timers = _part(server, "due", due=wanted)["timers"]
    time.sleep(5 + seconds)
    sink.drain(_PATIENCE)
    due = _part(server, "sent", timers=timers)
    late = sorted(sink.received[id_] - at for id_, at in due.items() if id_ in sink.received)
    if len(late) != len(timers):
        raise ServerError(f"{len(timers)} timers were due, {len(late)} messages came.")
    return {"count": len(late), "rate": rate, "late": late}


# --- processes -----------------------------------------------------------------------------------


def _part(server: Server, name: str, **given: Any) -> Any:
    return _answer(_start(server, name, **given))


def _start(server: Server, name: str, **given: Any) -> "subprocess.Popen[str]":
    part = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.sweeping"],
        cwd=env.CHECKOUT,
        env=server.environment | {"DJANGO_SETTINGS_MODULE": "governance.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if part.stdin is None:
        raise ServerError("The part has no standard input.")
    part.stdin.write(json.dumps({"do": name, **given}))
    part.stdin.close()
    part.stdin = None
    return part


def _answer(part: "subprocess.Popen[str]") -> Any:
    said, _ = part.communicate()
    if part.returncode:
        raise ServerError("A part of the measurement failed; see above.")
    return json.loads(said)


# --- words ---------------------------------------------------------------------------------------


def _text(found: Mapping[str, Any]) -> str:
    filled, idle, at_once = found["filled"], found["idle"], found["at_once"]
    late = found["lateness"]["late"]
    memory = ", ".join(f"{run['memory'] / 1e6:.0f}" for run in at_once["runs"])
    return "\n\n".join(
        (
            f"{filled['open_clocks']:,} open clocks of {filled['incidents']:,} incidents, "
            f"{filled['pending_timers']:,} pending timers; stored in {filled['seconds']:.0f} s.",
            markdown(
                ["nothing due", "p50 ms", "p99 ms", "max ms"],
                [
                    _times("look for due timers", idle["due"]),
                    _times("whole sweep", idle["sweep"]),
                    _times("look for due messages", idle["claim"]),
                ],
            ),
            idle["plan"],
            f"{at_once['count']:,} due at once, {len(at_once['runs'])} workers: "
            f"{at_once['seconds']:.2f} s, {at_once['rate']:,.0f} a second; MB a worker: {memory}.",
            markdown(
                [f"{found['lateness']['rate']} due a second", "p50 s", "p99 s", "max s"],
                [
                    [
                        f"{len(late):,} messages",
                        *(f"{percentile(late, each):.2f}" for each in (50, 99, 100)),
                    ]
                ],
            ),
        )
    )


def _times(what: str, took: Sequence[float]) -> list[str]:
    ascending = sorted(took)
    return [what, *(f"{percentile(ascending, each) * 1000:.2f}" for each in (50, 99, 100))]


if __name__ == "__main__":
    sys.exit(main())
