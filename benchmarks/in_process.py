"""Reports through the WSGI application of this very process, sampled; for `breakdown`.

Reads `{"api_key", "body", "seconds"}` from standard input, writes what it found to standard output,
both JSON. The environment is that of the service.
"""

import io
import json
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from django.db import connection

from benchmarks.reports import varied
from benchmarks.sampler import Places, sampling
from benchmarks.statements import FIRST, LAST
from governance.wsgi import application

_WARM_UP: Final = 50

_STEPS: Final[Places] = {
    ("/governance/clock.py", "now"): "ask PostgreSQL for the time",
    ("/governance/ledger/ledger.py", ""): "ledger entries",
    ("/django/db/transaction.py", "__exit__"): "commit",
    ("/governance/api/authentication.py", "authenticate"): "find the API key",
    ("/incidents/stages/intake.py", "store"): "store the submission",
    ("/incidents/stages/intake.py", "claim"): "claim the submission",
    ("/policies/releases.py", ""): "find the policies in force",
    ("/policies/reports.py", ""): "check the report",
    ("/incidents/stages/classification.py", "classify"): "decide",
    ("/incidents/stages/classification.py", "keep"): "store the decision",
    ("/incidents/stages/intake.py", ""): "store the incident",
    ("/incidents/stages/moments.py", ""): "store the moments",
    ("/incidents/stages/obligations.py", ""): "duties, clocks and their timers",
    ("/incidents/timetable.py", "store"): "duties, clocks and their timers",
    ("/incidents/stages/escalation.py", ""): "set the escalation",
    ("/incidents/stages/calling.py", "tell"): "word and queue the messages",
    ("/incidents/api/incidents.py", "created"): "make the answer",
    ("/rest_framework/response.py", ""): "render the answer",
    ("/rest_framework/views.py", "dispatch"): "REST framework, besides",
    ("/django/core/handlers/", ""): "middleware, besides",
    ("/django_structlog/", ""): "request log",
    ("/django/db/backends/postgresql/base.py", ""): "take and return the connection",
}
_LAYERS: Final[Places] = {
    ("/psycopg_pool/", ""): "connection pool",
    ("/psycopg/connection.py", "wait"): "waiting for PostgreSQL",
    ("/psycopg/client_cursor.py", "_execute_send"): "waiting for PostgreSQL",  # it runs at once
    ("/psycopg/", ""): "psycopg: binding and reading",
    ("/django/db/", ""): "Django's ORM",
    ("/rest_framework/", ""): "Django REST framework",
    ("/django_structlog/", ""): "logging",
    ("/structlog/", ""): "logging",
    ("/logging/", ""): "logging",
    ("/django/", ""): "Django's request handling",
    ("/rfc8785/", ""): "canonical JSON",
    ("/policies/", ""): "policies",
    ("/incidents/", ""): "incidents",
    ("/governance/canonical.py", ""): "canonical JSON",
    ("/governance/", ""): "governance",
}


def main() -> int:
    given = json.load(sys.stdin)
    report = _reporter(given["api_key"], given["body"])
    for _ in range(_WARM_UP):
        report()
    count, wall, cpu = _timed(report, given["seconds"] / 2)
    with sampling() as samples:
        _timed(report, given["seconds"] / 2)
    _logged(report)
    found = {
        "reports": count,
        "wall": wall,
        "cpu": cpu,
        "steps": samples.divided(_STEPS),
        "layers": samples.divided(_LAYERS),
    }
    json.dump(found, sys.stdout)
    return 0


def _timed(report: Callable[[], None], seconds: float) -> tuple[int, float, float]:
    """(reports, milliseconds a report by the clock, milliseconds of our own CPU time a report)"""
    count, start, cpu = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() < start + seconds:
        report()
        count += 1
    took, burnt = time.perf_counter() - start, time.process_time() - cpu
    return count, took / count * 1000, burnt / count * 1000


def _logged(report: Callable[[], None]) -> None:
    """One report whose statements PostgreSQL writes to its log, whichever connection it takes."""
    _execute("ALTER SYSTEM SET log_min_duration_statement = 0")
    _execute("SELECT pg_reload_conf()")
    for _ in range(_WARM_UP):  # sessions read the setting between statements, once they hear of it
        report()
    _execute(f"SELECT '{FIRST}'")
    report()
    _execute(f"SELECT '{LAST}'")


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _reporter(api_key: str, body: dict[str, Any]) -> Callable[[], None]:
    count = 0

    def report() -> None:
        nonlocal count
        count += 1
        _post(api_key, varied(body, client=0, count=count))

    return report


def _post(api_key: str, body: bytes) -> None:
    answered: list[str] = []

    def start(status: str, _headers: Any, _exception: Any = None) -> Callable[[bytes], object]:
        answered.append(status)
        return io.BytesIO().write

    response = application(_environ(api_key, body), start)
    try:
        content = b"".join(response)
    finally:
        close: Callable[[], None] | None = getattr(response, "close", None)
        if close is not None:
            close()
    if not answered[0].startswith("201"):
        raise SystemExit(f"{answered[0]} {content[:500]!r}")


def _environ(api_key: str, body: bytes) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/api/v1/incidents",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_AUTHORIZATION": f"Bearer {api_key}",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


if __name__ == "__main__":
    sys.exit(main())
