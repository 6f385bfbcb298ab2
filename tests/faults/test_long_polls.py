"""Many tools wait for changes at once on real processes: reports go through all the same."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

import httpx
import pytest

from tests.faults import steps
from tests.flows.tool import Tool, outage
from tests.live.stack import Stack, wait_for

#: Five times the web workers of the stack.
FOLLOWERS: Final = 10


class Follower:
    """A tool that asks for changes, and what it was answered."""

    def __init__(self, stack: Stack, tool: Tool) -> None:
        self._client = httpx.Client(
            base_url=f"{stack.url}/api/v1",
            headers=tool.headers,
            timeout=60,
            trust_env=False,
        )

    def ask(self, after: str, wait: int = 0) -> httpx.Response:
        return self._client.get("/changes", params={"after": after, "wait": wait})


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(FOLLOWERS) as found:
        yield found


def sealed(stack: Stack, follower: Follower) -> str:
    """The cursor behind everything, once nothing is to be said any more, nor waits to be sealed."""
    steps.settled(stack)
    left = wait_for(
        lambda: stack.rows("SELECT 1 FROM ledger_unsealed"), until=lambda rows: not rows
    )
    assert not left
    found: str = follower.ask("latest").json()["next"]
    return found


def waiting(asked: list[Future[httpx.Response]]) -> list[Future[httpx.Response]]:
    return [each for each in asked if not each.done()]


def test_reports_are_answered_while_many_wait_and_who_found_no_seat_is_told_when_to_ask_again(
    stack: Stack, tool: Tool, pool: ThreadPoolExecutor
) -> None:
    followers = [Follower(stack, tool) for _ in range(FOLLOWERS)]
    after = sealed(stack, followers[0])
    asked = [pool.submit(each.ask, after, 20) for each in followers]
    assert wait_for(lambda: len(waiting(asked)) == 1, within=15)
    turned_away = [each.result() for each in asked if each.done()]

    incident = tool.report(outage())  # answered, though somebody waits

    assert {each.headers.get("Retry-After") for each in turned_away} == {"2"}
    (told,) = (each.result() for each in asked if each.result() not in turned_away)
    assert incident["reference"] in {each["incident"] for each in told.json()["results"]}


def test_the_seat_of_a_worker_that_is_killed_is_free(
    stack: Stack, tool: Tool, pool: ThreadPoolExecutor
) -> None:
    follower = Follower(stack, tool)
    after = sealed(stack, follower)
    cut = pool.submit(follower.ask, after, 20)
    again = pool.submit(Follower(stack, tool).ask, after, 20)
    assert wait_for(lambda: len(waiting([cut, again])) == 1, within=15)
    stack.restart("web")
    stack.wait_until_ready()
    waits = pool.submit(Follower(stack, tool).ask, sealed(stack, Follower(stack, tool)), 20)
    tool.report(outage())
    assert waits.result().json()["results"]
    assert "Retry-After" not in waits.result().headers


def test_a_follower_that_goes_on_by_its_cursor_sees_every_report_once_though_all_are_killed(
    stack: Stack, tool: Tool
) -> None:
    follower = Follower(stack, tool)
    after, seen = sealed(stack, follower), []
    wanted = []
    for name in ("web", "worker", "beat"):
        wanted.append(tool.report(outage())["reference"])
        stack.restart(name)
        stack.wait_until_ready()

    def follow() -> Any:
        nonlocal after
        page = follower.ask(after).json()
        seen.extend(page["results"])
        after = page["next"]
        return [each["incident"] for each in seen if each["verb"] == "incident.reported"]

    assert wait_for(follow, until=lambda found: len(found) >= len(wanted)) == wanted
    assert len({each["id"] for each in seen}) == len(seen)
