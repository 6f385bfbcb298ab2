"""The part of `evidence` that runs inside the service's own settings.

Reads one step from standard input, `{"step": "incident", "body", "rounds"}`, `{"step": "fill",
"entries"}` or `{"step": "log"}`, and writes what it found to standard output, both JSON.
"""

import json
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import django

from benchmarks.simulating import Memory

_FILES: Final = (200_000, 40_000)
_BATCH: Final = 10_000
_BUDGET: Final = timedelta(hours=1)


def main() -> int:
    django.setup()
    given = json.load(sys.stdin)
    steps: dict[str, Callable[..., dict[str, Any]]] = {
        "incident": _incident,
        "fill": _fill,
        "log": _log,
    }
    json.dump(steps[given.pop("step")](**given), sys.stdout)
    return 0


def _incident(body: dict[str, Any], rounds: int) -> dict[str, Any]:
    # Needs Django's settings, as does every import below.
    from governance import clock  # noqa: PLC0415
    from governance.ledger import ledger  # noqa: PLC0415
    from incidents.evidence import exports  # noqa: PLC0415

    incident = _story(body)
    by = ledger.system("benchmark")
    took, path = [], Path()
    for _ in range(rounds + 1):
        row = exports.of_incident(incident, by=by, at=clock.now())
        _seal()
        seconds, path = _made(row)
        took.append(seconds)
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
    return {
        "entries": _entries(incident),
        "policies": sum(name.endswith(".yaml") for name in names),
        "files": len(names),
        "first": took[0],
        "median": statistics.median(took[1:]),
        "least": min(took[1:]),
        "most": max(took[1:]),
        "size": path.stat().st_size,
        "check": _checked(path),
    }


def _entries(incident: Any) -> int:
    from incidents import selectors  # noqa: PLC0415

    return selectors.timeline(incident).count()


def _story(body: dict[str, Any]) -> Any:
    """Reported, amended twice, two files added, and the notices of its stages drafted."""
    from governance import clock  # noqa: PLC0415
    from governance.ledger import ledger  # noqa: PLC0415
    from incidents import correspondence, flow  # noqa: PLC0415
    from incidents.stages.attaching import Upload  # noqa: PLC0415
    from incidents.stages.intake import Sent  # noqa: PLC0415

    by = ledger.Actor("api_key", "00000000")
    sent = Sent(json.dumps(body).encode(), "application/json", by)
    incident = flow.report(sent, body, at=clock.now()).incident
    for people in (400, 4000):
        facts = {"impact": {"people_affected": people}}
        flow.amend(incident, facts, reason="We know more.", by=by, at=clock.now())
    for size in _FILES:
        upload = Upload(f"log-{size}.txt", "text/plain", b"a line of the log\n" * (size // 18))
        correspondence.attach(incident, upload, by=by, at=clock.now())
    for each in incident.clocks.filter(state="running"):
        correspondence.draft(each, by=by, at=clock.now())
    return incident


def _fill(entries: int) -> dict[str, Any]:
    """Entries of a usual size, until the log has so many."""
    from django.db import transaction  # noqa: PLC0415

    from governance import clock  # noqa: PLC0415
    from governance.ledger import ledger, log  # noqa: PLC0415

    _seal()
    found = log.latest()
    left = entries - (found.size if found is not None else 0)
    while left > 0:
        count = min(left, _BATCH)
        events = [
            ledger.Event("benchmark.written", "benchmark", str(number), after={"text": "x" * 300})
            for number in range(count)
        ]
        with transaction.atomic():
            ledger.append_all(events, by=ledger.system("benchmark"), at=clock.now())
        _seal()
        left -= count
    return {}


def _log() -> dict[str, Any]:
    from governance import clock  # noqa: PLC0415
    from governance.ledger import ledger  # noqa: PLC0415
    from incidents.evidence import exports  # noqa: PLC0415

    row = exports.of_log(by=ledger.system("benchmark"), at=clock.now())
    _seal()
    memory = Memory()
    before = memory.now()
    with memory.watched():
        seconds, path = _made(row)
    made = exports.one(row.id)
    return {
        "entries": made.checkpoint,
        "seconds": seconds,
        "size": path.stat().st_size,
        "memory": max(memory.own - before, 0),
        "check": _checked(path),
    }


def _made(row: Any) -> tuple[float, Path]:
    """In how many seconds, and where it is."""
    from incidents.evidence import exports, making  # noqa: PLC0415

    began = time.perf_counter()
    making.work(budget=_BUDGET)
    took = time.perf_counter() - began
    if (made := exports.one(row.id)).state != "done":
        raise SystemExit(f"The package was not made: {made.state} {made.error}")
    return took, exports.file(made)


def _seal() -> None:
    from governance import clock  # noqa: PLC0415
    from governance.ledger import sequencer  # noqa: PLC0415

    while sequencer.seal(at=clock.now()):
        pass


def _checked(path: Path) -> float:
    """In how many seconds check.py found nothing wrong."""
    from governance.ledger import keys  # noqa: PLC0415
    from incidents.evidence import package  # noqa: PLC0415

    script = Path(package.__file__).with_name("check.py")
    key = keys.public()[-1].text
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(script), str(path), "--key", key],
        capture_output=True,
        text=True,
        check=False,
    )
    if "WRONG" in done.stdout or done.returncode not in {0, 2}:
        raise SystemExit(done.stdout + done.stderr)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
