"""Valkey is away for a minute. It holds nothing that may be lost, so that costs lateness only."""

import time
from datetime import UTC, datetime, timedelta

from tests.flows.tool import Tool, mails, outage
from tests.live.stack import Stack, wait_for

SECONDS = timedelta(seconds=1)
AWAY = 60


def test_reports_are_taken_while_the_broker_is_away_and_people_are_told_after(
    tool: Tool, stack: Stack
) -> None:
    before = tool.report(outage(legal_end_in=20 * SECONDS))
    tool.post(f"/incidents/{before['reference']}/acknowledgement", {})
    stack.stop_valkey()
    during = tool.report(outage())
    time.sleep(AWAY)
    assert not mails(stack, "counsel@example.org", f"{before['reference']} OVERDUE", within=0.1)

    stack.start_valkey()
    back = datetime.now(UTC)

    assert mails(stack, "counsel@example.org", f"{before['reference']} OVERDUE", within=90)
    assert mails(stack, "commander@example.org", f"{during['reference']} Reported: ", within=90)
    ready = wait_for(lambda: _ready(stack), within=90)
    assert ready, f"not ready {datetime.now(UTC) - back} after the broker came back"


def _ready(stack: Stack) -> bool:
    try:
        stack.wait_until_ready()
    except AssertionError:
        return False
    return True
