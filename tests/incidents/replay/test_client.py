from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from incidents.replay.client import ATTEMPTS, Client, Outcome, Statistics, StatisticsError, send
from incidents.replay.record import Replayed

RECORD = Replayed("aiid", "23", {"system": "x", "incident": {"title": "T"}}, ())
Handler = Callable[[httpx.Request], httpx.Response]


def client(handler: Handler, waits: list[float] | None = None) -> Client:
    http = httpx.Client(base_url="http://service", transport=httpx.MockTransport(handler))
    return Client(http, sleep=(waits if waits is not None else []).append)


def answering(*responses: httpx.Response) -> Handler:
    left: Iterator[httpx.Response] = iter(responses)
    return lambda request: next(left)


def problem(status: int, code: str, **extra: Any) -> httpx.Response:
    return httpx.Response(status, json={"code": code, **extra})


def test_a_report_goes_out_with_its_idempotency_key() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(201, json={})

    client(handler).report(RECORD)
    assert seen[0].url.path == "/api/v1/incidents"
    assert seen[0].headers["Idempotency-Key"] == "aiid-23"


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        (httpx.Response(201, json={"reference": "r"}), Outcome.ACCEPTED),
        (
            httpx.Response(201, json={}, headers={"Idempotency-Replayed": "true"}),
            Outcome.ALREADY_THERE,
        ),
        (problem(422, "idempotency-key-reused"), Outcome.ALREADY_THERE),
        (problem(422, "invalid-report", submission="s"), Outcome.REJECTED),
        (problem(403, "not-permitted"), Outcome.FAILED),
        (httpx.Response(404, text="<html>"), Outcome.FAILED),
    ],
)
def test_the_answer_says_what_became_of_a_report(
    response: httpx.Response, outcome: Outcome
) -> None:
    assert client(answering(response)).report(RECORD).outcome is outcome


@pytest.mark.parametrize(
    "trouble",
    [
        problem(429, "too-many-requests"),
        problem(500, "error"),
        problem(503, "error"),
        problem(409, "in-progress"),
    ],
)
def test_a_passing_trouble_is_tried_again(trouble: httpx.Response) -> None:
    found = client(answering(trouble, httpx.Response(201, json={}))).report(RECORD)
    assert found.outcome is Outcome.ACCEPTED


def test_a_lost_connection_is_tried_again() -> None:
    calls: list[int] = []

    def handler(request: httpx.Request) -> httpx.Response:
        calls.append(1)
        if len(calls) < 3:
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(201, json={})

    assert client(handler).report(RECORD).outcome is Outcome.ACCEPTED


def test_waits_double_with_each_attempt() -> None:
    waits: list[float] = []
    client(lambda request: problem(500, "error"), waits).report(RECORD)
    assert waits[:4] == [0.5, 1.0, 2.0, 4.0]


def test_the_wait_that_the_service_asks_for_is_kept() -> None:
    waits: list[float] = []
    asked = httpx.Response(429, json={}, headers={"Retry-After": "7"})
    client(answering(asked, httpx.Response(201, json={})), waits).report(RECORD)
    assert waits == [7.0]


def test_after_the_last_attempt_the_report_has_failed_with_the_last_reason() -> None:
    waits: list[float] = []
    found = client(lambda request: problem(500, "error"), waits).report(RECORD)
    assert found.outcome is Outcome.FAILED
    assert found.content["code"] == "error"
    assert len(waits) == ATTEMPTS - 1


def test_an_unreachable_service_is_named_as_the_reason() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    assert client(handler).report(RECORD).content["code"] == "unreachable"


def test_every_record_gets_an_answer_with_several_clients() -> None:
    records = [Replayed("aiid", str(number), {}, ()) for number in range(40)]
    found = send(client(lambda request: httpx.Response(201, json={})), records, clients=4)
    assert {answer.record for answer in found} == {str(number) for number in range(40)}


def test_statistics_are_read() -> None:
    data = {"submissions": {"accepted": 5, "rejected": 2, "received": 1}, "incidents": 5}
    found = client(answering(httpx.Response(200, json=data))).statistics()
    assert found == Statistics(submissions=8, rejected=2, incidents=5)


@pytest.mark.parametrize(
    "response", [httpx.Response(401, json={}), httpx.Response(200, json={}), httpx.Response(200)]
)
def test_statistics_that_cannot_be_read_are_an_error(response: httpx.Response) -> None:
    with pytest.raises(StatisticsError):
        client(answering(response)).statistics()
