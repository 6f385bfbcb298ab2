"""Decisions not to notify: confirmed or contested by a person, and brought to mind until then."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from governance.errors import NotAllowed
from governance.ledger import ledger
from incidents import duties, selectors, timers, timetable
from incidents.calls import Call
from incidents.errors import WrongState
from incidents.models import Duty, Incident, Timer
from incidents.timetable import Changes
from policies import evaluation
from policies.release import Release

#: So many reminders come daily; after them, one a week.
DAILY: Final = 3
WEEK: Final = timedelta(days=7)
_Confirmation = Duty.Confirmation


def confirm(duty: Duty, *, person: str, note: str, by: ledger.Actor, at: datetime) -> None:
    """A person answers for it that the duty does not apply. One that was contested is closed again
    by it, which takes another person than the contest. Raises WrongState, NotAllowed."""
    contested = duties.contested(duty) and duty.state in duties.ACTIVE
    if not contested and duty.confirmation != _Confirmation.UNCONFIRMED:
        raise WrongState("There is no decision here that waits to be confirmed.")
    if contested:
        _refuse_overruling(duty, person)
    before = _before(duty)
    duty.confirmation, duty.confirmation_note = _Confirmation.CONFIRMED, note
    duty.confirmed_at, duty.confirmed_by = at, person
    changes = Changes()
    if contested:
        because = "A second person confirmed that the duty does not apply."
        duty.state, duty.closed_at, duty.because = Duty.State.NOT_APPLICABLE, at, because
        timetable.cancel(duty.clocks.order_by("id"), changes, because=because, at=at)
        timers.cancel(duty.timers.all(), because=because, at=at)
    _store(duty, before, changes, "duty.decision_confirmed", note, by=by, at=at)


def contest(duty: Duty, *, person: str, note: str, by: ledger.Actor, at: datetime) -> None:
    """A person holds that the duty applies: it is open, and no later decision of the policies
    closes it. Its clocks begin when they are counted again. Raises WrongState."""
    if duty.state != Duty.State.NOT_APPLICABLE:
        raise WrongState("Only a decision that the duty does not apply can be contested.")
    before = _before(duty)
    duties.forget_confirmation(duty)
    duty.state, duty.closed_at = Duty.State.OPEN, None
    duty.missing, duty.determine_by, duty.superseded_by = [], None, ""
    duty.confirmation, duty.confirmation_note = _Confirmation.CONTESTED, note
    duty.contested_at, duty.contested_by = at, person
    _store(duty, before, Changes(), "duty.decision_contested", note, by=by, at=at)


def opened(duty: Duty) -> Call:
    """To the owner, when a contest opened the duty."""
    return Call(
        key=f"duty:{duty.id}:contested:{duty.contested_at}",
        incident=duty.incident,
        roles=(duty.owner,),
        headline=f"Contested, so it applies: {duty.title}",
        because="Somebody contested the decision that this duty does not apply. "
        + duty.confirmation_note,
        duties=[duty],
    )


def unconfirmed(incident: Incident) -> int:
    return incident.duties.filter(confirmation=_Confirmation.UNCONFIRMED, shadow=False).count()


def fire(timer: Timer, changes: Changes, *, release: Release, at: datetime) -> Call | None:
    """One message to an owner about all decisions of the incident that should be confirmed by now,
    and the timer of the next. None when nothing waits, or another timer has just said it."""
    if not Timer.objects.filter(id=timer.id, state=Timer.State.PENDING).exists():
        return None
    owner, waiting = timer.step, _waiting(timer)
    if not waiting:
        return None
    late = [duty for duty in waiting if duty.confirm_by is not None and duty.confirm_by <= at]
    _set_next(timer, waiting, changes, told=bool(late), at=at)
    if not late:
        return None
    call = Call(
        key=f"timer:{timer.id}",
        incident=timer.incident,
        roles=(owner,),
        headline="To confirm: not to notify",
        because=f"{_counted(late)} found not to apply, which nobody has confirmed. Legal counsel "
        "confirms or contests each on its page.",
        duties=late,
    )
    event = ledger.Event(
        "timer.confirm",
        "incident",
        timer.incident_id,
        timer.incident_id,
        after={"due_at": timer.due_at, "roles": call.roles, "duties": [d.id for d in late]},
        because=call.because,
    )
    changes.events.append(event)
    return call


def _waiting(timer: Timer) -> Sequence[Duty]:
    rows = timer.incident.duties.filter(
        owner=timer.step, confirmation=_Confirmation.UNCONFIRMED, shadow=False
    )
    return list(rows.select_related("decision").order_by("confirm_by", "id"))


def _set_next(
    timer: Timer, waiting: Sequence[Duty], changes: Changes, *, told: bool, at: datetime
) -> None:
    """One chain of reminders an owner: whatever else is set for them falls into this one."""
    chain = Timer.objects.filter(
        incident_id=timer.incident_id, kind=Timer.Kind.CONFIRM, step=timer.step
    )
    said = chain.filter(state=Timer.State.FIRED).count() + told
    again = at + (timers.AGAIN_EVERY if said < DAILY else WEEK)
    coming = [duty.confirm_by for duty in waiting if duty.confirm_by and duty.confirm_by > at]
    timers.cancel(chain.exclude(id=timer.id), because="Said with the others.", at=at)
    due = min([*coming, again]) if told else min(coming)
    changes.timers.append(timers.confirmation(timer.incident_id, timer.step, due))


def _counted(duties_: Sequence[Duty]) -> str:
    return "1 duty was" if len(duties_) == 1 else f"{len(duties_)} duties were"


def _refuse_overruling(duty: Duty, person: str) -> None:
    if duty.contested_by == person:
        raise NotAllowed("You contested this yourself. Somebody else must overrule it.")
    last = selectors.latest_decision(duty.incident)
    found = [
        each["outcome"]
        for each in evaluation.reasons(last.text)["duties"]
        if each["duty"] == duty.duty
        and each["policy"].partition("/")[2].partition("@")[0] == duty.policy_name
    ]
    if found and found[0] != "does_not_apply":
        raise WrongState("By the facts known now it applies or might; correct the facts instead.")


def _before(duty: Duty) -> dict[str, object]:
    return {"state": duty.state, "confirmation": duty.confirmation}


def _store(
    duty: Duty,
    before: dict[str, object],
    changes: Changes,
    verb: str,
    note: str,
    *,
    by: ledger.Actor,
    at: datetime,
) -> None:
    """By conditional update: whoever decided on what is not so any more is told to look again."""
    fields = (*duties.CONFIRMATION, "state", "closed_at", "missing", "determine_by")
    same = Duty.objects.filter(
        id=duty.id, state=before["state"], confirmation=before["confirmation"]
    )
    now = {name: getattr(duty, name) for name in (*fields, "superseded_by")}
    if not same.update(**now):
        raise WrongState("The duty was changed by somebody else meanwhile; look again.")
    changes.events.append(duties.event(verb, duty, before, note=note))
    changes.store(by=by, at=at)
