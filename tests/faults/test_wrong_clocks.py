"""Hosts whose clocks are wrong by ten minutes, either way. Due is what the database says: nothing
comes early, nothing late, and the audit trail stays in order."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import pytest

from governance.embedded import commands
from tests.faults import claim, steps
from tests.flows.tool import Tool, mails, outage
from tests.live import wrong_clock
from tests.live.stack import Stack

SECONDS: Final = timedelta(seconds=1)
MINUTES: Final = {"ahead": 600, "behind": -600}
TOLERATED: Final = timedelta(seconds=60)  # of a machine that has much else to do


@pytest.fixture(
    params=[("worker", "ahead"), ("worker", "behind"), ("beat", "behind")], ids=" ".join
)
def wrong(stack: Stack, request: pytest.FixtureRequest) -> Iterator[str]:
    """The only worker, or the only beat, has a clock that is wrong; the name of the process."""
    name, way = request.param
    made = f"{name}-{way}"
    command = commands.WORKER if name == "worker" else commands.BEAT
    stack.kill(name)
    stack.add(made, wrong_clock.command(MINUTES[way], *command[3:]))
    stack.start(made)
    yield made
    stack.kill(made)
    stack.start(name)


def test_what_is_due_comes_when_the_database_says_so(tool: Tool, stack: Stack, wrong: str) -> None:
    incident = tool.report(outage(legal_end_in=8 * SECONDS))
    tool.post(f"/incidents/{incident['reference']}/acknowledgement", {})
    wanted = f"{incident['reference']} OVERDUE"
    assert mails(stack, "counsel@example.org", wanted, within=90), stack.log(wrong)
    claim.check(stack)
    due = datetime.fromisoformat(tool.stage(incident, "initial")["legal_due"])
    came = [each.at for each in stack.mail.arrivals if wanted in str(each.message["Subject"])]
    assert all(due <= at < due + TOLERATED for at in came), (due, came)


def test_the_trail_stays_in_the_order_of_what_happened(
    tool: Tool, stack: Stack, wrong: str
) -> None:
    """Web wrote the first entries and the last one, the worker those between them."""
    incident = tool.report(outage())
    assert steps.told(stack, "executive@example.org", {incident["reference"]})
    claim.check(stack)
    tool.post(f"/incidents/{incident['reference']}/acknowledgement", {})
    verbs = tool.verbs(incident)
    assert verbs[:2] == ["incident.reported", "incident.classified"]
    assert (verbs[-1], claim.SENT in verbs) == ("incident.acknowledged", True)


def test_a_right_and_two_wrong_workers_together_say_everything_once(
    tool: Tool, stack: Stack
) -> None:
    for name, seconds in MINUTES.items():
        stack.add(f"third-{name}", wrong_clock.command(seconds, *commands.WORKER[3:]))
        stack.start(f"third-{name}")
    found = [tool.report(outage(legal_end_in=10 * SECONDS)) for _ in range(6)]
    wanted = {incident["reference"] for incident in found}
    assert steps.told(stack, "executive@example.org", wanted) == wanted
    claim.check(stack)
    for name in MINUTES:
        stack.kill(f"third-{name}")
    assert {len(each) for each in claim.arrivals(stack).values()} == {1}
