"""Two beats, three workers, and much that is due at the same moment: nothing is doubled."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from governance.embedded import commands
from tests.faults import claim, steps
from tests.flows.tool import Tool, outage
from tests.live.stack import Stack

INCIDENTS = 20


@pytest.fixture(scope="module", autouse=True)
def crowd(stack: Stack) -> Iterator[None]:
    for name, command in {
        "worker-2": commands.WORKER,
        "worker-3": commands.WORKER,
        "beat-2": commands.BEAT,
    }.items():
        stack.add(name, commands.here(command))
        stack.start(name)
    yield
    for name in ("worker-2", "worker-3", "beat-2"):
        stack.kill(name)


def test_reported_at_once_and_due_at_once_each_word_is_said_once(tool: Tool, stack: Stack) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: steps.acknowledged(tool), range(INCIDENTS)))
    steps.settled(stack)
    stack.rows(
        "UPDATE incidents_timer SET due_at = clock_timestamp()"
        " WHERE state = 'pending' AND kind IN ('reminder', 'at_risk', 'overdue')"
        " AND due_at < clock_timestamp() + interval '1 hour'"
    )
    claim.check(stack)
    subjects = [str(each["Subject"]) for each in stack.mail.to("counsel@example.org")]
    for incident in found:
        about = [subject for subject in subjects if incident["reference"] in subject]
        assert [subject for subject in about if "OVERDUE" in subject], about
        assert not [subject for subject in about if "Reminder" in subject], about
    copies = claim.arrivals(stack).values()
    assert {len(each) for each in copies} == {1}


def test_ladders_climbed_by_several_workers_are_climbed_once(tool: Tool, stack: Stack) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: tool.report(outage()), range(8)))
    wanted = {incident["reference"] for incident in found}
    told = steps.told(stack, "executive@example.org", wanted)
    assert told == wanted
    claim.check(stack)
    assert {len(each) for each in claim.arrivals(stack).values()} == {1}
