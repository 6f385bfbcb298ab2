"""The parts of `deadlines` that run inside the service's own settings, each a process of its own.

Reads `{"do": NAME, …}` from standard input, writes what it found to standard output, both JSON;
progress goes to standard error.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import django

from benchmarks.simulating import Bar

_WARM_UP: Final = 20


def fill(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """One report and its copies, until there are so many open clocks. The first administrator
    holds every role and is told of everything."""
    from benchmarks.open_clocks import copy  # noqa: PLC0415
    from governance import clock  # noqa: PLC0415
    from governance.ledger import ledger  # noqa: PLC0415
    from incidents import flow  # noqa: PLC0415
    from incidents.clocks import UNFINISHED  # noqa: PLC0415
    from incidents.models import Clock, Timer  # noqa: PLC0415
    from incidents.stages.intake import Sent  # noqa: PLC0415

    began = time.perf_counter()
    by, at = ledger.system("benchmark"), clock.now()
    body = given["body"]
    sent = Sent(json.dumps(body).encode(), "application/json", by)
    incident = flow.report(sent, body, at=at).incident
    open_each = incident.clocks.filter(state__in=UNFINISHED).count()
    copies = -(-given["clocks"] // open_each)
    bar = Bar("Copied   ")
    copy(incident, copies, told=lambda done: bar.show(done, copies))
    return {
        "seconds": time.perf_counter() - began,
        "incidents": copies + 1,
        "open_clocks": Clock.objects.filter(state__in=UNFINISHED).count(),
        "pending_timers": Timer.objects.filter(state=Timer.State.PENDING).count(),
    }


def idle(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Sweeps and claims of the outbox with nothing due, seconds each; and the plan."""
    from django.db import transaction  # noqa: PLC0415

    from governance import clock  # noqa: PLC0415
    from governance.outbox import outbox  # noqa: PLC0415
    from incidents import firing, sweep  # noqa: PLC0415

    with transaction.atomic():
        due = firing._due(clock.now())[: firing.BATCH]
        plan = due.explain(analyze=True, buffers=True)
    return {
        "due": _timed(lambda: firing.fire_due(by=sweep.SWEEP, at=clock.now()), given["rounds"]),
        "sweep": _timed(lambda: sweep.run(at=clock.now()), given["rounds"]),
        "claim": _timed(lambda: outbox.claim(at=clock.now(), limit=50), given["rounds"]),
        "plan": plan,
    }


def _timed(act: Callable[[], object], rounds: int) -> list[float]:
    took = []
    for _ in range(rounds + _WARM_UP):
        before = time.perf_counter()
        act()
        took.append(time.perf_counter() - before)
    return took[_WARM_UP:]


_DUE: Final = """
WITH chosen AS (
    SELECT id, row_number() OVER (ORDER BY id) AS number FROM incidents_timer
    WHERE kind = 'overdue' AND state = 'pending' AND due_at > now() + interval '1 hour'
    ORDER BY id LIMIT %(count)s
)
UPDATE incidents_timer AS timer
SET due_at = now() + make_interval(secs => %(start)s + chosen.number * %(gap)s)
FROM chosen WHERE timer.id = chosen.id
RETURNING timer.id
"""


def due(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make `count` overdue timers due from `start` seconds from now on, `gap` seconds apart."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(_DUE, dict(given["due"]))
        return {"timers": [str(id_) for (id_,) in cursor.fetchall()]}


def fire(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Fire what is due from the wall-clock instant `start` on, until nothing is."""
    from governance import clock  # noqa: PLC0415
    from incidents import firing, sweep  # noqa: PLC0415

    firing.fire_due(by=sweep.SWEEP, at=clock.now())  # compiles the release before the clock runs
    time.sleep(max(0.0, given["start"] - time.time()))
    fired, ended = 0, given["start"]
    while count := firing.fire_due(by=sweep.SWEEP, at=clock.now()):
        fired, ended = fired + count, time.time()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"fired": fired, "ended": ended, "memory": memory}


def silence(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave nobody to tell: what remains is claiming, with its state, entries and next timer."""
    from governance.accounts.models import User  # noqa: PLC0415

    return {"people": User.objects.update(email="")}


_KEPT: Final = """
SELECT count(*) FILTER (WHERE timer.state = 'fired'),
       count(*) FILTER (WHERE entry.entries = 1), sum(message.messages)::int
FROM incidents_timer AS timer
CROSS JOIN LATERAL (
    SELECT count(*) AS entries FROM ledger_entry
    WHERE verb = 'timer.overdue' AND object_id = timer.clock_id::text
) AS entry
CROSS JOIN LATERAL (
    SELECT count(*) AS messages FROM outbox_message
    WHERE incident_id = timer.incident_id AND occasion = 'timer:' || timer.id::text
) AS message
WHERE timer.id = ANY(%(timers)s::uuid[])
"""


def kept(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """How many of `timers` are fired and have exactly one entry, and all their messages."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(_KEPT, {"timers": given["timers"]})
        fired, entries, messages = cursor.fetchone()
    return {"fired": fired, "entries": entries, "messages": messages}


_SENT: Final = """
SELECT message.id::text, extract(epoch FROM timer.due_at)::float
FROM incidents_timer AS timer JOIN outbox_message AS message
    ON message.incident_id = timer.incident_id AND message.occasion = 'timer:' || timer.id::text
WHERE timer.id = ANY(%(timers)s::uuid[])
"""


def sent(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Message → due time (seconds since the epoch) of the timer that it speaks for."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(_SENT, {"timers": given["timers"]})
        return dict(cursor.fetchall())


_PARTS: Final[Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]]] = {
    part.__name__: part for part in (fill, idle, due, fire, silence, kept, sent)
}


def main() -> int:
    django.setup()
    given = json.load(sys.stdin)
    json.dump(_PARTS[given["do"]](given), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
