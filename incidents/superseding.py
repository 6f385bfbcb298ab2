"""A duty whose place another duty of the same policy takes: in what state that one is."""

from typing import Final

from incidents.models import Duty, Timer

_SAID: Final = {
    Duty.State.OPEN: "{title} takes its place and is owed: see that somebody performs it.",
    Duty.State.UNDETERMINED: "{title} takes its place, and it is not known whether that applies.",
    Duty.State.WAIVED: "{title} takes its place and is WAIVED, so nothing is sent for either. If "
    "that is not what the waiver was meant for, end it.",
    Duty.State.NOT_APPLICABLE: "{title} takes its place, and was found not to apply, so nothing is "
    "sent for either. Have the incident reassessed.",
    Duty.State.SUPERSEDED: "{title} takes its place, and another duty that one's in turn.",
    Duty.State.FULFILLED: "{title} takes its place and is performed.",
}


def by(duty: Duty) -> Duty | None:
    """The duty that takes its place; None where no row of the incident is that duty."""
    family = Duty.objects.filter(incident_id=duty.incident_id, policy_name=duty.policy_name)
    return family.filter(duty=duty.superseded_by).first()


def said(duty: Duty) -> str:
    """In what hands it is."""
    other = by(duty)
    if other is None:
        return f"The duty {duty.superseded_by} takes its place, and the incident has none of that."
    return _SAID[Duty.State(other.state)].format(title=other.title)


def settled(timer: Timer) -> str:
    """Why its owner need not look after it any more; empty while there is cause to."""
    duty = timer.duty
    if duty is None or duty.state != Duty.State.SUPERSEDED:
        return "No other duty takes its place any more."
    other = by(duty)
    done = other is not None and other.state == Duty.State.FULFILLED
    return "The duty that takes its place was performed." if done else ""
