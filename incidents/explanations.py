"""Why something was said, or not said, at a moment: the rule, the facts and the attempts.

What is told here is read from rows that were written when it happened; nothing is worked out anew,
but for how late it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from governance.outbox.models import Message
from incidents import selectors
from incidents.models import Duty, Timer
from policies.wording import words

#: Later than this after its due time, something is called late.
PUNCTUAL: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Explanation:
    """`verdict` is the answer in a sentence, `rule` why there is such a timer, `facts` what it was
    set by, as (name, value): instants stay instants. `messages` are what it owes to whom, each with
    its own attempts."""

    verdict: str
    rule: str
    facts: Sequence[tuple[str, str | datetime]]
    messages: Sequence[Message]


def of(timer: Timer, *, at: datetime) -> Explanation:
    messages = list(selectors.messages_of(timer))
    return Explanation(_verdict(timer, messages, at=at), _rule(timer), _facts(timer), messages)


# --- the verdict ---------------------------------------------------------------------------------


def _verdict(timer: Timer, messages: Sequence[Message], *, at: datetime) -> str:
    match timer.state:
        case Timer.State.FIRED:
            return f"{_told(timer, messages)} {_lateness(timer)}".strip()
        case Timer.State.COALESCED:
            return f"Not said on its own. {timer.outcome}"
        case Timer.State.CANCELLED:
            return f"Not said: {timer.outcome}"
    if timer.retry_at is not None:
        return f"Not said yet. {timer.outcome}. It is tried again by itself."
    if timer.due_at > at:
        return "Not said yet: its time has not come."
    return "Not said yet, though its time has come: the next sweep acts on it."


def _told(timer: Timer, messages: Sequence[Message]) -> str:
    if not messages:
        return f"Nobody was told. {timer.outcome}"
    sent = sum(message.state == Message.State.SENT for message in messages)
    dead = sum(message.state == Message.State.DEAD for message in messages)
    parts = [f"{sent} of {len(messages)} messages handed over"]
    if dead:
        parts.append(f"{dead} undeliverable")
    if waiting := len(messages) - sent - dead:
        parts.append(f"{waiting} still to be delivered")
    return f"Said: {', '.join(parts)}."


def _lateness(timer: Timer) -> str:
    if timer.done_at is None or timer.done_at - timer.due_at <= PUNCTUAL:
        return ""
    return f"It came {_length(timer.done_at - timer.due_at)} after its time."


def _length(length: timedelta) -> str:
    minutes = length // timedelta(minutes=1)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 2 * 24 * 60 else f"{minutes // (24 * 60)} d"


# --- the rule ------------------------------------------------------------------------------------


def _rule(timer: Timer) -> str:
    match timer.kind:
        case Timer.Kind.ESCALATION:
            return (
                "While nobody acknowledges an incident, the escalation matrix of its severity says "
                f"who is told next. This is step {timer.step}."
            )
        case Timer.Kind.QUESTION:
            return (
                "A duty that may apply is a question. The policy says within what time somebody "
                "must find out the missing facts."
            )
        case Timer.Kind.AT_RISK:
            return "Three quarters of the period to the time to work to are gone."
        case Timer.Kind.OVERDUE:
            return (
                "The legal period has expired and nothing is recorded as sent. It is said again "
                f"until something is. This is time {timer.step}."
            )
        case Timer.Kind.REMINDER if timer.waits:
            return (
                "The clock has not started: a moment that nobody records starts nothing, so the "
                "owner is reminded every day until it is recorded."
            )
        case Timer.Kind.REMINDER if timer.repeats:
            return (
                "The law wants this promptly and names no period, so there is no date to count to; "
                f"the owner is reminded regularly. This is time {timer.step}."
            )
        case Timer.Kind.REMINDER:
            return f"The policy reminds of this stage: {timer.step}."
    return f"{timer.get_kind_display()}: {words(timer.step)}."


# --- the facts -----------------------------------------------------------------------------------


def _facts(timer: Timer) -> Sequence[tuple[str, str | datetime]]:
    found: list[tuple[str, str | datetime | None]] = [
        ("Due", timer.due_at),
        ("Done", timer.done_at),
        ("Outcome", timer.outcome),
        ("Failed attempts", str(timer.attempts or "")),
        ("Next attempt", timer.retry_at),
    ]
    if timer.clock is not None:
        found += [
            ("Counted from", words(timer.clock.anchor)),
            ("Waiting since", timer.clock.waiting_since),
            ("Started", timer.clock.started_at),
            ("Period", timer.clock.period),
            ("Counting rule", timer.clock.counting),
            ("Calendar", timer.clock.calendar),
            ("Work to", timer.clock.conservative_due),
            ("Legal end", timer.clock.legal_due),
        ]
    if timer.duty is not None:
        found += [*_of_duty(timer.duty)]
    if timer.kind == Timer.Kind.ESCALATION:
        incident = timer.incident
        found += [("Severity", incident.severity), ("Acknowledged", incident.acknowledged_at)]
    return [(name, value) for name, value in found if value]


def _of_duty(duty: Duty) -> Sequence[tuple[str, str | datetime | None]]:
    asked = duty.state == Duty.State.UNDETERMINED
    return [
        ("Duty", duty.title),
        ("State of the duty", duty.get_state_display()),
        ("In shadow", duty.shadow_because),
        ("Missing facts", ", ".join(duty.missing) if asked else ""),
        ("Determine by", duty.determine_by if asked else None),
        ("Policy", duty.policy),
    ]
