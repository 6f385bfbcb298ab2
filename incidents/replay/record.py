"""A record of a public set as a report, and what all sets share in making one."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

NARRATIVE_LIMIT: Final = 20_000
TITLE_LIMIT: Final = 200
_AWARE_WITHIN: Final = timedelta(hours=96)
UNREGISTERED: Final = "unregistered-"

SIMULATED_NOTE: Final = "The moment of becoming aware is simulated: the record does not state it."


@dataclass(frozen=True)
class Replayed:
    """`body` is the report as the API takes it; `reasons` say from which words of the record each
    choice was made; `id` is the record's own."""

    set: str
    id: str
    body: Mapping[str, Any]
    reasons: tuple[str, ...]

    @property
    def idempotency_key(self) -> str:
        return f"{self.set}-{self.id}"

    @property
    def registered(self) -> bool:
        """Whether a system of the example register fits."""
        return not str(self.body["system"]).startswith(UNREGISTERED)


@dataclass(frozen=True)
class Chosen:
    """A term or a system with the words of the record that led to it."""

    name: str
    because: str

    def __str__(self) -> str:
        return f"{self.name}: {self.because}"


def report(
    *,
    title: str,
    narrative: str,
    system: str,
    source: Mapping[str, str],
    moments: Mapping[str, str],
    facts: Mapping[str, Any],
) -> dict[str, Any]:
    """The body of a report. Empty facts stay out: what a source does not say is unknown."""
    body: dict[str, Any] = {
        "incident": {
            "title": shorten(title, TITLE_LIMIT),
            "narrative": shorten(narrative, NARRATIVE_LIMIT),
        },
        "system": system,
        "moments": dict(moments),
        "source": dict(source),
    }
    body.update({name: value for name, value in facts.items() if value not in ([], {}, None, "")})
    return {name: value for name, value in body.items() if value != {}}


def moments(record_id: str, occurred: date, *, aware_before: datetime | None) -> dict[str, str]:
    """`occurred` at the first instant of the day recorded; `aware` only when it is simulated."""
    start = datetime.combine(occurred, time.min, tzinfo=UTC)
    found = {"occurred": start.isoformat()}
    if aware_before is not None:
        found["aware"] = simulated_awareness(record_id, at=aware_before).isoformat()
    return found


def simulated_awareness(record_id: str, *, at: datetime) -> datetime:
    """A moment in the 96 hours before `at`, always as far before it for the same record."""
    digest = hashlib.sha256(record_id.encode()).digest()
    minutes = int.from_bytes(digest[:8], "big") % int(_AWARE_WITHIN / timedelta(minutes=1))
    return (at - timedelta(minutes=minutes)).replace(microsecond=0)


def names(chosen: Iterable[Chosen]) -> list[str]:
    """Each name once, in the order of first choice."""
    return list(dict.fromkeys(choice.name for choice in chosen))


def unregistered(deployer: str) -> Chosen:
    """The id of a system that no register has: the service keeps such a report and says why."""
    slug = re.sub(r"[^a-z0-9]+", "-", deployer.lower()).strip("-") or "unknown"
    return Chosen(UNREGISTERED + slug[:60].rstrip("-"), "no system of the example register fits")


def shorten(text: str, limit: int) -> str:
    text = text.strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
