"""What an action on an incident would do: found out by doing it and taking it back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from governance.console import times
from governance.outbox.models import Message
from incidents import differences, previews, selectors
from incidents.admin import notes, reassessed, severities
from incidents.differences import Picture
from incidents.models import Incident, Moment, Timer
from policies import titles
from policies.titles import Titles

#: Of what would be said later, the first is enough to know whom it would reach next.
_MOST_PLANNED: Final = 6
_MOST_TOLD: Final = 20


@dataclass(frozen=True)
class _Before:
    incident: Incident
    picture: Picture
    messages: frozenset[UUID]
    moments: frozenset[UUID]
    timers: frozenset[UUID]


def shown(run: Callable[[], object], touched: Iterable[Incident]) -> SafeString:
    """`touched` are the incidents that it may change. Raises what `run` raises."""
    with previews.taken_back():
        before = [_before(Incident.objects.get(id=each.id)) for each in touched]
        run()
        found = [_effect(each, named=len(before) > 1) for each in before]
    return SafeString(render_to_string("incidents/foreseen.html", {"effects": found}))


def _before(incident: Incident) -> _Before:
    return _Before(
        incident,
        differences.picture(incident),
        _ids(Message.objects.filter(incident_id=incident.id)),
        _ids(incident.moments),
        _ids(incident.timers.filter(state=Timer.State.PENDING)),
    )


def _ids(rows: Any) -> frozenset[UUID]:
    return frozenset(rows.values_list("id", flat=True))


def _effect(before: _Before, *, named: bool) -> Mapping[str, Any]:
    was, now = before.incident, Incident.objects.get(id=before.incident.id)
    called = titles.of(selectors.latest_decision(now).release_id)
    messages = Message.objects.filter(incident_id=now.id).exclude(id__in=before.messages)
    pending = now.timers.filter(state=Timer.State.PENDING).select_related("clock", "duty")
    planned = pending.exclude(id__in=before.timers).order_by("due_at", "id")
    stopped = now.timers.filter(id__in=before.timers).exclude(state=Timer.State.PENDING).count()
    return {
        "named": now.reference if named else "",
        "severity": _severity(was, now),
        "state": (was.standing, now.standing) if was.standing != now.standing else None,
        "moments": [_moment(each, called) for each in now.moments.exclude(id__in=before.moments)],
        "changes": reassessed.changes(
            differences.between(before.picture, differences.picture(now)), called
        ),
        "told": _told(messages.defer("text", "html")[:_MOST_TOLD]),
        "planned": [
            (notes.timer(each), times.stamp(each.due_at)) for each in planned[:_MOST_PLANNED]
        ],
        "stopped": stopped,
    }


def _severity(was: Incident, now: Incident) -> SafeString | None:
    same = (was.severity, was.severity_provisional) == (now.severity, now.severity_provisional)
    if same:
        return None
    if was.severity != now.severity:
        return reassessed.levels(was.severity, now.severity)
    return severities.of(now)


def _moment(moment: Moment, called: Titles) -> tuple[str, SafeString]:
    return called.moment(moment.name), times.stamp(moment.at)


def _told(messages: Iterable[Message]) -> Sequence[tuple[str, str]]:
    return [(each.destination, each.subject) for each in messages]
