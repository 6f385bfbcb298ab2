"""SIGKILL at each step of claim, send and confirm, and in the middle of a sweep. The step is held
open when the process dies, so that nothing depends on luck."""

import pytest

from tests.faults import claim, steps
from tests.faults.steps import Step
from tests.flows.tool import Tool
from tests.live.stack import Stack


@pytest.fixture(scope="module")
def stack_settings() -> dict[str, str]:
    return {"BYLAW_OUTBOX_LEASE_SECONDS": "6"}


@pytest.fixture(autouse=True)
def quiet(stack: Stack) -> None:
    """What the former test owed has been said."""
    steps.settled(stack)


@pytest.mark.parametrize(
    "step",
    [steps.sweeping, steps.claiming, steps.connecting, steps.naming],
)
def test_a_worker_that_dies_before_the_message_is_taken_is_replaced_and_it_comes_once(
    tool: Tool, stack: Stack, step: Step
) -> None:
    known = set(claim.messages(stack))
    with step(tool, stack):
        stack.kill("worker")
    stack.start("worker")
    claim.check(stack)
    new = {id_: each for id_, each in claim.arrivals(stack).items() if id_ not in known}
    assert new
    assert {len(each) for each in new.values()} == {1}


@pytest.mark.parametrize("step", [steps.accepting, steps.confirming])
def test_a_worker_that_dies_after_the_message_was_taken_sends_it_again_under_the_same_id(
    tool: Tool, stack: Stack, step: Step
) -> None:
    before = len(stack.mail.arrivals)
    with step(tool, stack):
        stack.kill("worker")
    stack.start("worker")
    claim.check(stack)
    new = [str(each.message["Message-ID"]) for each in stack.mail.arrivals[before:]]
    assert len(new) == len(set(new)) + 1


@pytest.mark.parametrize("dead", [("beat",), ("web",), ("web", "worker", "beat")])
def test_whoever_else_dies_while_a_message_is_on_its_way_it_arrives(
    tool: Tool, stack: Stack, dead: tuple[str, ...]
) -> None:
    with steps.accepting(tool, stack):
        for name in dead:
            stack.kill(name)
    for name in dead:
        stack.start(name)
    stack.wait_until_ready()
    claim.check(stack)
