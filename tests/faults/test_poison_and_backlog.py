"""A row that always fails keeps nothing else from going on; and after a day of downtime each clock
says one word, each step is taken once, and everything says that it is late."""

from datetime import timedelta
from typing import Any, Final

import httpx
import pytest

from tests.faults import claim, steps
from tests.flows.tool import Tool, mails, outage
from tests.live.stack import Stack, wait_for

DOWN: Final = timedelta(hours=14)
COUNSEL: Final = "counsel@example.org"


def metric(stack: Stack, name: str) -> float:
    """A number of /metrics by its name and labels."""
    lines = httpx.get(f"{stack.url}/metrics", trust_env=False).raise_for_status().text.splitlines()
    return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} "))


def poison(stack: Stack, clock: str) -> Any:
    """What the clock has to say names no duty any more, so that saying it always fails; returns the
    duty."""
    ((duty,),) = stack.rows("SELECT duty_id FROM incidents_clock WHERE id = %s", clock)
    _name_duty(stack, clock, None)
    return duty


def _name_duty(stack: Stack, clock: str, duty: Any) -> None:
    stack.rewrite("UPDATE incidents_timer SET duty_id = %s WHERE clock_id = %s", duty, clock)


def attempts(stack: Stack, incident: Any) -> int:
    ((found,),) = stack.rows(
        "SELECT max(attempts) FROM incidents_timer WHERE incident_id = %s", incident["id"]
    )
    return int(found)


def test_a_poisoned_timer_is_put_off_and_seen_and_fires_once_mended(
    tool: Tool, stack: Stack
) -> None:
    bad, good = steps.acknowledged(tool), steps.acknowledged(tool)
    clock = tool.stage(bad, "initial")["id"]
    duty = poison(stack, clock)
    for incident in (bad, good):
        steps.make_due(stack, incident)

    assert mails(stack, COUNSEL, f"{good['reference']} OVERDUE: First", within=60)
    assert wait_for(lambda: attempts(stack, bad) >= 2, within=60)
    assert metric(stack, 'bylaw_put_off{rows="timers"}') == 1
    stack.wait_until_ready()  # although it stays
    assert not mails(stack, COUNSEL, f"{bad['reference']} OVERDUE: First", within=0.1)

    _name_duty(stack, clock, duty)
    assert mails(stack, COUNSEL, f"{bad['reference']} OVERDUE: First", within=90)
    assert metric(stack, 'bylaw_put_off{rows="timers"}') == 0
    claim.check(stack)


@pytest.fixture
def after_downtime(tool: Tool, stack: Stack) -> tuple[Any, Any]:
    """An incident that nobody acknowledged and one of which only the clock speaks. Everything
    stopped when they had been reported, and stood still for fourteen hours."""
    stack.kill("beat")
    stack.kill("worker")
    silent = steps.acknowledged(tool)
    loud = tool.report(outage(legal_end_in=timedelta(minutes=50)))
    hours = DOWN.total_seconds()
    for table, columns in {
        "incidents_timer": ("due_at",),
        "incidents_clock": ("started_at", "conservative_due", "legal_due", "at_risk_from"),
        "outbox_message": ("created_at", "due_at"),
    }.items():
        shifted = ", ".join(f"{each} = {each} - %s * interval '1 second'" for each in columns)
        values = [hours + 3600] * len(columns)
        stack.rewrite(
            f"UPDATE {table} SET {shifted} WHERE incident_id IN (%s, %s)",  # noqa: S608
            *values,
            silent["id"],
            loud["id"],
        )
    stack.rewrite(
        "UPDATE incidents_incident SET reported_at = reported_at - %s * interval '1 second'"
        " WHERE id IN (%s, %s)",
        hours + 3600,
        silent["id"],
        loud["id"],
    )
    stack.start("worker")
    stack.start("beat")
    return silent, loud


def subjects(stack: Stack, address: str, incident: Any) -> list[str]:
    found = [str(each["Subject"]) for each in stack.mail.to(address)]
    return [subject for subject in found if incident["reference"] in subject]


def test_after_a_day_of_downtime_each_word_is_said_once_and_says_that_it_is_late(
    tool: Tool, stack: Stack, after_downtime: tuple[Any, Any]
) -> None:
    silent, loud = after_downtime
    assert steps.told(stack, "executive@example.org", {loud["reference"]})
    claim.check(stack)

    of_clock = ("OVERDUE", "At risk", "Reminder")
    found = subjects(stack, COUNSEL, silent)
    (overdue,) = [each for each in found if any(word in each for word in of_clock)]
    assert "OVERDUE" in overdue
    ladder = [each for each in subjects(stack, COUNSEL, loud) if "Nobody has" in each]
    assert len(ladder) == len(subjects(stack, "executive@example.org", loud)) == 1
    (mail,) = mails(stack, COUNSEL, f"{silent['reference']} OVERDUE")
    assert "It was due 14 h ago" in mail.get_body(("plain",)).get_content()
    assert {len(each) for each in claim.arrivals(stack).values()} == {1}
