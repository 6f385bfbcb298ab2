"""How long each record class is kept, and why: what is shipped, with the organisation's own file
(pure but for reading files)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import jsonschema
import yaml

from governance.errors import Invalid

SHIPPED: Final = Path(__file__).with_name("periods.yaml")
#: The class that belongs to no incident.
REJECTED: Final = "rejected_submissions"
_LENGTH: Final = {"years": {"type": "integer", "minimum": 1, "maximum": 100}}
_OURS: Final = {
    "type": "object",
    "properties": {**_LENGTH, "days": {"type": "integer", "minimum": 1, "maximum": 36_500}},
    "additionalProperties": False,
    "minProperties": 1,
    "maxProperties": 1,
}
_LAW: Final = {
    "type": "object",
    "properties": {
        "policy": {"type": "string"},
        **_LENGTH,
        "until_decided": {"const": True},
        "citation": {"type": "string", "minLength": 1},
        "level": {"enum": ["verified", "secondary", "unverified"]},
    },
    "required": ["policy", "citation"],
    "oneOf": [{"required": ["years"]}, {"required": ["until_decided"]}],
    "additionalProperties": False,
}
_OWN: Final = {
    "type": "object",
    "properties": {
        "classes": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "ours": _OURS,
                    "because": {"type": "string", "minLength": 1},
                },
                "required": ["id", "ours", "because"],
                "additionalProperties": False,
            },
        },
        "laws": {"type": "array", "items": _LAW},
    },
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Period:
    """So many years, or days; of neither, until a person decides."""

    years: int = 0
    days: int = 0

    @property
    def ends(self) -> bool:
        return bool(self.years or self.days)

    def after(self, at: datetime) -> datetime | None:
        """When it is over; None for one that does not end by itself."""
        if not self.ends:
            return None
        return _years(at, self.years) + timedelta(days=self.days)

    def before(self, at: datetime) -> datetime:
        """What began before this is over at `at`. Only of one that ends."""
        return _years(at, -self.years) - timedelta(days=self.days)

    def __str__(self) -> str:
        if not self.ends:
            return "until a person decides"
        number, unit = (self.years, "year") if self.years else (self.days, "day")
        return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


@dataclass(frozen=True)
class Class:
    """A record class: `parts` are those of `erasable`."""

    id: str
    title: str
    counted_from: str
    parts: tuple[str, ...]
    ours: Period
    because: str


@dataclass(frozen=True)
class Law:
    """What a regime wants kept at least, from the closing of an incident on."""

    policy: str
    period: Period
    citation: str
    level: str


@dataclass(frozen=True)
class Periods:
    classes: tuple[Class, ...]
    laws: tuple[Law, ...]

    def of(self, id_: str) -> Class:
        return next(each for each in self.classes if each.id == id_)


def read(own: str) -> Periods:
    """The shipped periods with those of one's own file, if a path is given. Raises Invalid."""
    shipped = _shipped()
    if not own:
        return shipped
    try:
        data = yaml.safe_load(Path(own).read_text("utf-8")) or {}
        jsonschema.validate(data, _OWN)
    except (OSError, yaml.YAMLError, jsonschema.ValidationError) as error:
        words = getattr(error, "message", str(error))
        raise Invalid(f"The file of retention periods {own} cannot be used: {words}") from error
    return _with(shipped, data, own)


def _with(shipped: Periods, data: Mapping[str, Any], own: str) -> Periods:
    given = {each["id"]: each for each in data.get("classes", ())}
    known = [each.id for each in shipped.classes]
    if unknown := sorted(set(given) - set(known)):
        raise Invalid(f"{own}: unknown classes {', '.join(unknown)}; there are {', '.join(known)}.")
    classes = tuple(
        replace(each, ours=_period(given[each.id]["ours"]), because=given[each.id]["because"])
        if each.id in given
        else each
        for each in shipped.classes
    )
    return Periods(classes, (*shipped.laws, *_laws(data)))


@lru_cache(maxsize=1)
def _shipped() -> Periods:
    data = yaml.safe_load(SHIPPED.read_text("utf-8"))
    classes = [
        Class(**{**each, "parts": tuple(each["parts"]), "ours": _period(each["ours"])})
        for each in data["classes"]
    ]
    return Periods(tuple(classes), _laws(data))


def _laws(data: Mapping[str, Any]) -> tuple[Law, ...]:
    listed: Sequence[Mapping[str, Any]] = data.get("laws", ())
    return tuple(
        Law(each["policy"], _period(each), each["citation"], each.get("level", "unverified"))
        for each in listed
    )


def _period(each: Mapping[str, Any]) -> Period:
    return Period(each.get("years", 0), each.get("days", 0))


def _years(at: datetime, count: int) -> datetime:
    """The same day so many years on; 29 February becomes the last of February."""
    try:
        return at.replace(year=at.year + count)
    except ValueError:
        return at.replace(year=at.year + count, day=28)
