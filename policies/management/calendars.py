"""The calendars that ship, and writing a Calendar document from the `holidays` package.

The documents are frozen: days, source and the day they were made stand in them, and a test makes
them again with the pinned package.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from importlib import metadata
from importlib.util import find_spec
from typing import Final

with suppress(ModuleNotFoundError):  # a development dependency: servers need the documents only
    import holidays

MADE_ON: Final = date(2026, 11, 22)
FIRST_YEAR: Final = 2024
LAST_YEAR: Final = 2030

#: The package has a list of one institution only. Art. 2(1) of Regulation 1182/71 means the days
#: that the institution concerned designates.
_INSTITUTIONS_NOTE: Final = (
    "Not the official list. Article 2(1) of Regulation (EEC, Euratom) No 1182/71 means the days "
    "that the institution with which action is to be taken designates as holidays; the package "
    "does not have them. These are the closing days of the European Central Bank that it has. A "
    "day that is missing here makes a period end too early, never too late; a day too many makes "
    "it end too late. Replace this calendar by the published list before you rely on it."
)
_NATIONAL_NOTE: Final = "National public holidays; those of regions and towns are not in it."


class UnknownPlaceError(Exception):
    """The package has no such country, subdivision or market."""


@dataclass(frozen=True)
class Place:
    """Whose days these are: a `country` (ISO 3166-1) with or without a `subdivision`, or a `market`
    of which the package knows the closing days. `zone` is an IANA name."""

    name: str
    title: str
    zone: str
    country: str = ""
    subdivision: str = ""
    market: str = ""
    verification: str = "secondary"
    note: str = ""
    version: str = "1.0.0"


def _member_states() -> Iterator[Place]:
    for line in _MEMBER_STATES.strip().splitlines():
        code, zone, state = line.split(maxsplit=2)
        yield Place(
            f"eu-{code.lower()}",
            f"Public holidays of {state}",
            zone,
            country=code,
            version="1.1.0" if code == "BE" else "1.0.0",
        )


# The zone is that of the capital where a state has several.
_MEMBER_STATES: Final = """
AT Europe/Vienna Austria
BE Europe/Brussels Belgium
BG Europe/Sofia Bulgaria
CY Asia/Nicosia Cyprus
CZ Europe/Prague Czechia
DE Europe/Berlin Germany
DK Europe/Copenhagen Denmark
EE Europe/Tallinn Estonia
ES Europe/Madrid Spain
FI Europe/Helsinki Finland
FR Europe/Paris France
GR Europe/Athens Greece
HR Europe/Zagreb Croatia
HU Europe/Budapest Hungary
IE Europe/Dublin Ireland
IT Europe/Rome Italy
LT Europe/Vilnius Lithuania
LU Europe/Luxembourg Luxembourg
LV Europe/Riga Latvia
MT Europe/Malta Malta
NL Europe/Amsterdam the Netherlands
PL Europe/Warsaw Poland
PT Europe/Lisbon Portugal
RO Europe/Bucharest Romania
SE Europe/Stockholm Sweden
SI Europe/Ljubljana Slovenia
SK Europe/Bratislava Slovakia
"""

SHIPPED: Final[tuple[Place, ...]] = (
    *_member_states(),
    Place(
        "eu-institutions",
        "Holidays of European Union institutions (stand-in, unverified)",
        "Europe/Brussels",
        market="XECB",
        verification="unverified",
        note=_INSTITUTIONS_NOTE,
    ),
    Place("uk-england-wales", "Bank holidays of England and Wales", "Europe/London", "GB", "ENG"),
    Place("uk-scotland", "Bank holidays of Scotland", "Europe/London", "GB", "SCT"),
    Place("uk-northern-ireland", "Bank holidays of Northern Ireland", "Europe/London", "GB", "NIR"),
    Place(
        "us-federal",
        "Federal holidays of the United States",
        "America/New_York",
        "US",
        note="Federal holidays; closures of a single authority, such as a day of mourning or a "
        "shutdown, are not in it.",
        version="1.1.0",
    ),
    # For days counted in a State: they begin and end by its clocks.
    Place(
        "us-federal-mountain",
        "Federal holidays of the United States, Mountain time",
        "America/Denver",
        "US",
        note="Federal holidays; those of a State are not in it.",
    ),
    Place(
        "us-federal-pacific",
        "Federal holidays of the United States, Pacific time",
        "America/Los_Angeles",
        "US",
        note="Federal holidays; those of a State are not in it.",
    ),
)


def available() -> bool:
    return find_spec("holidays") is not None


def shipped_text(place: Place) -> str:
    """The file of a calendar that ships. Raises UnknownPlaceError."""
    return text(place, first=FIRST_YEAR, last=LAST_YEAR, made_on=MADE_ON)


def text(place: Place, *, first: int, last: int, made_on: date) -> str:
    """A Calendar document with the days of these years. Raises UnknownPlaceError."""
    # A year more on both sides: New Year's Day may be observed on 31 December of the year before.
    found = _days(place, range(first - 1, last + 2))
    listed = [(day, title) for day, title in sorted(found.items()) if first <= day.year <= last]
    return "".join(
        f"{line}\n" for line in _lines(place, listed, first=first, last=last, made_on=made_on)
    )


def _days(place: Place, years: range) -> "holidays.HolidayBase":
    try:
        if place.market:
            return holidays.financial_holidays(place.market, years=years, language="en_US")
        return holidays.country_holidays(
            place.country, subdiv=place.subdivision or None, years=years, language="en_US"
        )
    except NotImplementedError as error:
        what = place.market or place.country
        raise UnknownPlaceError(f"The package `holidays` has no country {what!r}.") from error


def _note(place: Place) -> str:
    """Where the package knows days of regions too, the document says that they are left out."""
    if place.note or place.subdivision or place.market:
        return place.note
    return _NATIONAL_NOTE if _days(place, range(2026, 2027)).subdivisions else ""


def _lines(
    place: Place, listed: list[tuple[date, str]], *, first: int, last: int, made_on: date
) -> Iterator[str]:
    yield "# Made by `manage.py calendar`. Add days of your own by hand, raise the version, and say"
    yield "# so under `source`."
    yield "apiVersion: bylaw/v1"
    yield "kind: Calendar"
    yield "metadata:"
    yield f"  name: {place.name}"
    yield f"  version: {place.version}"
    yield f"  title: {place.title}"
    yield "  owner: compliance-officer"
    yield "spec:"
    yield f"  zone: {place.zone}"
    yield "  weekend: [saturday, sunday]"
    yield f'  covers: {{from: "{first}-01-01", until: "{last}-12-31"}}'
    yield "  source:"
    yield "    package: holidays"
    yield f'    package_version: "{metadata.version("holidays")}"'
    for key in ("country", "subdivision", "market", "verification"):
        if value := getattr(place, key):
            yield f'    {key}: "{value}"'
    yield f'    generated_on: "{made_on}"'
    if note := _note(place):
        yield f'    note: "{note}"'
    yield "  holidays:"
    for day, what in listed:
        words = what.replace('"', "'")
        yield f'    - {{date: "{day}", title: "{words}"}}'
