"""What an escalation matrix says, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final

#: Who watches over duties where the matrix does not say, the first of them that there is.
WATCHER: Final = "compliance-officer"
ABOVE: Final = "executive"
DAY: Final = timedelta(days=1)
#: How long a snooze may last where the level does not say.
SNOOZE: Final = timedelta(hours=4)


@dataclass(frozen=True)
class Role:
    """`contacts` are (channel, address) pairs told besides the people who hold the role. Of those
    only who is on call is told, where `rota` or `feed` names one."""

    id: str
    title: str
    contacts: tuple[tuple[str, str], ...]
    rota: str = ""
    feed: str = ""


@dataclass(frozen=True)
class Step:
    """Tell `notify` when nobody has acknowledged `after` this long since the first notice. With
    `everyone` it is every role of the matrix. No `channel`: each contact by its own."""

    after: timedelta
    notify: tuple[str, ...]
    everyone: bool = False
    channel: str = ""


@dataclass(frozen=True)
class Repeat:
    """The last step again, `every` so often; without `times` until somebody acknowledges."""

    every: timedelta
    times: int | None = None


@dataclass(frozen=True)
class Hours:
    """Local times of a day. `start` after `end` goes over midnight; equal ones are a whole day."""

    start: time
    end: time

    @property
    def length(self) -> timedelta:
        minutes = _minutes(self.end) - _minutes(self.start)
        return timedelta(minutes=minutes if minutes > 0 else minutes + 24 * 60)


@dataclass(frozen=True)
class Quiet:
    """When messages that are not urgent wait. `days` (Monday is 0) are quiet all through, as are
    the days that `calendar` does not work; `zone` is empty where the calendar gives it. No `roles`:
    it holds for all."""

    hours: Hours
    days: frozenset[int]
    zone: str
    calendar: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class WorkingHours:
    calendar: str
    hours: Hours


@dataclass(frozen=True)
class Response:
    """`outside` is what holds instead outside the working hours, complete in itself."""

    lead: str
    channel: str
    notify: tuple[str, ...]
    acknowledge_within: timedelta | None
    steps: tuple[Step, ...]
    repeat: Repeat | None = None
    quiet: Quiet | None = None
    snooze_at_most: timedelta = SNOOZE
    outside: "Response | None" = None


@dataclass(frozen=True)
class Watch:
    """Who hears of duties besides their owners. `overdue` is a ladder: `after` counts from the
    legal end, and who was told stays told. It goes on every `again` until nothing is owed."""

    at_risk: tuple[str, ...]
    overdue: tuple[Step, ...]
    again: timedelta = DAY


@dataclass(frozen=True)
class Override:
    start: datetime
    end: datetime
    member: str


@dataclass(frozen=True)
class Rota:
    """Who is on call in turn. The times are local ones of `zone`, without an offset. The first of
    `members` begins at `start`; the next follows after each `turn`, or at each `handover`
    (weekday, time), so that a change of the clocks moves no handover."""

    id: str
    zone: str
    start: datetime
    members: tuple[str, ...]
    turn: timedelta | None = None
    handover: tuple[int, time] | None = None
    until: datetime | None = None
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True)
class Feed:
    """A calendar elsewhere (iCalendar, RFC 5545) whose present event names who is on call. `zone`
    is for times of it that name none."""

    id: str
    url: str
    zone: str


@dataclass(frozen=True)
class EscalationMatrix:
    roles: Mapping[str, Role]
    levels: Mapping[str, Response]
    watch: Watch
    working_hours: WorkingHours | None = None
    rotas: Mapping[str, Rota] = field(default_factory=dict)
    feeds: Mapping[str, Feed] = field(default_factory=dict)

    @property
    def calendars(self) -> frozenset[str]:
        """Those that it names."""
        quiet = (level.quiet.calendar for level in self.levels.values() if level.quiet)
        working = (self.working_hours.calendar,) if self.working_hours else ()
        return frozenset(filter(None, (*quiet, *working)))


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
