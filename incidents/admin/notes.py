"""What pages say beside a clock: how long it waits, and what of its counting is not in force."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from governance.api.withheld import veil
from governance.console import times
from governance.errors import BylawError
from incidents import outdated, starts
from incidents.models import Clock, Decision, Incident, Timer
from incidents.models.timer import WAITS_FOR
from policies import releases, titles
from policies.titles import Start


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
    """`waits for “We became aware”, for 26 h`"""
    names, since = awaited(clock) or gettext("a limit that holds"), waited(clock, at=at)
    if not since:
        return gettext("waits for %(names)s") % {"names": names}
    return gettext("waits for %(names)s, %(since)s") % {"names": names, "since": since}


def awaited(clock: Clock) -> str:
    """What starts it: moments, and the sending of earlier stages; empty where a limit has to hold
    first."""
    return gettext(" or ").join(each.shown for each in starts.of(clock))


def timer(row: Timer) -> str:
    """`Reminder: waits for “We became aware”`: the row itself has but the names of moments."""
    names = row.step.removeprefix(WAITS_FOR)
    if row.clock is None or not row.waits or names == row.step:
        return str(row)
    called = titles.of(row.clock.release_id)
    shown = [Start(called.moment(name)).shown for name in names.split(" or ")]
    return gettext("%(kind)s: waits for %(names)s") % {
        "kind": row.get_kind_display(),
        "names": gettext(" or ").join(shown),
    }


def timers(rows: Iterable[Timer]) -> list[tuple[Timer, str, SafeString]]:
    """Each with what it is, and when it is due."""
    return [(veil(row), timer(row), times.stamp(row.due_at)) for row in rows]


def waited(clock: Clock, *, at: datetime) -> str:
    return times.since(clock.waiting_since, now=at) if clock.waiting_since is not None else ""
