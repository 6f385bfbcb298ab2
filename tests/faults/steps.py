"""Where a process stands when it dies: a step is held open until the test lets it go on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from tests.flows.tool import Tool, outage
from tests.live.stack import Stack, wait_for

_LATER: Final = timedelta(minutes=50)
LEDGER: Final = "ledger_entry"
OUTBOX: Final = "outbox_message"
IDEMPOTENCY: Final = "idempotency_answer"


def settled(stack: Stack, *, within: float = 60) -> None:
    """Return once every message has gone out."""
    pending = "SELECT id FROM outbox_message WHERE state = 'pending'"
    left = wait_for(lambda: stack.rows(pending), until=lambda rows: not rows, within=within)
    assert not left, stack.log("worker")


def make_due(stack: Stack, incident: Any, kind: str = "overdue") -> None:
    """What the incident's clocks have to say later, they have to say now."""
    stack.rows(
        "UPDATE incidents_timer SET due_at = clock_timestamp()"
        " WHERE incident_id = %s AND kind = %s AND state = 'pending'",
        incident["id"],
        kind,
    )


@contextmanager
def sweeping(tool: Tool, stack: Stack) -> Iterator[None]:
    """In the transaction of the sweep: the timer is claimed, its call is not yet written."""
    incident = acknowledged(tool)
    settled(stack)
    stack.kill("worker")
    make_due(stack, incident)
    with _blocked(stack, LEDGER):
        yield


@contextmanager
def claiming(tool: Tool, stack: Stack) -> Iterator[None]:
    """In the transaction of the claim: the message is locked, and not yet leased."""
    stack.kill("worker")
    tool.report(outage())
    with _blocked(stack, OUTBOX):
        yield


@contextmanager
def claiming_only(tool: Tool, stack: Stack) -> Iterator[None]:
    """The same, while the sweep has nothing to say: it would wait for the same table."""
    stack.kill("worker")
    acknowledged(tool)
    with _blocked(stack, OUTBOX):
        yield


@contextmanager
def expiring(stack: Stack) -> Iterator[None]:
    """In a task that is rarely due: whoever runs tasks has hands free for others meanwhile."""
    with stack.locked(IDEMPOTENCY):
        stack.restart("beat")
        assert stack.wait_until_blocked(), stack.log("worker")
        yield


@contextmanager
def connecting(tool: Tool, stack: Stack) -> Iterator[None]:
    with _paused(tool, stack, "connected"):
        yield


@contextmanager
def naming(tool: Tool, stack: Stack) -> Iterator[None]:
    """The mail server was told for whom it is, and nothing else."""
    with _paused(tool, stack, "recipient"):
        yield


@contextmanager
def accepting(tool: Tool, stack: Stack) -> Iterator[None]:
    """The mail server has it, and has not said so."""
    with _paused(tool, stack, "accepted"):
        yield


@contextmanager
def confirming(tool: Tool, stack: Stack) -> Iterator[None]:
    """The mail server has said that it has it; the row does not say so yet. The sweep may have
    something to say, too, and wait for the same table."""
    stack.kill("worker")
    before = len(stack.mail.arrivals)
    tool.report(outage())
    with _blocked(stack, LEDGER):
        assert wait_for(lambda: len(stack.mail.arrivals) > before), stack.log("worker")
        yield


def acknowledged(tool: Tool) -> Any:
    """An incident of which only its clocks speak, and those later."""
    incident = tool.report(outage(legal_end_in=_LATER))
    tool.post(f"/incidents/{incident['reference']}/acknowledgement", {})
    return incident


@contextmanager
def _blocked(stack: Stack, table: str) -> Iterator[None]:
    with stack.locked(table):
        stack.start("worker")
        assert stack.wait_until_blocked(), stack.log("worker")
        yield


@contextmanager
def _paused(tool: Tool, stack: Stack, step: Any) -> Iterator[None]:
    settled(stack)
    stack.mail.pause_at(step)
    tool.report(outage())
    assert stack.mail.wait_until_paused(), stack.log("worker")
    try:
        yield
    finally:
        stack.mail.go_on()


Step = Callable[[Tool, Stack], Any]


def told(stack: Stack, address: str, wanted: set[str], *, within: float = 90) -> set[str]:
    """The references that mails to the address speak of, once they are the wanted ones."""

    def found() -> set[str]:
        subjects = [str(mail["Subject"]) for mail in stack.mail.to(address)]
        return {each for each in wanted for subject in subjects if each in subject}

    return wait_for(found, until=lambda seen: seen >= wanted, within=within)
