"""Calendar: zone, weekend and holidays with their source, for counting working days."""

from collections.abc import Mapping
from typing import Any, Final

from policies.counting import WorkingCalendar
from policies.documents.document import Kind
from policies.documents.meaning import Problems, day, known_zone
from policies.documents.schema import DATE, TEXT, array, mapping
from policies.problems import Problem

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

SPEC: Final = mapping(
    {
        "zone": TEXT,
        "weekend": array({"enum": list(WEEKDAYS)}),
        "covers": mapping({"from": DATE, "until": DATE}, required=("from", "until")),
        "source": {"type": "object"},
        "holidays": array(mapping({"date": DATE, "title": TEXT}, required=("date", "title"))),
    },
    required=("zone", "weekend", "covers", "source", "holidays"),
)


def parse(spec: Mapping[str, Any]) -> tuple[WorkingCalendar | None, list[Problem]]:
    """Holidays outside the covered years are a problem: they would never count."""
    found = Problems()
    known_zone(spec["zone"], "/spec/zone", found)
    first = day(spec["covers"]["from"], "/spec/covers/from", found)
    last = day(spec["covers"]["until"], "/spec/covers/until", found)
    holidays = frozenset(
        day(raw["date"], f"/spec/holidays/{index}/date", found)
        for index, raw in enumerate(spec["holidays"])
    )
    for index, raw in enumerate(spec["holidays"]):
        if not spec["covers"]["from"] <= raw["date"] <= spec["covers"]["until"]:
            found.append(
                Problem(
                    "holiday-outside",
                    f"{raw['date']} lies outside the covered days.",
                    f"/spec/holidays/{index}/date",
                )
            )
    if found:
        return None, found
    weekend = frozenset(WEEKDAYS.index(name) for name in spec["weekend"])
    # Name and version are the document's; the release fills them in.
    return WorkingCalendar("", "", spec["zone"], weekend, holidays, first, last), []


KIND: Final = Kind("Calendar", SPEC, parse)
