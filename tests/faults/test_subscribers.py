"""Subscribers on real processes: whatever dies, each event comes, in order, under one id."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.flows.tool import Tool, outage
from tests.live.stack import Stack, wait_for
from tests.live.web import WebServer

_SUBSCRIBE = """
from governance import clock
from governance.connectors.webhook import endpoints
from incidents.following import subscriptions
from incidents.following.subscriptions import Choice
from tests import factory
by, at = factory.person("maker", "administrator"), clock.now()
endpoint, _ = endpoints.create(name={name!r}, url={url!r}, by=by, at=at)
subscriptions.subscribe(endpoint, Choice({verbs!r}), by=by, at=at)
"""


@pytest.fixture(scope="module")
def web() -> Iterator[WebServer]:
    server = WebServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def stack_settings(web: WebServer) -> dict[str, str]:
    return {"BYLAW_OUTBOUND_ALLOW": web.name}


def subscribe(stack: Stack, web: WebServer, name: str, *verbs: str) -> None:
    command = _SUBSCRIBE.format(name=name, url=f"{web.url}/{name}", verbs=list(verbs))
    stack.manage("shell", "--verbosity", "0", "--command", command)


def came(web: WebServer, name: str) -> list[Any]:
    return [json.loads(each.body)["data"] for each in web.asked if each.path == f"/{name}"]


def once(found: list[Any]) -> list[Any]:
    """What a receiver keeps that tells repetitions by their ids, in the order of first arrival."""
    return list({each["id"]: each for each in found}.values())


def test_each_event_comes_in_order_though_the_worker_is_killed_again_and_again(
    tool: Tool, stack: Stack, web: WebServer
) -> None:
    before = set(_sealed(stack))
    subscribe(stack, web, "log", "incident.*")
    web.hold = 0.05  # so that a kill meets a worker in the middle of its events
    for _ in range(4):
        for _ in range(5):
            tool.report(outage())
        time.sleep(1.5)
        stack.restart("worker")
    web.hold = 0.0

    sealed = [each for each in _sealed(stack) if each not in before]
    found = wait_for(
        lambda: [each["id"] for each in once(came(web, "log"))],
        until=lambda seen: len(seen) >= len(sealed),
        within=180,
    )
    assert found[: len(sealed)] == sealed, stack.log("worker")
    assert len(sealed) >= 40


def _sealed(stack: Stack) -> list[str]:
    """The ids of the trail's entries of incidents, by their places, once all have theirs."""
    wait_for(lambda: stack.rows("SELECT 1 FROM ledger_unsealed"), until=lambda rows: not rows)
    rows = stack.rows(
        "SELECT entry.id::text FROM ledger_leaf AS leaf JOIN ledger_entry AS entry"
        " ON entry.id = leaf.entry_id WHERE entry.object_kind = 'incident'"
        " AND entry.verb LIKE 'incident.%%' AND entry.verb !~ '(read|listed)$'"
        " ORDER BY leaf.index"
    )
    return [each for (each,) in rows]


def test_a_worker_that_is_killed_while_a_receiver_has_the_event_sends_it_again_under_its_id(
    tool: Tool, stack: Stack, web: WebServer
) -> None:
    subscribe(stack, web, "slow", "incident.reported")
    web.hold = 3
    incident = tool.report(outage())
    assert wait_for(lambda: came(web, "slow"))
    stack.kill("worker")
    web.hold = 0
    stack.start("worker")
    found = wait_for(
        lambda: came(web, "slow"), until=lambda seen: len(seen) >= 2, within=90
    )  # when the lease is over
    assert {each["incident"] for each in found} == {incident["reference"]}
    assert len(once(found)) == 1


def test_notices_go_out_before_thousands_of_events(
    tool: Tool, stack: Stack, web: WebServer
) -> None:
    """A receiver with everything of the log before it, told again and again, holds up no mail."""
    subscribe(stack, web, "all", "*")
    web.hold = 0.2
    for name in ("again1", "again2", "again3"):
        subscribe(stack, web, name, "*")
        stack.rows(
            "UPDATE incidents_course SET place = 0 WHERE subscription_id = (SELECT s.id FROM"
            " incidents_subscription s JOIN webhook_webhookendpoint e ON e.id = s.endpoint_id"
            " WHERE e.name = %s)",
            name,
        )
    assert wait_for(lambda: came(web, "again1"))
    incident = tool.report(outage())
    behind = "SELECT id FROM incidents_course WHERE place < (SELECT max(index) FROM ledger_leaf)"

    def told() -> bool:
        subjects = [str(mail["Subject"]) for mail in stack.mail.to("commander@example.org")]
        return any(incident["reference"] in subject for subject in subjects)

    assert wait_for(told, within=60), stack.log("worker")
    assert stack.rows(behind)  # subscribers still have much before them
    web.hold = 0.0
