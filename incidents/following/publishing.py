"""Telling subscribers: each course is claimed with a lease, told of the next changes one after the
other, and moved on behind those that were taken.

A worker that dies leaves a lease that runs out, and what it had sent since is told again under the
same ids. Nothing is ever left out: who does not take an event gets no later one before it does, and
after a day the subscription is paused and its maker is told.
"""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db import transaction
from django.db.models import F, Q

from governance import ids, vault
from governance.connectors.contract import DeliveryError
from governance.connectors.webhook import endpoints
from governance.errors import Conflict
from governance.ledger import ledger
from governance.outbox import backoff
from incidents import changes
from incidents.changes import Page
from incidents.following import alarms, subscriptions, telling
from incidents.following.telling import Outcome, Receiver
from incidents.models import Course, Delivery, Subscription

log = structlog.get_logger(__name__)
BY: Final = ledger.system("following")
#: Courses worked on at once, and events of each before the others have their turn.
AT_ONCE: Final = 8
EVENTS: Final = 50
PATIENCE: Final = timedelta(seconds=2)
#: Longer than PATIENCE and the longest exchange together.
LEASE: Final = timedelta(seconds=30)
#: So long a receiver may fail before its subscription is paused.
LONGEST_FAILING: Final = timedelta(days=1)
#: The log of attempts is kept so long.
KEPT: Final = timedelta(days=30)
_GONE: Final = 410


@dataclass(frozen=True)
class Work:
    """A claimed course with what is to be told next."""

    course: Course
    page: Page
    receiver: Receiver | None
    fault: DeliveryError | None = None


def run(*, at: datetime) -> bool:
    """One round; whether there may be more to do at once."""
    claimed = claim(at=at)
    works = [work(course, at=at) for course in claimed]
    for each, outcomes in zip(works, _told(works, at=at), strict=True):
        record(each, outcomes, at=at)
    return bool(claimed)


def claim(*, at: datetime, limit: int = AT_ONCE) -> Sequence[Course]:
    """Courses that are due and have something before them, leased to the caller; those that waited
    longest come first."""
    size = changes.size()
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
    behind = Q(upto__isnull=True, place__lt=size) | Q(place__lt=F("upto"))
    with transaction.atomic():
        due = Course.objects.filter(
            free,
            behind,
            state=Course.State.RUNNING,
            due_at__lte=at,
            subscription__state=Subscription.State.ACTIVE,
            subscription__endpoint__active=True,
        )
        locked = due.select_for_update(skip_locked=True, no_key=True, of=("self",))
        found = list(locked.select_related("subscription__endpoint").order_by("due_at")[:limit])
        keys = [course.id for course in found]
        Course.objects.filter(id__in=keys).update(lease_until=at + LEASE)
    for course in found:
        course.lease_until = at + LEASE
    return found


def record(done: Work, outcomes: Sequence[Outcome], *, at: datetime) -> None:
    """Log the attempts and move the course on, unless somebody else has taken it meanwhile."""
    failed = next((each for each in outcomes if each.error is not None), None)
    with transaction.atomic():
        if not _moved(done, outcomes, failed, at=at):
            return
        due_at = Course.objects.values_list("due_at", flat=True).get(id=done.course.id)
        Delivery.objects.bulk_create(_rows(done, outcomes, due_at=due_at))
        if failed is not None and _given_up(done.course, failed, at=at):
            _pause(done.course, failed, at=at)


def forget(*, before: datetime, limit: int = 5000) -> int:
    """Drop old attempts from the log; returns how many."""
    old = Delivery.objects.filter(at__lt=before).order_by("at").values("id")[:limit]
    return Delivery.objects.filter(id__in=old).delete()[0]


def work(course: Course, *, at: datetime) -> Work:
    """What a claimed course is to be told next."""
    subscription = course.subscription
    wanted = subscriptions.wanted(subscription)
    page = changes.page(course.place, wanted=wanted, limit=EVENTS, upto=course.upto)
    try:
        secrets = endpoints.signing_secrets(subscription.endpoint, at=at)
    except vault.Unreadable as error:
        log.error("subscription.unsigned", endpoint=subscription.endpoint.name)
        return Work(course, page, None, DeliveryError(error.message, permanent=False, ours=True))
    return Work(course, page, Receiver(subscription.endpoint.url, secrets))


def _told(works: Sequence[Work], *, at: datetime) -> list[list[Outcome]]:
    """What came of each, in order. The threads speak HTTP and nothing else."""

    def tell(each: Work) -> list[Outcome]:
        if each.receiver is None:
            return [Outcome(change, at, 0, None, each.fault) for change in each.page.changes[:1]]
        return telling.tell(each.page.changes, each.receiver, at=at, patience=PATIENCE)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(tell, works))


def _moved(
    done: Work, outcomes: Sequence[Outcome], failed: Outcome | None, *, at: datetime
) -> bool:
    """Whether the course was still ours to move."""
    course = done.course
    if failed is not None:
        first = failed is outcomes[0]  # it stood there already, and may have failed before
        changed = _deferred(failed, course.attempts + 1 if first else 1, at=at)
        changed["failing_since"] = (course.failing_since if first else None) or at
        course.failing_since = changed["failing_since"]
    else:
        changed = _advanced(done, outcomes, at=at)
    held = Course.objects.filter(
        id=course.id, place=course.place, lease_until=course.lease_until, state=course.state
    )
    return bool(held.update(lease_until=None, **changed))


def _deferred(failed: Outcome, attempts: int, *, at: datetime) -> dict[str, Any]:
    spread = random.random()  # noqa: S311 - jitter, no secret
    asked = failed.error.retry_after if failed.error is not None else None
    return {
        "place": failed.change.place,
        "attempts": attempts,
        "due_at": at + backoff.wait(attempts, spread=spread, asked=asked),
    }


def _advanced(done: Work, outcomes: Sequence[Outcome], *, at: datetime) -> dict[str, Any]:
    course, whole = done.course, len(outcomes) == len(done.page.changes)
    place = done.page.place if whole else outcomes[-1].change.place + 1
    over = course.upto is not None and place >= course.upto
    return {
        "place": place,
        "attempts": 0,
        "failing_since": None,
        "due_at": at,
        "state": Course.State.FINISHED if over else Course.State.RUNNING,
    }


def _rows(done: Work, outcomes: Sequence[Outcome], *, due_at: datetime | None) -> list[Delivery]:
    return [
        Delivery(
            id=ids.new(),
            course=done.course,
            place=each.change.place,
            entry_id=each.change.id,
            verb=each.change.verb,
            number=done.course.attempts + 1 if index == 0 else 1,
            at=each.at,
            delivered=each.error is None,
            status=each.status,
            milliseconds=each.milliseconds,
            error="" if each.error is None else _printable(str(each.error))[:500],
            next_at=None if each.error is None else due_at,
        )
        for index, each in enumerate(outcomes)
    ]


def _given_up(course: Course, failed: Outcome, *, at: datetime) -> bool:
    """The receiver says that it is gone for good, or has taken nothing for long."""
    since = course.failing_since or at
    return failed.status == _GONE or at - since >= LONGEST_FAILING


def _pause(course: Course, failed: Outcome, *, at: datetime) -> None:
    subscription = course.subscription
    since = course.failing_since or at
    because = f"It has taken nothing since {since:%Y-%m-%d %H:%M} UTC. {failed.error}"
    try:
        subscriptions.pause(subscription, because=_printable(because)[:500], by=BY, at=at)
    except Conflict:
        return  # somebody was quicker
    alarms.tell(subscription, by=BY, at=at)


def _printable(words: str) -> str:
    """What a server said, without characters that a database refuses or a terminal obeys."""
    return "".join(each if each.isprintable() else " " for each in words)
