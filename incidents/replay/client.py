"""Sending reports to the REST API, as an outside tool would."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import httpx

from incidents.replay.record import Replayed

ATTEMPTS: Final = 7
_LONGEST_WAIT: Final = 30.0  # seconds
_REPLAYED: Final = "Idempotency-Replayed"


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ALREADY_THERE = "already there"
    FAILED = "failed"


@dataclass(frozen=True)
class Answer:
    """What became of one record. `content` is the body of the last answer, or `{"code": …,
    "detail": …}` where none came."""

    record: str
    outcome: Outcome
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Statistics:
    """What the service says that it holds; `submissions` in whatever state, judged or not."""

    submissions: int
    rejected: int
    incidents: int


class StatisticsError(Exception):
    """The service does not answer with its statistics."""


class Client:
    """`http` carries base address and API key; `sleep` waits between attempts."""

    def __init__(self, http: httpx.Client, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._http = http
        self._sleep = sleep

    def report(self, record: Replayed) -> Answer:
        """Send one report until the service decides on it, at most ATTEMPTS times."""
        content: Mapping[str, Any] = {}
        for attempt in range(1, ATTEMPTS + 1):
            try:
                response = self._http.post(
                    "/api/v1/incidents",
                    json=record.body,
                    headers={"Idempotency-Key": record.idempotency_key},
                )
            except httpx.TransportError as error:
                content = {"code": "unreachable", "detail": f"{type(error).__name__}: {error}"}
                wait = _backoff(attempt)
            else:
                content = _content(response)
                if not _to_be_retried(response, content):
                    return Answer(record.id, _outcome(response, content), content)
                wait = _asked_wait(response) or _backoff(attempt)
            if attempt < ATTEMPTS:
                self._sleep(wait)
        return Answer(record.id, Outcome.FAILED, content)

    def statistics(self) -> Statistics:
        """Raises StatisticsError."""
        try:
            response = self._http.get("/api/v1/statistics")
            response.raise_for_status()
            data = response.json()
            submissions = data["submissions"]
            return Statistics(
                submissions=sum(int(count) for count in submissions.values()),
                rejected=int(submissions["rejected"]),
                incidents=int(data["incidents"]),
            )
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise StatisticsError(f"GET {self._http.base_url}api/v1/statistics: {error}") from error


def send(client: Client, records: Iterable[Replayed], *, clients: int) -> Iterator[Answer]:
    """The answers in the order in which they come, with at most `clients` reports under way."""
    with ThreadPoolExecutor(max_workers=clients) as pool:
        pending = [pool.submit(client.report, record) for record in records]
        for done in as_completed(pending):
            yield done.result()


def _to_be_retried(response: httpx.Response, content: Mapping[str, Any]) -> bool:
    waiting = response.status_code == 409 and content.get("code") == "in-progress"
    return response.status_code == 429 or response.status_code >= 500 or waiting


def _outcome(response: httpx.Response, content: Mapping[str, Any]) -> Outcome:
    # The simulated moment moves with the clock, so a later run sends another body for the same key.
    if content.get("code") == "idempotency-key-reused":
        return Outcome.ALREADY_THERE
    if response.headers.get(_REPLAYED) == "true":
        return Outcome.ALREADY_THERE
    if response.status_code == 201:
        return Outcome.ACCEPTED
    # Only a kept report counts as rejected: the service names the submission that keeps it.
    return Outcome.REJECTED if content.get("submission") else Outcome.FAILED


def _content(response: httpx.Response) -> Mapping[str, Any]:
    try:
        found = response.json()
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    return {"code": f"http-{response.status_code}", "detail": response.text[:200]}


def _asked_wait(response: httpx.Response) -> float | None:
    asked = response.headers.get("Retry-After", "")
    return min(float(asked), _LONGEST_WAIT) if asked.isdigit() else None


def _backoff(attempt: int) -> float:
    """Half a second, doubled with each attempt."""
    return float(min(0.5 * 2 ** (attempt - 1), _LONGEST_WAIT))
