"""The web process dies in the middle of taking a report: nothing that was stored is lost, and a
sender that had no answer and asks again gets one incident."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

import httpx
import pytest

from tests.faults import claim
from tests.faults.steps import LEDGER
from tests.flows.tool import Tool, outage
from tests.live.stack import Stack, wait_for

SUBMISSIONS = "incidents_submission"


@contextmanager
def dying(tool: Tool, stack: Stack, table: str, key: str) -> Iterator[None]:
    """A report that stands at its first write to `table` when web is killed."""
    failures: list[httpx.HTTPError] = []

    def send() -> None:
        try:
            tool.report(outage(), key=key)
        except httpx.HTTPError as error:
            failures.append(error)

    sender = threading.Thread(target=send)
    tool.get("/me")  # else what waits first, for a moment, is the entry of the key's first use
    with stack.locked(table):
        sender.start()
        assert stack.wait_until_blocked(), stack.log("web")
        stack.kill("web")
        sender.join(60)
    assert failures, "the report was answered although web is dead"
    try:
        yield
    finally:
        stack.start("web")
        stack.wait_until_ready()


def stored(stack: Stack, key: str) -> list[str]:
    rows = stack.rows("SELECT status FROM incidents_submission WHERE idempotency_key = %s", key)
    return [status for (status,) in rows]


def incidents(stack: Stack, key: str) -> int:
    return len(
        stack.rows(
            "SELECT incident_id FROM incidents_submission"
            " WHERE idempotency_key = %s AND incident_id IS NOT NULL",
            key,
        )
    )


@pytest.mark.parametrize(
    ("table", "kept"),
    # A statement that waits is carried out though its sender is dead, unless the server sees that.
    [(SUBMISSIONS, ([], ["received"])), (LEDGER, (["received"],))],
    ids=["storing", "judging"],
)
def test_whoever_asks_again_gets_one_incident(
    tool: Tool, stack: Stack, table: str, kept: Sequence[list[str]]
) -> None:
    key = str(uuid4())
    with dying(tool, stack, table, key):
        assert stored(stack, key) in kept
    first = tool.report(outage(), key=key)
    again = tool.report(outage(), key=key)
    assert first["reference"] == again["reference"]
    assert (stored(stack, key), incidents(stack, key)) == (["accepted"], 1)
    claim.check(stack)


def test_what_was_stored_becomes_an_incident_though_nobody_asks_again(
    tool: Tool, stack: Stack
) -> None:
    key = str(uuid4())
    with dying(tool, stack, LEDGER, key):
        assert stored(stack, key) == ["received"]
        stack.rewrite(  # a minute goes by
            "UPDATE incidents_submission SET received_at = received_at - interval '1 minute'"
            " WHERE idempotency_key = %s",
            key,
        )
    assert wait_for(lambda: incidents(stack, key), within=60) == 1, stack.log("worker")
    claim.check(stack)
