"""One client that reports incidents, one after another, over HTTP."""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any, Final

from benchmarks.crowd import Failed

_PATH: Final = "/api/v1/incidents"
_TIMEOUT_SECONDS: Final = 30.0


@dataclass(frozen=True)
class Reporter:
    """`body` is varied in its words only: every report opens the same duties and clocks.

    `keyed` sends a fresh Idempotency-Key with each report.
    """

    address: str
    api_key: str
    body: Mapping[str, Any]
    keyed: bool

    @contextmanager
    def open(self, number: int) -> Iterator[Callable[[], str]]:
        """Yields what reports once and returns the incident's reference.

        The connection is kept where the server keeps it; gunicorn's sync workers close it.
        """
        connection = HTTPConnection(self.address, timeout=_TIMEOUT_SECONDS)
        headers = {
            "Authorization": f"Bearer {self.api_key}",
            "Content-Type": "application/json",
        }
        count = 0

        def report() -> str:
            nonlocal count
            count += 1
            if self.keyed:
                headers["Idempotency-Key"] = str(uuid.uuid4())
            return _post(connection, varied(self.body, client=number, count=count), headers)

        try:
            yield report
        finally:
            connection.close()


def varied(body: Mapping[str, Any], *, client: int, count: int) -> bytes:
    told = body["incident"]
    incident = {
        **told,
        "title": f"{told['title']} ({client}/{count})",
        "narrative": f"{told['narrative']} Ticket {client * 1_000_003 + count}.",
    }
    return json.dumps({**body, "incident": incident}).encode()


def _post(connection: HTTPConnection, body: bytes, headers: Mapping[str, str]) -> str:
    try:
        connection.request("POST", _PATH, body, dict(headers))
        answer = connection.getresponse()
        content = answer.read()
    except (OSError, HTTPException) as error:
        connection.close()
        raise Failed(f"{type(error).__name__}: {error}") from error
    if answer.status != HTTPStatus.CREATED:
        raise Failed(f"{answer.status} {content[:300].decode(errors='replace')}")
    return str(answer.headers["Location"]).rpartition("/")[2]
