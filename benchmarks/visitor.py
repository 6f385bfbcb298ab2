"""Somebody who opens pages: a tool with a key for addresses of the API, else a signed-in person."""

import statistics
import time
from collections.abc import Mapping
from typing import Any, Final

from django.db import connection
from django.test import Client

from governance.accounts.models import User

_SLOW_MS: Final = 50.0


class Visitor:
    """Everything is done in this process and goes through the whole of the service's middleware."""

    def __init__(self, api_key: str) -> None:
        self._tool = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {api_key}"})
        self._person = Client(SERVER_NAME="localhost")
        self._person.force_login(_reader())

    def look(self, page: str, rounds: int) -> Mapping[str, Any]:
        """The page's milliseconds (median), the number of its statements, their milliseconds, and
        the plan of the slowest where it is slow."""
        for _ in range(2):  # caches fill, and that it was read is on record for this hour
            self._open(page)
        took = [self._timed(page) for _ in range(rounds)]
        statements = self._statements(page)
        slowest = max(statements, key=lambda each: float(each["time"]), default=None)
        spent = sum(float(each["time"]) for each in statements) * 1000
        slow = slowest is not None and float(slowest["time"]) * 1000 > _SLOW_MS
        return {
            "page": page,
            "ms": statistics.median(took),
            "max": max(took),
            "statements": len(statements),
            "sql_ms": spent,
            "plan": _plan(slowest["sql"]) if slow and slowest else "",
        }

    def shown(self, page: str) -> str | None:
        """The page as its person sees it; None for what is not a page but a file or a way on."""
        answer = self._person.get(page)
        kind = answer.get("Content-Type", "")
        if answer.status_code == 200 and kind.startswith("text/html"):
            return str(answer.content.decode())
        if answer.status_code >= 400:
            raise SystemExit(f"{page}: {answer.status_code} {answer.content[:500]!r}")
        return None

    def _open(self, page: str) -> None:
        client = self._tool if page.startswith("/api/") else self._person
        answer = client.get(page)
        if answer.status_code != 200:
            raise SystemExit(f"{page}: {answer.status_code} {answer.content[:500]!r}")

    def _timed(self, page: str) -> float:
        before = time.perf_counter()
        self._open(page)
        return (time.perf_counter() - before) * 1000

    def _statements(self, page: str) -> list[dict[str, str]]:
        connection.force_debug_cursor = True
        connection.queries_log.clear()
        try:
            self._open(page)
            return list(connection.queries_log)
        finally:
            connection.force_debug_cursor = False


def _plan(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement}")
        return "\n".join([statement[:3000], *(line for (line,) in cursor.fetchall())])


def _reader() -> User:
    """Somebody who may read everything."""
    roles = ["compliance-officer", "auditor", "administrator"]
    found, _ = User.objects.get_or_create(
        username="benchmark", defaults={"roles": roles, "is_staff": True, "is_superuser": True}
    )
    return found
