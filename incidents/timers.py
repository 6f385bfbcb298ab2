"""Setting and cancelling what time will set in motion."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from governance import bulk, canonical, ids
from incidents.models import Clock, Dispensation, Duty, Incident, Timer
from incidents.models.timer import NO_LIMIT, TARGET, WAITS_FOR
from policies import deadlines
from policies.documents.obligation_policy import Stage

#: How often the owner of a duty without a number, or of an overdue one, hears of it again.
AGAIN_EVERY: Final = timedelta(hours=24)
#: After the first time, how often the owner of a superseded duty is asked to look after it.
SUPERSEDED_EVERY: Final = timedelta(days=7)
#: What the key of a repeated escalation step has in it.
AGAIN: Final = ":again:"
#: The step of a question that is asked before its limit.
HALF: Final = "half"


def of_clock(
    clock: Clock, stage: Stage, running: deadlines.Running, *, shadow: bool, at: datetime
) -> list[Timer]:
    """Everything the clock will want to say from `at` on. A shadow clock only reminds.

    Reminders whose time is over are left out: whoever counts the clock now is told of it now. That
    it is at risk or overdue is said however late it is.
    """
    found = [
        _timer(clock, Timer.Kind.REMINDER, text, instant)
        for text, instant in deadlines.reminders(stage, running)
        if instant > at
    ]
    if running.target_due is not None and running.target_due > at:
        found.append(_timer(clock, Timer.Kind.REMINDER, TARGET, running.target_due))
    if running.legal_due is None:
        found.append(again(clock, Timer.Kind.REMINDER, 1, after=running.started_at, at=at))
    elif not shadow:
        at_risk = deadlines.at_risk_from(running)
        if at_risk is not None:
            found.append(_timer(clock, Timer.Kind.AT_RISK, "at risk", at_risk))
        found.append(_timer(clock, Timer.Kind.OVERDUE, "1", running.legal_due))
    return found


def again(clock: Clock, kind: Timer.Kind, count: int, *, after: datetime, at: datetime) -> Timer:
    """The `count`-th repetition, a day after `after`; those that would lie before `at` are left
    out, so that after downtime or for a backdated clock one is said and not all of them."""
    missed = max((at - after) // AGAIN_EVERY, 0)
    return _timer(clock, kind, str(count + missed), after + (missed + 1) * AGAIN_EVERY)


def of_waiting(clock: Clock, *, shadow: bool, at: datetime) -> list[Timer]:
    """The next reminder of a clock that waits, daily from when it began to: the policy sets no
    limit on waiting, and a moment that nobody records starts nothing.

    None for an optional stage or one in shadow, which nobody owes, nor for one that waits for
    another stage to be sent: that stage has reminders of its own.
    """
    ours = [name for name in clock.waits_for if not name.startswith("submitted:")]
    if shadow or clock.optional or clock.waiting_since is None or (clock.waits_for and not ours):
        return []
    passed = max((at - clock.waiting_since) // AGAIN_EVERY, 0) + 1
    due_at = clock.waiting_since + passed * AGAIN_EVERY
    step = f"{WAITS_FOR}{' or '.join(ours)}" if ours else NO_LIMIT
    return [_timer(clock, Timer.Kind.REMINDER, step[:80], due_at)]


def question(duty: Duty, *, at: datetime) -> Timer:
    """Asks when half of the time to find out is gone; `question_again` goes on from there."""
    by = _limit(duty)
    return _question(duty, HALF, at + (by - at) / 2) if at < by else question_again(duty, at=at)


def question_again(duty: Duty, *, at: datetime) -> Timer:
    """The next time to ask: at the limit and, from then on, every day. Days that lie before `at`
    are left out."""
    by = _limit(duty)
    if at < by:
        return _question(duty, "unanswered", by)
    days = (at - by) // AGAIN_EVERY + 1
    return _question(duty, str(days + 1), by + days * AGAIN_EVERY)


def superseded(duty: Duty, *, at: datetime) -> Timer:
    """Asks the owner, a day after another duty has taken this one's place, whether that one is in
    good hands; `superseded_again` goes on from there."""
    return _superseded(duty, 1, at + AGAIN_EVERY)


def asking(duty: Duty, *, at: datetime) -> list[Timer]:
    """What the duty itself asks its owner from now on."""
    if duty.shadow:
        return []
    if duty.state == Duty.State.UNDETERMINED:
        return [question(duty, at=at)]
    return [superseded(duty, at=at)] if duty.state == Duty.State.SUPERSEDED else []


def superseded_again(said: Timer, *, at: datetime) -> Timer:
    """The next time to ask, a week later. Weeks that lie before `at` are left out."""
    weeks = (at - said.due_at) // SUPERSEDED_EVERY + 1
    return _superseded(_of(said), int(said.step) + 1, said.due_at + weeks * SUPERSEDED_EVERY)


def confirmations(duties: Iterable[Duty]) -> list[Timer]:
    """One for each owner of decisions not to notify, when the first of them is to be confirmed; it
    speaks for all of the incident's."""
    first: dict[tuple[UUID, str], datetime] = {}
    for duty in duties:
        if duty.confirm_by is not None:
            key = duty.incident_id, duty.owner
            first[key] = min(duty.confirm_by, first.get(key, duty.confirm_by))
    return [confirmation(id_, owner, due) for (id_, owner), due in first.items()]


def confirmation(incident_id: UUID, owner: str, due_at: datetime) -> Timer:
    return Timer(
        id=ids.new(),
        incident_id=incident_id,
        kind=Timer.Kind.CONFIRM,
        step=owner,
        key=f"incident:{incident_id}:confirm:{owner}:{canonical.instant(due_at)}",
        due_at=due_at,
    )


def dispensation(about: Dispensation, kind: Timer.Kind, step: str, due_at: datetime) -> Timer:
    """A reminder that a request waits or a review is due; a `step` that is a number repeats."""
    return Timer(
        id=ids.new(),
        incident_id=about.incident_id,
        dispensation=about,
        kind=kind,
        step=step,
        key=f"dispensation:{about.id}:{kind}:{canonical.instant(due_at)}",
        due_at=due_at,
    )


def overdue(clock: Clock, count: int, due_at: datetime) -> Timer:
    """The `count`-th time that the clock is said to be overdue."""
    return _timer(clock, Timer.Kind.OVERDUE, str(count), due_at)


def escalation(
    incident: Incident, step: int, due_at: datetime, *, repetition: bool = False
) -> Timer:
    """The `step`-th step (from 1) of the severity that the incident has now; repetitions of the
    last step count on."""
    again = AGAIN if repetition else ":"
    return Timer(
        id=ids.new(),
        incident=incident,
        kind=Timer.Kind.ESCALATION,
        step=str(step),
        # With ladder and due time: a severity that comes back has its ladder anew.
        key=f"incident:{incident.id}:escalation:{incident.severity}:{incident.ladder}{again}{step}:"
        + canonical.instant(due_at),
        due_at=due_at,
        ladder=incident.ladder,
    )


def set_first(timers: Sequence[Timer]) -> None:
    """Store timers of an incident that is made in this very transaction: none can exist yet."""
    bulk.copy(list({timer.key: timer for timer in timers}.values()))


def set_all(timers: Iterable[Timer]) -> None:
    """Store them. One that exists by its key and was cancelled is owed again: its clock moved and
    moved back. One that was said is not said twice; where it repeats, it goes on from there."""
    wanted = {timer.key: timer for timer in timers}
    bulk.add(list(wanted.values()))
    over = Timer.objects.filter(key__in=wanted).exclude(state=Timer.State.PENDING)
    for timer in over.select_for_update(no_key=True):
        again = timer if timer.state == Timer.State.CANCELLED else _next(timer)
        if again is not None:
            _set_again(again)


def _next(said: Timer) -> Timer | None:
    """The repetition that was to follow it and was cancelled; None where nothing is cut short."""
    if said.clock_id is None or not said.repeats or said.waits:
        return None
    same = Timer.objects.filter(clock_id=said.clock_id, kind=said.kind, due_at__gt=said.due_at)
    cancelled = same.filter(state=Timer.State.CANCELLED).select_for_update(no_key=True)
    later = (each for each in cancelled.order_by("due_at", "id") if each.step.isdecimal())
    return next((each for each in later if int(each.step) > int(said.step)), None)


def _set_again(timer: Timer) -> None:
    Timer.objects.filter(id=timer.id).update(
        state=Timer.State.PENDING,
        done_at=None,
        retry_at=None,
        attempts=0,
        outcome="",
    )


def cancel(pending: QuerySet[Timer], *, because: str, at: datetime) -> int:
    return pending.filter(state=Timer.State.PENDING).update(
        state=Timer.State.CANCELLED, done_at=at, outcome=because
    )


def _of(timer: Timer) -> Duty:
    if timer.duty is None:
        raise ValueError(f"The timer {timer.id} names no duty.")
    return timer.duty


def _superseded(duty: Duty, count: int, due_at: datetime) -> Timer:
    return Timer(
        id=ids.new(),
        incident_id=duty.incident_id,
        duty=duty,
        kind=Timer.Kind.SUPERSEDED,
        step=str(count),
        key=f"duty:{duty.id}:superseded:{count}:{canonical.instant(due_at)}",
        due_at=due_at,
    )


def _limit(duty: Duty) -> datetime:
    if duty.determine_by is None:
        raise ValueError(f"{duty} is no question.")
    return duty.determine_by


def _question(duty: Duty, step: str, due_at: datetime) -> Timer:
    return Timer(
        id=ids.new(),
        incident_id=duty.incident_id,
        duty=duty,
        kind=Timer.Kind.QUESTION,
        step=step,
        key=f"duty:{duty.id}:question:{step}:{canonical.instant(due_at)}",
        due_at=due_at,
    )


def _timer(clock: Clock, kind: Timer.Kind, step: str, due_at: datetime) -> Timer:
    return Timer(
        id=ids.new(),
        incident_id=clock.incident_id,
        duty_id=clock.duty_id,
        clock=clock,
        kind=kind,
        step=step,
        # The due time is part of the key: a clock that moved sets its timers anew.
        key=f"clock:{clock.id}:{kind}:{step}:{canonical.instant(due_at)}",
        due_at=due_at,
    )
