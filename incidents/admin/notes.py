"""What pages say beside a clock: how long it waits, and what of its counting is not in force."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from governance.console import times
from governance.errors import BylawError
from incidents import outdated
from incidents.models import Clock, Decision, Incident
from policies import releases


@dataclass(frozen=True)
class Behind:
    """An open incident was decided by another release than the one in force; `notes` say what that
    means for its clocks."""

    notes: Sequence[str]


def of(
    incident: Incident, last: Decision, clocks: Iterable[Clock], *, at: datetime
) -> Behind | None:
    """None where the release in force has decided it, and while none is."""
    if incident.state == Incident.State.CLOSED:
        return None
    try:
        release = releases.in_force(at)
    except BylawError:
        return None
    if last.release_id == release.digest:
        return None
    return Behind(outdated.notes(clocks, release))


def waits(clock: Clock, *, at: datetime) -> str:
    """`waits for aware, for 26 h`"""
    names, since = awaited(clock) or gettext("a limit that holds"), waited(clock, at=at)
    if not since:
        return gettext("waits for %(names)s") % {"names": names}
    return gettext("waits for %(names)s, %(since)s") % {"names": names, "since": since}


def awaited(clock: Clock) -> str:
    """What starts it: moments, and the sending of earlier stages; empty where a limit has to hold
    first."""
    return gettext(" or ").join(_awaited(name) for name in clock.waits_for)


def _awaited(name: str) -> str:
    kind, _, stage = name.rpartition(":")
    words = stage.replace("_", " ").replace("-", " ")
    return gettext("“%(stage)s” being sent") % {"stage": words} if kind == "submitted" else words


def waited(clock: Clock, *, at: datetime) -> str:
    return times.since(clock.waiting_since, now=at) if clock.waiting_since is not None else ""
