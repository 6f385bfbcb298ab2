"""Valkey goes away, is emptied, is replaced. It holds nothing that may be lost, so that costs
lateness only."""

import time
from datetime import timedelta

from tests.faults import claim, steps
from tests.faults.disturbing import again_and_again
from tests.flows.tool import Tool, mails, outage
from tests.live.stack import Stack

SECONDS = timedelta(seconds=1)
AWAY = 15


def test_reports_are_taken_while_the_broker_is_away_and_people_are_told_after(
    tool: Tool, stack: Stack
) -> None:
    before = tool.report(outage(legal_end_in=AWAY / 2 * SECONDS))
    tool.post(f"/incidents/{before['reference']}/acknowledgement", {})
    stack.stop_valkey()
    during = tool.report(outage())
    time.sleep(AWAY)
    overdue = f"{before['reference']} OVERDUE"
    assert not mails(stack, "counsel@example.org", overdue, within=0.1)

    stack.start_valkey()

    assert mails(stack, "counsel@example.org", overdue, within=90)
    assert mails(stack, "commander@example.org", f"{during['reference']} Reported: ", within=90)
    stack.wait_until_ready()
    claim.check(stack)


def test_lost_in_the_middle_of_a_task(tool: Tool, stack: Stack) -> None:
    """Whoever runs tasks is alive afterwards: nobody starts it again here."""
    for _ in range(3):  # what else it does at that moment is chance
        with steps.expiring(stack):
            stack.stop_valkey()
            time.sleep(2)  # time to see it, and to try again in vain
            stack.start_valkey()
    after = tool.report(outage())["reference"]
    assert steps.told(stack, "executive@example.org", {after}), stack.log("worker")
    stack.wait_until_ready()
    claim.check(stack)


def test_emptied_again_and_again_while_reports_come_in(tool: Tool, stack: Stack) -> None:
    with again_and_again(stack.flush_valkey):
        found = [tool.report(outage()) for _ in range(12)]
        wanted = {incident["reference"] for incident in found}
        assert steps.told(stack, "executive@example.org", wanted) == wanted
    claim.check(stack)


def test_replaced_by_an_empty_one_while_reports_come_in(tool: Tool, stack: Stack) -> None:
    found = []
    for _ in range(3):
        found += [tool.report(outage()) for _ in range(3)]
        stack.stop_valkey()
        stack.start_valkey()
    wanted = {incident["reference"] for incident in found}
    assert steps.told(stack, "executive@example.org", wanted) == wanted
    stack.wait_until_ready()
    claim.check(stack)
