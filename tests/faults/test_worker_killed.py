"""A worker dies by SIGKILL; what is owed is owed by rows, so it is done after the restart."""

import time
from datetime import timedelta

from tests.flows.tool import Tool, mails, outage
from tests.live.stack import Stack, wait_for

SECONDS = timedelta(seconds=1)
#: The impact of changing nothing, however few incidents there are.
_ASK = """
from governance import clock
from policies import impacts
from policies.impacts import requests
from tests import factory
requests.AT_ONCE = -1
print(impacts.request_documents([], by=factory.approver(), at=clock.now()).id)
"""


def test_killed_between_the_due_time_and_its_mail_the_mail_comes_after_restart_once(
    tool: Tool, stack: Stack
) -> None:
    incident = tool.report(outage(legal_end_in=6 * SECONDS))
    tool.post(f"/incidents/{incident['reference']}/acknowledgement", {})
    stack.kill("worker")
    wait_for(lambda: tool.stage(incident, "initial")["standing"] == "overdue")
    assert not mails(stack, "counsel@example.org", f"{incident['reference']} OVERDUE", within=2)

    stack.start("worker")

    wanted = f"{incident['reference']} OVERDUE"
    found = mails(stack, "counsel@example.org", wanted, within=60)
    time.sleep(3)  # room for a second one to come
    found = mails(stack, "counsel@example.org", wanted)
    assert len({mail["Message-ID"] for mail in found}) == 1


def test_killed_while_the_mail_server_holds_a_message_it_is_sent_again_under_the_same_id(
    tool: Tool, stack: Stack
) -> None:
    stack.mail.hold = 8
    incident = tool.report(outage())
    wait_for(lambda: "message.queued" in tool.verbs(incident))
    time.sleep(3)  # the worker has claimed the message and waits for the server's answer
    stack.kill("worker")
    stack.mail.hold = 0
    stack.start("worker")

    wanted = f"{incident['reference']} Reported: "
    assert mails(stack, "commander@example.org", wanted, within=60), stack.log("worker")
    assert wait_for(lambda: "message.sent" in tool.verbs(incident))
    time.sleep(3)  # room for a second one to come
    found = mails(stack, "commander@example.org", wanted)
    assert len({mail["Message-ID"] for mail in found}) == 1  # however often it came


def test_every_message_of_many_incidents_arrives_though_the_worker_is_killed_again_and_again(
    tool: Tool, stack: Stack
) -> None:
    incidents = [tool.report(outage(legal_end_in=600 * SECONDS)) for _ in range(10)]
    for _ in range(3):
        time.sleep(1.5)
        stack.restart("worker")

    wanted = {incident["reference"] for incident in incidents}

    def told() -> set[str]:
        subjects = [str(mail["Subject"]) for mail in stack.mail.to("commander@example.org")]
        return {reference for reference in wanted for said in subjects if reference in said}

    assert wait_for(told, until=lambda seen: seen == wanted, within=120) == wanted


def test_an_impact_asked_for_while_the_worker_is_dead_is_worked_on_after_its_restart(
    tool: Tool, stack: Stack
) -> None:
    tool.report(outage())
    stack.kill("worker")
    asked = stack.manage("shell", "--verbosity", "0", "--command", _ASK).stdout.split()[-1]
    assert tool.get(f"/impacts/{asked}")["status"] == "waiting"

    stack.start("worker")

    found = wait_for(
        lambda: tool.get(f"/impacts/{asked}"), until=lambda seen: seen["status"] == "done"
    )
    assert found["status"] == "done", stack.log("worker")
    assert found["result"]["all"]["total"] == found["total"] > 0
