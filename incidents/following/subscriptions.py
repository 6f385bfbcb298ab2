"""Subscriptions: made, changed, paused and gone on with, each with its entry; and told again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from governance import ids
from governance.accounts.roles import INCIDENTS_READ, POLICIES_READ
from governance.connectors.webhook.models import WebhookEndpoint
from governance.errors import Conflict, Invalid, NotFound
from governance.ledger import ledger
from incidents import changes
from incidents.changes import Wanted
from incidents.following import verbs
from incidents.models import Course, Subscription

State = Subscription.State


@dataclass(frozen=True)
class Choice:
    """What is to be told, as `Subscription` has it."""

    verbs: Sequence[str]
    systems: Sequence[str] | None = None
    severities: Sequence[str] | None = None
    drills: bool = False


def find(endpoint: WebhookEndpoint) -> Subscription:
    """Raises NotFound."""
    found = Subscription.objects.filter(endpoint=endpoint).first()
    if found is None:
        raise NotFound(f"The webhook endpoint {endpoint.name} subscribes to nothing.")
    return found


def hold(name: str) -> None:
    """Lock what every change of the subscription of the endpoint `name` locks."""
    WebhookEndpoint.objects.select_for_update(no_key=True).filter(name=name).first()


def subscribe(
    endpoint: WebhookEndpoint,
    choice: Choice,
    *,
    after: int | None = None,
    by: ledger.Actor,
    at: datetime,
) -> Subscription:
    """Tell the endpoint of what is chosen, from the place `after` on, or from now. Where it
    subscribes already the choice is changed, and how far it was told stays. Raises Invalid."""
    _check(choice)
    with transaction.atomic():
        hold(endpoint.name)
        found = Subscription.objects.filter(endpoint=endpoint).first()
        if found is not None:
            return _change(found, choice, by=by, at=at)
        made = Subscription(
            id=ids.new(), endpoint=endpoint, created_by=str(by), created_at=at, **asdict(choice)
        )
        made.save(force_insert=True)
        place = changes.size() if after is None else after
        _begin(made, place, None, by=by, at=at)
        ledger.append(_event("made", made, after={**_told(made), "place": place}), by=by, at=at)
    return made


def pause(
    subscription: Subscription,
    *,
    because: str = "",
    reason: str = "",
    by: ledger.Actor,
    at: datetime,
) -> None:
    """Tell it nothing more for now; what happens meanwhile is told when it goes on. `because` is
    the program's reason, `reason` a person's. Raises Conflict."""
    words = because or "Somebody paused it."
    with transaction.atomic():
        hold(subscription.endpoint.name)
        _turn(subscription, State.PAUSED, paused_because=words[:500])
        event = _event("paused", subscription, because=because, reason=reason)
        ledger.append(event, by=by, at=at)


def resume(
    subscription: Subscription, *, skip: bool = False, by: ledger.Actor, at: datetime
) -> None:
    """Go on where it stood; with `skip`, behind the event at which it stood. Raises Conflict."""
    with transaction.atomic():
        hold(subscription.endpoint.name)
        _turn(subscription, State.ACTIVE, paused_because="")
        running = subscription.courses.select_for_update().filter(state=Course.State.RUNNING)
        running.update(failing_since=None, due_at=at)
        stuck = running.filter(attempts__gt=0) if skip else running.none()
        places = sorted(stuck.values_list("place", flat=True))
        stuck.update(place=F("place") + 1, attempts=0)
        after = {"skipped": places} if places else None
        ledger.append(_event("resumed", subscription, after=after), by=by, at=at)


def replay(
    subscription: Subscription,
    start: int,
    end: int | None = None,
    *,
    by: ledger.Actor,
    at: datetime,
) -> Course:
    """Tell again what was told from the place `start` on, up to `end` or to where it stands now,
    under the same ids. What happens now is told beside it. Raises Invalid."""
    with transaction.atomic():
        hold(subscription.endpoint.name)
        live = subscription.courses.get(upto__isnull=True)
        upto = live.place if end is None else min(end, live.place)
        if start >= upto:
            raise Invalid("Nothing was told since then, so there is nothing to tell again.")
        course = _begin(subscription, start, upto, by=by, at=at)
        after = {"course": course.id, "place": start, "upto": upto}
        ledger.append(_event("replayed", subscription, after=after), by=by, at=at)
    return course


def needed(patterns: Iterable[str]) -> frozenset[str]:
    """The scopes of those who may read what is told as these verbs, and so may have it told."""
    policies = {POLICIES_READ} if verbs.of_policies(patterns) else set()
    return frozenset({INCIDENTS_READ} | policies)


def wanted(subscription: Subscription) -> Wanted:
    """What is told to it: the one place that says so."""
    patterns = subscription.verbs
    kinds = changes.KINDS if verbs.of_policies(patterns) else changes.OF_INCIDENTS
    return Wanted(
        kinds=kinds,
        verbs=None if verbs.ALL in patterns else patterns,
        systems=subscription.systems,
        severities=subscription.severities,
        drills=subscription.drills,
    )


def _change(found: Subscription, choice: Choice, *, by: ledger.Actor, at: datetime) -> Subscription:
    before = _told(found)
    for name, value in asdict(choice).items():
        setattr(found, name, value)
    if _told(found) != before:
        found.save(update_fields=[*asdict(choice)])
        ledger.append(_event("changed", found, before=before, after=_told(found)), by=by, at=at)
    return found


def _begin(
    subscription: Subscription, place: int, upto: int | None, *, by: ledger.Actor, at: datetime
) -> Course:
    return Course.objects.create(
        id=ids.new(),
        subscription=subscription,
        place=place,
        upto=upto,
        due_at=at,
        asked_by=str(by),
        asked_at=at,
    )


def _turn(subscription: Subscription, to: State, **changed: str) -> None:
    others = Subscription.objects.filter(id=subscription.id).exclude(state=to)
    if not others.update(state=to, **changed):
        raise Conflict(f"The subscription of {subscription} is {to} already.")
    subscription.refresh_from_db()


def _check(choice: Choice) -> None:
    """What would never match is refused: it would look like silence."""
    if not choice.verbs:
        raise Invalid("Name what it is to be told of; * is everything.")
    if wrong := verbs.unknown(choice.verbs):
        there = ", ".join([*sorted(verbs.KNOWN), *(f"{each}.*" for each in verbs.FAMILIES), "*"])
        raise Invalid(f"Nothing is ever told as {', '.join(wrong)}. There are: {there}.")
    if choice.systems == [] or choice.severities == []:
        raise Invalid("Leave out systems or severities for all; an empty list would match none.")


def _told(subscription: Subscription) -> dict[str, object]:
    """What the audit trail holds of it."""
    names = ("verbs", "systems", "severities", "drills")
    return {name: getattr(subscription, name) for name in names}


def _event(
    verb: str,
    subscription: Subscription,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    because: str = "",
    reason: str = "",
) -> ledger.Event:
    id_: UUID = subscription.id
    return ledger.Event(
        f"subscription.{verb}",
        "subscription",
        id_,
        before=before,
        after=after,
        because=because,
        reason=reason,
    )
