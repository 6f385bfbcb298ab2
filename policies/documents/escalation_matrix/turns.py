"""Who is on call: rotas, and feeds that name somebody."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from policies.documents.calendar import WEEKDAYS
from policies.documents.escalation_matrix.matrix import Feed, Override, Rota
from policies.documents.meaning import duration, known_zone, twice
from policies.problems import Problem

Raw = Mapping[str, Any]
_HOUR: Final = timedelta(hours=1)
_LONGEST: Final = timedelta(days=366)


def rotas(listed: Sequence[Raw], found: list[Problem]) -> dict[str, Rota]:
    found.extend(twice("rota", (raw["id"] for raw in listed), "/spec/rotas/{}/id"))
    return {
        raw["id"]: _rota(raw, f"/spec/rotas/{index}", found) for index, raw in enumerate(listed)
    }


def feeds(listed: Sequence[Raw], found: list[Problem]) -> dict[str, Feed]:
    found.extend(twice("feed", (raw["id"] for raw in listed), "/spec/feeds/{}/id"))
    for index, raw in enumerate(listed):
        known_zone(raw["zone"], f"/spec/feeds/{index}/zone", found)
        if not _whole(raw["url"]):
            message = "A feed is a whole address, such as https://example.org/on-call.ics."
            found.append(Problem("feed-without-address", message, f"/spec/feeds/{index}/url"))
    return {raw["id"]: Feed(raw["id"], raw["url"], raw["zone"]) for raw in listed}


def _rota(raw: Raw, at: str, found: list[Problem]) -> Rota:
    known_zone(raw["zone"], f"{at}/zone", found)
    if not raw["members"]:
        message = "Nobody is on call by a rota without members."
        found.append(Problem("rota-without-members", message, f"{at}/members"))
    if ("turn" in raw) is ("handover" in raw):
        message = "A rota goes by a `turn`, or by a weekly `handover`."
        found.append(Problem("rota-without-turn", message, at, hint="Give one of the two."))
    start = _local(raw["start"], f"{at}/start", found)
    until = _local(raw["until"], f"{at}/until", found) if "until" in raw else None
    if until is not None and until <= start:
        message = "The rota ends before it begins."
        found.append(Problem("rota-out-of-order", message, f"{at}/until"))
    handover = raw.get("handover")
    return Rota(
        id=raw["id"],
        zone=raw["zone"],
        start=start,
        members=tuple(raw["members"]),
        turn=_turn(raw["turn"], f"{at}/turn", found) if "turn" in raw else None,
        handover=(WEEKDAYS.index(handover["weekday"]), time.fromisoformat(handover["at"]))
        if handover
        else None,
        until=until,
        overrides=_overrides(raw.get("overrides", []), f"{at}/overrides", found),
    )


def _turn(text: str, at: str, found: list[Problem]) -> timedelta:
    """Whole hours: handovers are at local times, and a clock change moves those by an hour."""
    turn = duration(text, at, found)
    if not _HOUR <= turn <= _LONGEST or turn % _HOUR:
        message = "A turn lasts whole hours, one at least and a year at most."
        found.append(Problem("turn-of-no-hours", message, at, hint="Such as PT12H, P1D or P7D."))
    return turn


def _overrides(listed: Sequence[Raw], at: str, found: list[Problem]) -> tuple[Override, ...]:
    made = [
        Override(
            _local(raw["from"], f"{at}/{index}/from", found),
            _local(raw["until"], f"{at}/{index}/until", found),
            raw["member"],
        )
        for index, raw in enumerate(listed)
    ]
    for index, each in enumerate(made):
        if each.end <= each.start:
            message = "The override ends before it begins."
            found.append(Problem("rota-out-of-order", message, f"{at}/{index}/until"))
    found.extend(_overlaps(made, at))
    return tuple(made)


def _overlaps(overrides: Sequence[Override], at: str) -> Iterable[Problem]:
    ordered = sorted(range(len(overrides)), key=lambda index: overrides[index].start)
    last: int | None = None
    for index in ordered:
        if last is not None and overrides[index].start < overrides[last].end:
            message = "Two overrides say of the same time who is on call."
            hint = "Let one end where the other begins."
            yield Problem("overlapping-overrides", message, f"{at}/{index}/from", hint=hint)
        if last is None or overrides[index].end > overrides[last].end:
            last = index


def _local(text: str, at: str, found: list[Problem]) -> datetime:
    """A local time without an offset, whose form the schema has checked."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is not a time of the calendar."
        found.append(Problem("no-such-date", message, at, hint="YYYY-MM-DDTHH:MM"))
        return datetime.min  # noqa: DTZ901


def _whole(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"https", "http"} and bool(parts.hostname)
    except ValueError:
        return False
