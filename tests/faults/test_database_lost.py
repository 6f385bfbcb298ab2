"""PostgreSQL restarts under load, and its connections are cut again and again, while reports come
in. What was answered with 201 is there afterwards; what had no answer, or an error, is sent again
under its key and is there once."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from governance.embedded.postgres import Postgres
from tests.faults import claim, steps
from tests.faults.disturbing import again_and_again
from tests.flows.tool import Tool, outage
from tests.live.stack import Stack, environment, manage, wait_for

SENDERS = 4
EACH = 12


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """One of its own, which flushes to disk as in production."""
    directory: Path = tmp_path_factory.mktemp("postgres")
    server = Postgres(directory / "data", log=directory / "postgres.log")
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def stack(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    directory = tmp_path_factory.mktemp("stack")
    manage(environment(directory, server.url()), "prepare")
    with Stack(directory, database_url=server.url()) as running:
        yield running


@dataclass
class Sent:
    """The references that came with a 201, and how often no answer or another one came."""

    answered: list[str] = field(default_factory=list)
    disturbed: int = 0


def insistent(tool: Tool, sent: Sent) -> str:
    """Send one report until it is answered with 201, as a careful sender does; returns its key."""
    key = str(uuid4())

    def send() -> bool:
        try:
            sent.answered.append(tool.report(outage(), key=key)["reference"])
        except (httpx.HTTPError, AssertionError):
            sent.disturbed += 1
            return False
        return True

    assert wait_for(send, within=120), f"{key} was never taken"
    return key


def reports(tool: Tool, sent: Sent) -> list[str]:
    with ThreadPoolExecutor(SENDERS) as pool:
        return list(pool.map(lambda _: insistent(tool, sent), range(SENDERS * EACH)))


def references(stack: Stack, keys: list[str]) -> list[str]:
    return [
        reference
        for (reference,) in stack.rows(
            "SELECT i.reference FROM incidents_submission s JOIN incidents_incident i"
            " ON i.id = s.incident_id WHERE s.idempotency_key = ANY(%s)",
            keys,
        )
    ]


def check(stack: Stack, keys: list[str], sent: Sent) -> None:
    assert sent.disturbed, "nobody noticed, so nothing was tried"
    found = references(stack, keys)
    assert len(found) == len(set(found)) == len(keys)
    assert set(sent.answered) == set(found)
    stack.wait_until_ready()
    claim.check(stack, within=120)


def test_connections_cut_again_and_again(tool: Tool, stack: Stack) -> None:
    sent = Sent()
    with again_and_again(stack.cut_connections):
        keys = reports(tool, sent)
    check(stack, keys, sent)


def test_restarted_at_once_without_a_shutdown(tool: Tool, stack: Stack, server: Postgres) -> None:
    sent = Sent()
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(reports, tool, sent)
        for _ in range(3):
            so_far = len(sent.answered)
            wait_for(lambda so_far=so_far: len(sent.answered) > so_far, within=20)  # type: ignore[misc]
            server.kill()  # as `pg_ctl stop -m immediate` does
            server.start()
        keys = sending.result()
    check(stack, keys, sent)


def test_away_together_with_the_broker(tool: Tool, stack: Stack, server: Postgres) -> None:
    """Every tick fails, and who runs tasks has much to tell just then."""
    for _ in range(5):
        server.kill()
        time.sleep(1)
        stack.stop_valkey()
        stack.start_valkey()
        time.sleep(1)
        server.start()
    (after,) = references(stack, [insistent(tool, Sent())])
    assert steps.told(stack, "executive@example.org", {after}), stack.log("worker")
    stack.wait_until_ready()
    claim.check(stack, within=120)
