"""Deadlines at volume: `python -m benchmarks.deadlines`.

1. PostgreSQL with production durability, and a database with a million open clocks
2. sweeps with nothing due, and the plan of their query
3. a hundred timers due a second, from due to handed over to SMTP, through worker and beat
4. ten thousand timers due at once, fired by two workers with everything that belongs to it: the
   entries, the timers that follow and a message each; and the same when there is nobody to tell
"""

import json
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks import machine, parts
from benchmarks.figures import markdown, percentile
from benchmarks.mail_sink import MailSink
from benchmarks.server import Server, ServerError

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
            "filled": parts.run(
                server, "sweeping", do="fill", clocks=options.clocks, body=server.try_out().body
            ),
            "idle": parts.run(server, "sweeping", do="idle", rounds=options.rounds),
            "lateness": _lateness(server, sink, options.rate, options.seconds),
            "at_once": _at_once(server, options.due, told=1),
            "untold": _untold(server, options.due),
            "machine": {"python": sys.version.split()[0], "cores": machine.cores()},
        }
    print(_text(found))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


# --- due at once ---------------------------------------------------------------------------------


def _untold(server: Server, count: int) -> Mapping[str, Any]:
    parts.run(server, "sweeping", do="silence")
    return _at_once(server, count, told=0)


def _at_once(server: Server, count: int, *, told: int, workers: int = 2) -> Mapping[str, Any]:
    wanted = {"count": count, "start": 0, "gap": 0}
    timers = parts.run(server, "sweeping", do="due", due=wanted)["timers"]
    start = time.time() + 6.0  # both are up by then
    running = [parts.start(server, "sweeping", do="fire", start=start) for _ in range(workers)]
    runs = [parts.answer(each) for each in running]
    kept = parts.run(server, "sweeping", do="kept", timers=timers)
    if kept != {"fired": count, "entries": count, "messages": told * count}:
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
    timers = parts.run(server, "sweeping", do="due", due=wanted)["timers"]
    time.sleep(5 + seconds)
    sink.drain(_PATIENCE)
    server.stop_background()
    due = parts.run(server, "sweeping", do="sent", timers=timers)
    late = sorted(sink.received[id_] - at for id_, at in due.items() if id_ in sink.received)
    if len(late) != len(timers):
        raise ServerError(f"{len(timers)} timers were due, {len(late)} messages came.")
    return {"count": len(late), "rate": rate, "late": late}


# --- words ---------------------------------------------------------------------------------------


def _text(found: Mapping[str, Any]) -> str:
    filled, idle, late = found["filled"], found["idle"], found["lateness"]["late"]
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
            markdown(
                ["due at once", "workers", "seconds", "a second", "MB a worker"],
                [
                    _rate("with a message each", found["at_once"]),
                    _rate("nobody to tell", found["untold"]),
                ],
            ),
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


def _rate(what: str, found: Mapping[str, Any]) -> list[str]:
    return [
        f"{found['count']:,}, {what}",
        str(len(found["runs"])),
        f"{found['seconds']:.2f}",
        f"{found['rate']:,.0f}",
        ", ".join(f"{run['memory'] / 1e6:.0f}" for run in found["runs"]),
    ]


def _times(what: str, took: Sequence[float]) -> list[str]:
    ascending = sorted(took)
    return [what, *(f"{percentile(ascending, each) * 1000:.2f}" for each in (50, 99, 100))]


if __name__ == "__main__":
    sys.exit(main())
