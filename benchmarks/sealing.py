"""The parts of `ledger` that run inside the service's own settings, each a process of its own.

Reads `{"do": NAME, …}` from standard input, writes what it found to standard output, both JSON;
progress goes to standard error.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import django

from benchmarks.simulating import Bar

_BATCH: Final = 5_000
_WARM_UP: Final = 20


def write(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Reports with their ledger entries and without, in turns; seconds each."""
    from governance import clock  # noqa: PLC0415
    from governance.ledger import ledger  # noqa: PLC0415
    from incidents import flow  # noqa: PLC0415
    from incidents.stages.intake import Sent  # noqa: PLC0415

    body, by, kept = given["body"], ledger.system("benchmark"), ledger.append_all
    sent = Sent(json.dumps(body).encode(), "application/json", by)

    def nothing(*_events: object, **_given: object) -> Sequence[Any]:
        return ()

    took: dict[str, list[float]] = {"with": [], "without": []}
    for turn in range(2 * given["rounds"]):
        name = "with" if turn % 2 else "without"
        ledger.append_all = kept if turn % 2 else nothing
        began = time.perf_counter()
        flow.report(sent, body, at=clock.now())
        if turn >= 2 * _WARM_UP:
            took[name].append(time.perf_counter() - began)
    ledger.append_all = kept
    return took


def fill(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """So many entries, as those of a report are, committed and not sealed."""
    from django.db import connection, transaction  # noqa: PLC0415

    from governance import bulk, clock, ids  # noqa: PLC0415
    from governance.ledger import ledger  # noqa: PLC0415
    from governance.ledger.models import Entry  # noqa: PLC0415

    by, at, count = ledger.system("benchmark"), clock.now(), int(given["count"])
    like = list(Entry.objects.filter(incident_id__isnull=False).order_by("-id")[:7])
    bar = Bar("Written  ")
    for done in range(0, count, _BATCH):
        events = [_event(like[each % len(like)], ids.new()) for each in range(_BATCH)]
        with transaction.atomic():
            bulk.copy([ledger._entry(event, by, at, "", []) for event in events])
        bar.show(done + _BATCH, count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT avg(length(body))::float FROM ledger_entry")
        (length,) = cursor.fetchone()
    return {"length": length}


def _event(entry: Any, key: Any) -> Any:
    from governance.ledger.ledger import Event  # noqa: PLC0415

    record = json.loads(entry.body)
    return Event(entry.verb, entry.object_kind, key, key, record["before"], record["after"])


def seal(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Everything that waits, as the sequencer does it."""
    from governance import clock  # noqa: PLC0415
    from governance.ledger import sequencer  # noqa: PLC0415

    began, sealed, took = time.perf_counter(), 0, []
    while True:
        start = time.perf_counter()
        count = sequencer.seal(at=clock.now())
        if not count:
            break
        took.append(time.perf_counter() - start)
        sealed += count
    return {"sealed": sealed, "seconds": time.perf_counter() - began, "took": took}


def verify(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The whole log, on one core."""
    from governance.ledger.verification import walk  # noqa: PLC0415

    began, cpu = time.perf_counter(), time.process_time()
    going = walk.begin()
    found = walk.run(going)
    return {
        "entries": going.target,
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "findings": [str(each) for each in found.kept[:3]],
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


_PARTS: Final[Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]]] = {
    part.__name__: part for part in (write, fill, seal, verify)
}


def main() -> int:
    django.setup()
    given = json.load(sys.stdin)
    json.dump(_PARTS[given["do"]](given), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
