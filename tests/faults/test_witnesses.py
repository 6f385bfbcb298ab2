"""Checkpoints leave the machine through real processes: the worker is killed in the middle, one of
the witnesses is down, and sealing goes on."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from governance.embedded import commands
from governance.ledger import notes
from tests.faults.test_poison_and_backlog import metric
from tests.live import time_stamps
from tests.live.stack import Stack, wait_for
from tests.live.time_stamps import TimeStampAuthority
from tests.live.web import WebServer

PATIENCE = 6


@pytest.fixture(scope="module")
def web() -> Iterator[WebServer]:
    server = WebServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimeStampAuthority]:
    made = TimeStampAuthority(tmp_path_factory.mktemp("authority") / "tsa")
    made.web.start()
    yield made
    made.web.stop()


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("share")


@pytest.fixture(scope="module")
def stack_settings(web: WebServer, tsa: TimeStampAuthority, share: Path) -> dict[str, str]:
    return {
        "BYLAW_OUTBOUND_ALLOW": f"{web.name},{tsa.web.name}",
        "BYLAW_WITNESS_FILE": f"{share}/",
        "BYLAW_WITNESS_FILE_SECONDS": "1",
        "BYLAW_WITNESS_WEBHOOK_URL": f"{web.url}/witness",
        "BYLAW_WITNESS_WEBHOOK_KEY": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
        "BYLAW_WITNESS_WEBHOOK_SECONDS": "1",
        "BYLAW_WITNESS_STDOUT": "yes",
        "BYLAW_WITNESS_TSA_URL": tsa.url,
        "BYLAW_WITNESS_TSA_ROOT": str(tsa.root),
        "BYLAW_WITNESS_TSA_SECONDS": "10",
        "BYLAW_WITNESS_PATIENCE_SECONDS": str(PATIENCE),
    }


def grow(stack: Stack) -> None:
    """One more entry."""
    stack.rows(
        "INSERT INTO ledger_entry (id, at, actor, verb, object_kind, object_id, request_id, body,"
        " digest) SELECT gen_random_uuid(), now(), actor, verb, object_kind, object_id, request_id,"
        " body, digest FROM ledger_entry LIMIT 1"
    )


def sealed(stack: Stack) -> int:
    ((size,),) = stack.rows("SELECT coalesce(max(size), 0) FROM ledger_checkpoint")
    return int(size)


def witnessed(stack: Stack, name: str) -> int:
    """The size of the last checkpoint that a witness has."""
    ((size,),) = stack.rows(
        "SELECT coalesce(max(checkpoint_id), 0) FROM ledger_witnessed"
        " WHERE witness = %s AND state = 'done'",
        name,
    )
    return int(size)


def caught_up(stack: Stack, name: str, least: int) -> bool:
    return wait_for(lambda: witnessed(stack, name) >= least, within=60)


def grown(stack: Stack) -> int:
    """The size of a checkpoint that is signed from now on."""
    before = sealed(stack)
    grow(stack)
    assert wait_for(lambda: sealed(stack) > before), stack.log("worker")
    return sealed(stack)


def asked(web: WebServer) -> list[dict[str, Any]]:
    return [json.loads(each.body) for each in web.asked]


def keys_of(stack: Stack) -> list[notes.Verifier]:
    rows = stack.rows("SELECT verifier FROM ledger_signingkey")
    return [notes.Verifier.read(each) for (each,) in rows]


@pytest.mark.parametrize("name", ["file", "webhook", "stdout", "tsa"])
def test_every_witness_is_given_a_checkpoint(stack: Stack, name: str) -> None:
    assert caught_up(stack, name, 1), stack.log("worker")


def test_what_is_on_the_share_is_signed(stack: Stack, share: Path) -> None:
    size = grown(stack)
    assert caught_up(stack, "file", size)
    last = sorted(share.iterdir())[-1].read_text()
    assert notes.trusted(last, keys_of(stack)).size >= size


def test_standard_output_is_the_workers_own(stack: Stack) -> None:
    """Not the log that Celery makes of it."""
    lines = [
        json.loads(line)
        for line in (stack.logs / "worker.log").read_text().splitlines()
        if line.startswith("{") and "ledger.checkpoint" in line
    ]
    assert notes.trusted(lines[0]["note"], keys_of(stack)).size == lines[0]["size"]


def test_a_time_stamp_from_the_database_is_verified_by_openssl(
    stack: Stack, tsa: TimeStampAuthority, tmp_path: Path
) -> None:
    ((note, receipt),) = stack.rows(
        "SELECT text, receipt FROM ledger_witnessed JOIN ledger_checkpoint ON size = checkpoint_id"
        " WHERE witness = 'tsa' AND state = 'done' LIMIT 1"
    )
    (tmp_path / "note").write_text(note)
    (tmp_path / "token").write_bytes(receipt)
    said = time_stamps.verified(tmp_path / "token", tmp_path / "note", root=tsa.root)
    assert said.stdout == "Verification: OK\n"


@contextmanager
def slow(web: WebServer) -> Iterator[None]:
    web.hold = 8
    try:
        yield
    finally:
        web.hold = 0.0


@contextmanager
def down(stack: Stack, web: WebServer) -> Iterator[None]:
    """Everything is well again afterwards."""
    web.status = 500
    try:
        yield
    finally:
        web.status = 200
        stack.wait_until_ready()


def count(stack: Stack, verb: str) -> int:
    return len(stack.rows("SELECT 1 FROM ledger_entry WHERE verb = %s", verb))


def test_while_one_is_waited_for_sealing_and_the_others_go_on(stack: Stack, web: WebServer) -> None:
    with slow(web):
        before = len(web.asked)
        first = grown(stack)
        assert wait_for(lambda: len(web.asked) > before)
        began = time.monotonic()
        assert grown(stack) > first
        assert time.monotonic() - began < 5
        assert witnessed(stack, "webhook") < first
    assert caught_up(stack, "webhook", first)


def test_a_worker_killed_while_one_is_given_a_checkpoint_gives_it_again(
    stack: Stack, web: WebServer
) -> None:
    with slow(web):
        before = len(web.asked)
        size = grown(stack)
        assert wait_for(lambda: len(web.asked) > before, within=60)
        stack.kill("worker")
    stack.start("worker")
    assert caught_up(stack, "webhook", size), stack.log("worker")
    sizes = [each["data"]["size"] for each in asked(web)[before:]]
    assert len(sizes) >= 2
    assert sizes == sorted(sizes)
    assert stack.rows(
        "SELECT 1 FROM ledger_witnessed WHERE witness = 'webhook' AND checkpoint_id = %s"
        " AND state = 'done'",
        sizes[1],
    ) == [(1,)]


def test_two_workers_give_each_checkpoint_once(stack: Stack, web: WebServer) -> None:
    stack.add("second", commands.here(commands.WORKER))
    stack.start("second")
    try:
        before = len(web.asked)
        last = [grown(stack) for _ in range(5)][-1]
        assert caught_up(stack, "webhook", last)
    finally:
        stack.stop("second")
    sizes = [each["data"]["size"] for each in asked(web)[before:]]
    assert len(sizes) == len(set(sizes))


def test_one_that_is_down_is_late_and_the_others_are_not(stack: Stack, web: WebServer) -> None:
    with down(stack, web):
        size = grown(stack)
        assert caught_up(stack, "file", size)
        assert wait_for(lambda: "lag" in stack.unready(), within=60)
        assert metric(stack, 'bylaw_lag_seconds{rows="witnessed"}') > PATIENCE
        assert metric(stack, 'bylaw_put_off{rows="witnessed"}') == 1
        assert metric(stack, 'bylaw_witnessed_entries{witness="webhook"}') < size
        assert caught_up(stack, "file", grown(stack))
    assert caught_up(stack, "webhook", size)


def test_that_it_failed_is_on_record_once_and_so_is_that_it_takes_something_again(
    stack: Stack, web: WebServer
) -> None:
    failing, recovered = (
        count(stack, f"ledger.witness_{each}") for each in ("failing", "recovered")
    )
    with down(stack, web):
        grow(stack)
        assert wait_for(lambda: count(stack, "ledger.witness_failing") > failing, within=60)
        time.sleep(PATIENCE)
    assert wait_for(lambda: count(stack, "ledger.witness_recovered") > recovered, within=60)
    assert count(stack, "ledger.witness_failing") == failing + 1
