"""Every list and board, asked for in this process as a client asks; for `lists`.

Reads `{"do", …}` and what the part takes from standard input, writes what it found to standard
output, both JSON; progress goes to standard error.
"""

import json
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import django

from benchmarks.simulating import Bar

#: Given the plan of its slowest statement from here on.
SLOW_MS: Final = 100.0


def fill(given: Mapping[str, Any]) -> Mapping[str, Any]:
    from benchmarks import years  # noqa: PLC0415
    from governance import clock  # noqa: PLC0415
    from governance.ledger import ledger  # noqa: PLC0415
    from incidents import flow  # noqa: PLC0415
    from incidents.stages.intake import Sent  # noqa: PLC0415

    began, body, count = time.perf_counter(), given["body"], given["incidents"]
    by = ledger.system("benchmark")
    sent = Sent(json.dumps(body).encode(), "application/json", by)
    incident = flow.report(sent, body, at=clock.now()).incident
    bar = Bar("Copied   ")
    years.fill(incident, count, told=lambda done: bar.show(done, count))
    return {"seconds": time.perf_counter() - began, "rows": _rows()}


def look(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """For each page: its milliseconds, those of its statements, how many those are, and the plan of
    the slowest where it takes long; and the seconds for which figures are counted beforehand."""
    from benchmarks import walk  # noqa: PLC0415
    from benchmarks.visitor import Visitor  # noqa: PLC0415

    visitor, counted = Visitor(given["api_key"]), _counted()
    asked = walk.pages(visitor) if given["walk"] else _pages(given["incidents"])
    return {"counted": counted, "pages": [visitor.look(page, given["rounds"]) for page in asked]}


def _counted() -> float:
    from governance import clock  # noqa: PLC0415
    from incidents.figures import counting, keeping  # noqa: PLC0415
    from incidents.figures.question import USUAL  # noqa: PLC0415

    began = time.perf_counter()
    while keeping.find(USUAL, USUAL.grouping, at=clock.now()).waits:
        if not counting.work():  # a worker is at it
            time.sleep(0.1)
    return time.perf_counter() - began


def _rows() -> Mapping[str, int]:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, reltuples::bigint FROM pg_class "
            "WHERE relkind = 'r' AND reltuples > 10000 AND relnamespace = 'public'::regnamespace"
        )
        return dict(cursor.fetchall())


def _pages(count: int) -> Sequence[str]:
    from governance import clock  # noqa: PLC0415

    at = clock.now()
    of = {
        "recent": (at - timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "old": (at - timedelta(days=700)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "soon": (at + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "reference": f"INC-{count // 2}",
        "rare": "api_key:00000007",
    }
    return [line.format(**of) for line in PAGES.split()]


PAGES: Final = """
/api/v1/incidents
/api/v1/incidents?state=open
/api/v1/incidents?state=closed
/api/v1/incidents?severity=SEV1
/api/v1/incidents?severity=SEV4
/api/v1/incidents?ordering=severity
/api/v1/incidents?ordering=-severity
/api/v1/incidents?state=open&severity=SEV1
/api/v1/incidents?state=closed&severity=SEV1&system=system-7
/api/v1/incidents?system=system-7
/api/v1/incidents?system=none
/api/v1/incidents?source=source-7
/api/v1/incidents?source=none
/api/v1/incidents?drill=true
/api/v1/incidents?acknowledged=false
/api/v1/incidents?acknowledged=true
/api/v1/incidents?state=open&acknowledged=false
/api/v1/incidents?since={recent}
/api/v1/incidents?until={old}
/api/v1/incidents?since={recent}&severity=SEV1
/api/v1/incidents?until={old}&state=open
/api/v1/clocks
/api/v1/clocks?state=running
/api/v1/clocks?owner=legal-counsel
/api/v1/clocks?owner=none
/api/v1/clocks?owner=legal-counsel&state=running
/api/v1/clocks?due_before={soon}&state=running
/api/v1/clocks?due_before={old}
/api/v1/clocks?shadow=true
/api/v1/clocks?incident={reference}
/api/v1/duties
/api/v1/duties?state=undetermined
/api/v1/duties?ordering=determine_by
/api/v1/duties?ordering=-closed_at
/api/v1/duties?state=open&owner=legal-counsel
/api/v1/duties?owner=none
/api/v1/duties?confirmation=unconfirmed
/api/v1/duties?policy=none
/api/v1/duties?shadow=true
/api/v1/duties?incident={reference}
/api/v1/timers
/api/v1/timers?state=pending
/api/v1/timers?kind=overdue
/api/v1/timers?kind=question
/api/v1/timers?state=pending&due_before={soon}
/api/v1/timers?due_since={recent}
/api/v1/timers?due_before={old}
/api/v1/timers?incident={reference}
/api/v1/submissions
/api/v1/submissions?status=rejected
/api/v1/submissions?status=received
/api/v1/submissions?actor={rare}
/api/v1/submissions?since={recent}
/api/v1/submissions?problem_code=invalid-report
/api/v1/submissions?problem_code=malformed-json
/api/v1/submissions?idempotency_key=none
/api/v1/messages
/api/v1/messages?state=dead
/api/v1/messages?state=pending
/api/v1/messages?channel=webhook
/api/v1/messages?destination=person-7@example.org
/api/v1/messages?incident={reference}
/api/v1/ledger/entries
/api/v1/ledger/entries?verb=incident.reported
/api/v1/ledger/entries?verb=none
/api/v1/ledger/entries?actor={rare}
/api/v1/ledger/entries?object_kind=duty
/api/v1/ledger/entries?readings=true
/api/v1/ledger/entries?readings=false
/api/v1/ledger/entries?since={recent}
/api/v1/ledger/entries?until={old}
/api/v1/changes
/api/v1/statistics
/
/incidents/incident/
/incidents/incident/?acknowledged=no
/incidents/incident/?acknowledged=yes
/incidents/incident/?severity=SEV1
/incidents/incident/?state__exact=open
/incidents/incident/?system=system-7
/incidents/incident/?drill__exact=1
/incidents/incident/?q={reference}
/incidents/incident/?q=assistant
/incidents/incident/?q=nothing
/incidents/incident/statistics/
/incidents/incident/statistics/board/
/incidents/clock/
/incidents/clock/?standing=overdue
/incidents/clock/?standing=at_risk
/incidents/clock/?standing=running
/incidents/clock/?standing=not_started
/incidents/clock/?standing=met
/incidents/clock/?standing=met_late
/incidents/clock/?owner=legal-counsel
/incidents/clock/?severity=SEV1
/incidents/clock/?duty__shadow__exact=0
/incidents/clock/?q={reference}
/incidents/clock/?q=nothing
/incidents/duty/
/incidents/duty/?state__exact=undetermined&shadow__exact=0
/incidents/duty/?confirmation__exact=unconfirmed&shadow__exact=0
/incidents/duty/?owner=legal-counsel
/incidents/duty/?severity=SEV1
/incidents/duty/?q={reference}
/incidents/timer/
/incidents/timer/?state=over
/incidents/timer/?state=fired
/incidents/timer/?kind__exact=overdue
/incidents/timer/?q={reference}
/incidents/submission/
/incidents/submission/?status__exact=rejected
/incidents/submission/?problem=malformed-json
/incidents/submission/?q={reference}
/incidents/submission/?q=nothing
/outbox/message/
/outbox/message/?state__exact=dead
/outbox/message/?channel=email
/outbox/message/?q={reference}
/outbox/message/?q=nothing
/ledger/entry/
/ledger/entry/?period=week
/ledger/entry/?readings=only
/ledger/entry/?verb=incident.reported
/ledger/entry/?actor_kind=user
/ledger/entry/?object_kind=duty
/ledger/entry/?q=nothing
"""


def main() -> int:
    django.setup()
    given = json.load(sys.stdin)
    parts = {"fill": fill, "look": look}
    json.dump(parts[given.pop("do")](given), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
