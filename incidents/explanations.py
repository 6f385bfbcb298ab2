"""Why something was said, or not said, at a moment: the rule, the facts and the attempts.

What is told here is read from rows that were written when it happened; nothing is worked out anew,
but for how late it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from governance.outbox.models import Message
from governance.translated import Text
from incidents import selectors, starts
from incidents.models import Duty, Timer
from policies import wording

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
            return gettext("Not said on its own. %(outcome)s") % {"outcome": timer.outcome}
        case Timer.State.CANCELLED:
            return gettext("Not said: %(outcome)s") % {"outcome": timer.outcome}
    if timer.retry_at is not None:
        return gettext("Not said yet. %(outcome)s. It is tried again by itself.") % {
            "outcome": timer.outcome
        }
    if timer.due_at > at:
        return gettext("Not said yet: its time has not come.")
    return gettext("Not said yet, though its time has come: the next sweep acts on it.")


def _told(timer: Timer, messages: Sequence[Message], held: Timer | None) -> str:
    if not messages:
        if held is not None:
            return ""
        return gettext("Nobody was told. %(outcome)s") % {"outcome": timer.outcome}
    sent = sum(message.state == Message.State.SENT for message in messages)
    dead = sum(message.state == Message.State.DEAD for message in messages)
    parts = [_handed_over(sent, len(messages))]
    if dead:
        told = ngettext("%(number)s undeliverable", "%(number)s undeliverable", dead)
        parts.append(told % {"number": dead})
    if waiting := len(messages) - sent - dead:
        told = ngettext(
            "%(number)s still to be delivered", "%(number)s still to be delivered", waiting
        )
        parts.append(told % {"number": waiting})
    return gettext("Said: %(parts)s.") % {"parts": ", ".join(parts)}


def _handed_over(sent: int, messages: int) -> str:
    return ngettext(
        "%(sent)s of %(number)s messages handed over",
        "%(sent)s of %(number)s messages handed over",
        messages,
    ) % {"sent": sent, "number": messages}


def _held(held: Timer | None) -> str:
    """What became of what was held back."""
    if held is None:
        return ""
    if held.state == Timer.State.PENDING:
        return held.outcome
    until = f"{held.due_at:%Y-%m-%d %H:%M}"
    if held.state == Timer.State.FIRED:
        return gettext(
            "It was held back for the quiet hours until %(until)s UTC and then said."
        ) % {"until": until}
    return gettext(
        "It was held back for the quiet hours until %(until)s UTC, and then there was nothing "
        "left to say: %(outcome)s"
    ) % {"until": until, "outcome": held.outcome}


def _lateness(timer: Timer) -> str:
    due = max(timer.due_at, timer.incident.reported_at)  # before, nobody could know
    if timer.done_at is None or timer.done_at - due <= PUNCTUAL:
        return ""
    return gettext("It came %(length)s after its time.") % {"length": _length(timer.done_at - due)}


def _length(length: timedelta) -> str:
    minutes = length // timedelta(minutes=1)
    if minutes < 120:
        return gettext("%(number)s min") % {"number": minutes}
    if minutes < 2 * 24 * 60:
        return gettext("%(number)s h") % {"number": minutes // 60}
    return gettext("%(number)s d") % {"number": minutes // (24 * 60)}


# --- the rule ------------------------------------------------------------------------------------


_RULES: Final[Mapping[str, Text]] = {
    Timer.Kind.ESCALATION: _(
        "While nobody acknowledges an incident, the escalation matrix of its "
        "severity says who is told next. This is step {step}."
    ),
    Timer.Kind.QUESTION: _(
        "A duty that may apply is a question. The policy says within what time somebody must find "
        "out the missing facts; it is asked when half of that is gone, at its end, and then every "
        "day."
    ),
    Timer.Kind.SUPERSEDED: _(
        "Another duty of the same policy takes the place of this one, for which nothing is sent "
        "itself. Its owner is asked after a day, and then every week, whether the one in its place "
        "is in good hands, until that is performed. This is time {step}."
    ),
    Timer.Kind.AT_RISK: _("Three quarters of the period to the time to work to are gone."),
    Timer.Kind.OVERDUE: _(
        "The legal period has expired and nothing is recorded as sent. It is said "
        "again until something is. This is time {step}."
    ),
    Timer.Kind.REMINDER: _("The policy reminds of this stage: {step}."),
    Timer.Kind.HELD: _(
        "The escalation matrix has quiet hours for this severity: what can wait is "
        "held back until they are over, but never past a due time."
    ),
    Timer.Kind.CONFIRM: _(
        "A duty that does not apply is a decision not to notify. Until somebody "
        "confirms or contests it, its owner is reminded."
    ),
    Timer.Kind.REQUEST: _(
        "A delay, pause or waiver that was asked for changes nothing until another "
        "person decides on it; whoever may is reminded."
    ),
    Timer.Kind.REVIEW: _(
        "A delay, pause or waiver in force is to be reviewed on the date that was approved with it."
    ),
}
_WAITING: Final = _(
    "The clock has not started: a moment that nobody records starts nothing, so the owner is "
    "reminded every day until it is recorded."
)
_PROMPTLY: Final = _(
    "The law wants this promptly and names no period, so there is no date to count to; the owner "
    "is reminded regularly. This is time {step}."
)


def _rule(timer: Timer) -> str:
    if timer.waits:
        return str(_WAITING)
    if timer.kind == Timer.Kind.REMINDER and timer.repeats:
        return str(_PROMPTLY).format(step=timer.step)
    return str(_RULES[timer.kind]).format(step=timer.step)


# --- the facts -----------------------------------------------------------------------------------


def _facts(timer: Timer) -> Sequence[tuple[str, str | datetime]]:
    found: list[tuple[str, str | datetime | None]] = [
        (gettext("Due"), timer.due_at),
        (gettext("Done"), timer.done_at),
        (gettext("Outcome"), timer.outcome),
        (gettext("Failed attempts"), str(timer.attempts or "")),
        (gettext("Next attempt"), timer.retry_at),
    ]
    if timer.clock is not None:
        start = starts.counted_from(timer.clock)
        found += [
            (gettext("Counted from"), start.shown if start is not None else ""),
            (gettext("Waiting since"), timer.clock.waiting_since),
            (gettext("Started"), timer.clock.started_at),
            (gettext("Period"), wording.kept(timer.clock.period)),
            (gettext("Counting rule"), timer.clock.counting),
            (gettext("Calendar"), timer.clock.calendar),
            (gettext("Work to"), timer.clock.conservative_due),
            (gettext("Legal end"), timer.clock.legal_due),
            (gettext("Paused until"), timer.clock.paused_until),
        ]
    if timer.duty is not None:
        found += [*_of_duty(timer.duty)]
    if timer.kind == Timer.Kind.ESCALATION:
        incident = timer.incident
        found += [
            (gettext("Severity"), incident.severity),
            (gettext("Acknowledged"), incident.acknowledged_at),
            (gettext("Snoozed until"), incident.snoozed_until),
        ]
    if timer.dispensation is not None:
        found += [
            (gettext("Asked for"), timer.dispensation.get_kind_display()),
            (gettext("On the ground of"), timer.dispensation.ground),
        ]
    return [(name, value) for name, value in found if value]


def _of_duty(duty: Duty) -> Sequence[tuple[str, str | datetime | None]]:
    asked = duty.state == Duty.State.UNDETERMINED
    return [
        (gettext("Duty"), duty.title),
        (gettext("State of the duty"), duty.get_state_display()),
        (gettext("In shadow"), duty.shadow_because),
        (gettext("Missing facts"), ", ".join(duty.missing) if asked else ""),
        (gettext("Determine by"), duty.determine_by if asked else None),
        (gettext("Policy"), duty.policy),
    ]
