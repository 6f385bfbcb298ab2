"""A law changes while an incident is open: whoever approves it chooses that open incidents follow,
and the worker opens the new duty, counts the old one anew, tells people and shows both dates."""

from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from tests.flows.tool import POLICIES, Tool, mails, outage, plain
from tests.live.stack import Stack, wait_for

SECONDS: Final = timedelta(seconds=1)
#: Two hours instead of one, and a duty more.
_CHANGE: Final = """
from pathlib import Path
from governance import clock
from policies import plans
from tests import factory
text = Path({file!r}).read_text().replace("1.0.0", "2.0.0").replace("hours: 1,", "hours: 2,")
text += '''    - id: tell-customers
      title: Tell the customers
      owner: legal-counsel
      stages:
        - id: message
          limits: [{{from: aware, hours: 3, counting: elapsed}}]
'''
plans.apply(
    [(factory.document(text), "duty.yaml")],
    by=factory.person("author", "compliance-officer"),
    at=clock.now(),
    approve=plans.Approval(factory.approver(), reassess="open_incidents"),
)
"""


@pytest.fixture(scope="module")
def incident(tool: Tool, stack: Stack) -> Any:
    """Reported under the law as it was, and reassessed since."""
    reported = tool.report(outage(legal_end_in=3000 * SECONDS))
    stack.manage("shell", "--command", _CHANGE.format(file=str(POLICIES / "duty.yaml")))
    path = f"/incidents/{reported['reference']}/reassessments"
    wait_for(lambda: done(tool, path), within=60)
    return reported


def done(tool: Tool, path: str) -> list[Any]:
    return [each for each in tool.get(path)["results"] if each["state"] == "done"]


def test_the_deadline_moves_and_both_dates_are_shown(tool: Tool, incident: Any) -> None:
    (found,) = done(tool, f"/incidents/{incident['reference']}/reassessments")
    changes = {change["duty"]: change for change in found["changes"]}
    initial = changes["one-hour-rule/tell-authority"]["stages"][0]
    before, after = (
        datetime.fromisoformat(initial[side]["legal_due"]) for side in ("before", "after")
    )
    assert after - before == timedelta(hours=1)
    assert datetime.fromisoformat(tool.stage(incident, "initial")["legal_due"]) == after


def test_people_hear_of_the_new_duty(stack: Stack, incident: Any) -> None:
    words = f"{incident['reference']} New policies change duties"
    (mail, *_) = mails(stack, "officer@example.org", words)
    assert "Tell the customers" in plain(mail)


def test_the_trail_says_why(tool: Tool, incident: Any) -> None:
    verbs = {"duty.opened", "duty.repinned", "clock.counted", "incident.reassessed"}
    assert verbs <= set(tool.verbs(incident))
