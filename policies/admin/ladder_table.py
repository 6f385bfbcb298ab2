"""An escalation matrix as a table: severity by time, in each cell who is told and how (pure)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from governance.translated import Text
from policies import wording
from policies.conditions.durations import parse
from policies.documents import Document
from policies.documents.escalation_matrix.levels import VARIED

Raw = Mapping[str, Any]
_NONE: Final = timedelta(0)
#: What tells the people who hold a role.
_PEOPLE: Final = _("e-mail")
#: How often an overdue duty is said again, where the matrix does not say.
_DAILY: Final = "P1D"


@dataclass(frozen=True)
class Told:
    """A role that is told; `how` are the channels, of the role's people and of its contacts."""

    id: str
    title: str
    how: Sequence[Text]
    leads: bool = False


@dataclass(frozen=True)
class Cell:
    """Who is told at one of the table's times; nobody new where `told` is empty."""

    time: str
    told: Sequence[Told]
    everyone: bool = False


@dataclass(frozen=True)
class Row:
    """What happens of one level, or to one sort of duty, at each of the table's times."""

    name: str
    says: str
    cells: Sequence[Cell]
    again: str = ""


@dataclass(frozen=True)
class Table:
    times: Sequence[str]
    rows: Sequence[Row]


def of(document: Document) -> list[tuple[str, Table]]:
    """(heading, table): the levels, the levels outside working hours, the duties."""
    spec: Raw = document.data["spec"]
    levels: dict[str, Raw] = dict(spec["levels"])
    found = [(gettext("By severity, while nobody acknowledges"), _table(_levels(levels), spec))]
    if outside := dict(_outside(levels)):
        hours = spec.get("working_hours", {})
        said = gettext("Outside working hours (%(begin)s to %(end)s on working days)") % {
            "begin": hours.get("from"),
            "end": hours.get("to"),
        }
        found.append((said, _table(_levels(outside), spec)))
    if duties := list(_duties(spec.get("duties", {}))):
        found.append((gettext("Duties, besides their owners"), _table(duties, spec)))
    return found


@dataclass(frozen=True)
class _Step:
    roles: Sequence[str]
    channel: str = ""
    everyone: bool = False

    def __add__(self, other: "_Step") -> "_Step":
        """Both at one time."""
        roles = dict.fromkeys((*self.roles, *other.roles))
        return _Step(list(roles), self.channel, self.everyone or other.everyone)


@dataclass(frozen=True)
class _Line:
    name: str
    says: str
    steps: Mapping[timedelta, _Step]
    again: str = ""
    lead: str = ""


def _levels(levels: Mapping[str, Raw]) -> list[_Line]:
    return [
        _Line(name, _within(raw), _steps(raw), _again(raw), raw["lead"])
        for name, raw in levels.items()
    ]


def _within(raw: Raw) -> str:
    said = []
    if "acknowledge_within" in raw:
        said.append(
            gettext("to acknowledge within %(duration)s")
            % {"duration": wording.duration(raw["acknowledge_within"])}
        )
    if "quiet" in raw:
        hours = raw["quiet"]["hours"]
        said.append(
            gettext("quiet from %(begin)s to %(end)s")
            % {"begin": hours["from"], "end": hours["to"]}
        )
    return "; ".join(said)


def _steps(raw: Raw) -> Mapping[timedelta, _Step]:
    channel = raw.get("channel", "")
    first = _Step([raw["lead"], *raw.get("notify", [])], channel)
    return _timed([(_NONE, first), *_listed(raw.get("steps", []), channel)])


def _listed(steps: Sequence[Raw], channel: str = "") -> Iterator[tuple[timedelta, _Step]]:
    for raw in steps:
        roles, everyone = raw.get("notify", []), raw.get("everyone", False)
        yield parse(raw["after"]), _Step(roles, raw.get("channel", channel), everyone)


def _timed(steps: Iterable[tuple[timedelta, _Step]]) -> Mapping[timedelta, _Step]:
    found: dict[timedelta, _Step] = {}
    for after, step in steps:
        found[after] = found[after] + step if after in found else step
    return found


def _again(raw: Raw) -> str:
    if "repeat" not in raw:
        return ""
    every, times = wording.duration(raw["repeat"]["every"]), raw["repeat"].get("times")
    if times is None:
        return gettext("every %(duration)s") % {"duration": every}
    said = ngettext(
        "every %(duration)s, %(count)s time", "every %(duration)s, %(count)s times", times
    )
    return said % {"duration": every, "count": times}


def _outside(levels: Mapping[str, Raw]) -> Iterator[tuple[str, Raw]]:
    """What a variant leaves out stays."""
    for name, raw in levels.items():
        if "outside_hours" in raw:
            kept = {key: raw[key] for key in (*VARIED, "repeat") if key in raw}
            yield name, {**kept, **raw["outside_hours"]}


def _duties(raw: Raw) -> Iterator[_Line]:
    if "at_risk" in raw:
        told = {_NONE: _Step(raw["at_risk"]["notify"])}
        yield _Line(gettext("At risk"), gettext("three quarters of the period are gone"), told)
    if "overdue" in raw:
        steps = _timed(_listed(raw["overdue"]["steps"]))
        every = raw["overdue"].get("repeat", {}).get("every", _DAILY)
        again = gettext("every %(duration)s until nothing is owed") % {
            "duration": wording.duration(every)
        }
        yield _Line(gettext("Overdue"), gettext("from the legal end on"), steps, again)


def _table(lines: Sequence[_Line], spec: Raw) -> Table:
    times = sorted({after for line in lines for after in line.steps})
    roles = {raw["id"]: raw for raw in spec["roles"]}
    return Table([_time(after) for after in times], [_row(line, times, roles) for line in lines])


def _row(line: _Line, times: Sequence[timedelta], roles: Mapping[str, Raw]) -> Row:
    cells = [
        _cell(after, line.steps.get(after, _Step(())), roles, line.lead if after == _NONE else "")
        for after in times
    ]
    return Row(line.name, line.says, cells, line.again)


def _cell(after: timedelta, step: _Step, roles: Mapping[str, Raw], lead: str) -> Cell:
    told = [
        Told(id_, _title(roles, id_), _how(roles.get(id_, {}), step.channel), leads=id_ == lead)
        for id_ in (roles if step.everyone else step.roles)
    ]
    return Cell(_time(after), told, step.everyone)


def _title(roles: Mapping[str, Raw], id_: str) -> str:
    return str(roles[id_]["title"]) if id_ in roles else id_


def _how(role: Raw, channel: str) -> list[Text]:
    """A channel that is named is the only one."""
    if channel:
        return [channel]
    own = dict.fromkeys(str(each["channel"]) for each in role.get("contacts", []))
    return [_PEOPLE, *(each for each in own if each != "email")]


def _time(after: timedelta) -> str:
    if after == _NONE:
        return gettext("At once")
    minutes = int(after.total_seconds()) // 60
    if minutes % 1_440 == 0:
        return gettext("After %(days)s d") % {"days": minutes // 1_440}
    if minutes % 60 == 0:
        return gettext("After %(hours)s h") % {"hours": minutes // 60}
    return gettext("After %(minutes)s min") % {"minutes": minutes}
