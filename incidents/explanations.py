"""Why something was said, or not said, at a moment: the rule, the facts and the attempts.

What is told here is read from rows that were written when it happened; nothing is worked out anew,
but for how late it was.
"""

from collections.abc import Mapping, Sequence
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
    messages, held = list(selectors.messages_of(timer)), selectors.held_of(timer)
    verdict = _verdict(timer, messages, held, at=at)
    return Explanation(verdict, _rule(timer), _facts(timer), messages)


# --- the verdict ---------------------------------------------------------------------------------


def _verdict(timer: Timer, messages: Sequence[Message], held: Timer | None, *, at: datetime) -> str:
    match timer.state:
        case Timer.State.FIRED:
            parts = (_told(timer, messages, held), _lateness(timer), _held(held))
            return " ".join(filter(None, parts))
        case Timer.State.COALESCED:
            return f"Not said on its own. {timer.outcome}"
        case Timer.State.CANCELLED:
            return f"Not said: {timer.outcome}"
    if timer.retry_at is not None:
        return f"Not said yet. {timer.outcome}. It is tried again by itself."
    if timer.due_at > at:
        return "Not said yet: its time has not come."
    return "Not said yet, though its time has come: the next sweep acts on it."


def _told(timer: Timer, messages: Sequence[Message], held: Timer | None) -> str:
    if not messages:
        return "" if held is not None else f"Nobody was told. {timer.outcome}"
    sent = sum(message.state == Message.State.SENT for message in messages)
    dead = sum(message.state == Message.State.DEAD for message in messages)
    parts = [f"{sent} of {len(messages)} messages handed over"]
    if dead:
        parts.append(f"{dead} undeliverable")
    if waiting := len(messages) - sent - dead:
        parts.append(f"{waiting} still to be delivered")
    return f"Said: {', '.join(parts)}."


def _held(held: Timer | None) -> str:
    """What became of what was held back."""
    if held is None:
        return ""
    if held.state == Timer.State.PENDING:
        return held.outcome
    until = f"It was held back for the quiet hours until {held.due_at:%Y-%m-%d %H:%M} UTC"
    if held.state == Timer.State.FIRED:
        return f"{until} and then said."
    return f"{until}, and then there was nothing left to say: {held.outcome}"


def _lateness(timer: Timer) -> str:
    due = max(timer.due_at, timer.incident.reported_at)  # before, nobody could know
    if timer.done_at is None or timer.done_at - due <= PUNCTUAL:
        return ""
    return f"It came {_length(timer.done_at - due)} after its time."


def _length(length: timedelta) -> str:
    minutes = length // timedelta(minutes=1)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 2 * 24 * 60 else f"{minutes // (24 * 60)} d"


# --- the rule ------------------------------------------------------------------------------------


_RULES: Final[Mapping[str, str]] = {
    Timer.Kind.ESCALATION: "While nobody acknowledges an incident, the escalation matrix of its "
    "severity says who is told next. This is step {step}.",
    Timer.Kind.QUESTION: "A duty that may apply is a question. The policy says within what time "
    "somebody must find out the missing facts; it is asked when half of that is gone, at its end, "
    "and then every day.",
    Timer.Kind.SUPERSEDED: "Another duty of the same policy takes the place of this one, for which "
    "nothing is sent itself. Its owner is asked after a day, and then every week, whether the one "
    "in its place is in good hands, until that is performed. This is time {step}.",
    Timer.Kind.AT_RISK: "Three quarters of the period to the time to work to are gone.",
    Timer.Kind.OVERDUE: "The legal period has expired and nothing is recorded as sent. It is said "
    "again until something is. This is time {step}.",
    Timer.Kind.REMINDER: "The policy reminds of this stage: {step}.",
    Timer.Kind.HELD: "The escalation matrix has quiet hours for this severity: what can wait is "
    "held back until they are over, but never past a due time.",
    Timer.Kind.CONFIRM: "A duty that does not apply is a decision not to notify. Until somebody "
    "confirms or contests it, its owner is reminded.",
    Timer.Kind.REQUEST: "A delay, pause or waiver that was asked for changes nothing until another "
    "person decides on it; whoever may is reminded.",
    Timer.Kind.REVIEW: "A delay, pause or waiver in force is to be reviewed on the date that was "
    "approved with it.",
}
_WAITING: Final = (
    "The clock has not started: a moment that nobody records starts nothing, so the owner is "
    "reminded every day until it is recorded."
)
_PROMPTLY: Final = (
    "The law wants this promptly and names no period, so there is no date to count to; the owner "
    "is reminded regularly. This is time {step}."
)


def _rule(timer: Timer) -> str:
    if timer.waits:
        return _WAITING
    if timer.kind == Timer.Kind.REMINDER and timer.repeats:
        return _PROMPTLY.format(step=timer.step)
    return _RULES[timer.kind].format(step=timer.step)


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
            ("Paused until", timer.clock.paused_until),
        ]
    if timer.duty is not None:
        found += [*_of_duty(timer.duty)]
    if timer.kind == Timer.Kind.ESCALATION:
        incident = timer.incident
        found += [
            ("Severity", incident.severity),
            ("Acknowledged", incident.acknowledged_at),
            ("Snoozed until", incident.snoozed_until),
        ]
    if timer.dispensation is not None:
        found += [
            ("Asked for", timer.dispensation.kind),
            ("On the ground of", timer.dispensation.ground),
        ]
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
