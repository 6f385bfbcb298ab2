"""A mail server that refuses, drips, dies, or is away."""

from typing import Final

import pytest

from tests.faults import claim, steps
from tests.flows.tool import Tool, mails, outage
from tests.live.stack import Stack, wait_for

OFFICER: Final = "officer@example.org"
COMMANDER: Final = "commander@example.org"


@pytest.fixture(scope="module")
def stack_settings() -> dict[str, str]:
    return {"BYLAW_OUTBOX_LEASE_SECONDS": "6"}


def states(stack: Stack, incident: object, address: str) -> list[tuple[str, int, str]]:
    """State, attempts and last error of each message about the incident to the address."""
    return stack.rows(  # type: ignore[return-value]
        "SELECT state, attempts, last_error FROM outbox_message"
        " WHERE incident_id = %s AND destination = %s ORDER BY id",
        incident["id"],  # type: ignore[index]
        address,
    )


def test_refused_for_now_it_is_tried_again_and_others_are_not_kept_waiting(
    tool: Tool, stack: Stack
) -> None:
    stack.mail.refused = {OFFICER: "451 Try later"}
    incident = tool.report(outage())
    assert mails(stack, COMMANDER, incident["reference"], within=60)
    assert wait_for(lambda: "451" in states(stack, incident, OFFICER)[0][2], within=60)
    stack.mail.refused = {}
    assert mails(stack, OFFICER, incident["reference"], within=60)
    claim.check(stack)


def test_refused_for_good_it_is_undeliverable_and_the_trail_says_so(
    tool: Tool, stack: Stack
) -> None:
    stack.mail.refused = {OFFICER: "550 No such person"}
    incident = tool.report(outage())
    found = wait_for(
        lambda: states(stack, incident, OFFICER), until=lambda rows: rows[0][0] == "dead", within=60
    )
    assert found[0][0] == "dead"
    assert mails(stack, COMMANDER, incident["reference"], within=60)
    assert claim.UNDELIVERABLE in tool.verbs(incident)
    stack.mail.refused = {}
    claim.check(stack)


def test_a_tar_pit_for_one_address_keeps_nobody_else_waiting(tool: Tool, stack: Stack) -> None:
    stack.mail.drip, stack.mail.dripped = 1.0, {OFFICER}
    found = [tool.report(outage()) for _ in range(5)]
    wanted = {incident["reference"] for incident in found}
    assert steps.told(stack, "executive@example.org", wanted, within=120) == wanted
    assert not [each for each in stack.mail.to(OFFICER) if wanted & set(each["Subject"].split())]
    stack.mail.drip = 0
    assert steps.told(stack, OFFICER, wanted, within=120) == wanted
    claim.check(stack, within=120)


def test_a_tar_pit_for_everybody_is_left_in_time_and_each_message_goes_out_after(
    tool: Tool, stack: Stack
) -> None:
    stack.mail.drip, stack.mail.dripped = 1.0, set()
    incident = tool.report(outage())
    late = "longer than"
    assert wait_for(
        lambda: any(late in row[2] for row in states(stack, incident, COMMANDER)), within=60
    ), states(stack, incident, COMMANDER)
    stack.mail.drip = 0
    assert mails(stack, COMMANDER, incident["reference"], within=90)
    claim.check(stack, within=120)


def test_it_dies_after_taking_a_message_which_then_comes_again_under_the_same_id(
    tool: Tool, stack: Stack
) -> None:
    steps.settled(stack)
    before = len(stack.mail.arrivals)
    stack.mail.deaths = 2
    tool.report(outage())
    claim.check(stack)
    new = [str(each.message["Message-ID"]) for each in stack.mail.arrivals[before:]]
    assert len(new) == len(set(new)) + 2


def test_away_and_back_again_everything_arrives(tool: Tool, stack: Stack) -> None:
    stack.mail.stop()
    found = [tool.report(outage()) for _ in range(3)]
    assert wait_for(lambda: all(states(stack, each, COMMANDER)[0][2] for each in found), within=60)
    stack.mail.start()
    wanted = {incident["reference"] for incident in found}
    assert steps.told(stack, COMMANDER, wanted) == wanted
    claim.check(stack, within=120)
