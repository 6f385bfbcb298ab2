"""The duties of an incident before and after it was decided anew, as JSON that people compare."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from governance import canonical
from incidents.models import Clock, Duty, Incident

Picture = Mapping[str, Mapping[str, Any]]
"""`policy/duty` → its columns of _DUTY, and `stages`: name → the columns of _CLOCK."""

_DUTY: Final = (
    "title",
    "policy",
    "state",
    "shadow",
    "missing",
    "superseded_by",
    "determine_by",
)
_CLOCK: Final = (
    "title",
    "state",
    "waits_for",
    "started_at",
    "target_due",
    "conservative_due",
    "legal_due",
    "anchor",
    "period",
    "counting",
    "calendar",
    "zone",
)
_OWED: Final = ("open", "undetermined")


def picture(incident: Incident) -> Picture:
    """Every duty and clock as the rows are now; instants as canonical text."""
    found = {}
    for duty in incident.duties.prefetch_related("clocks").order_by("id"):
        clocks = sorted(duty.clocks.all(), key=lambda each: (each.position, each.id))
        found[f"{duty.policy_name}/{duty.duty}"] = {
            **_columns(duty, _DUTY),
            "stages": {_name(clock): _columns(clock, _CLOCK) for clock in clocks},
        }
    return found


def between(before: Picture, after: Picture) -> list[dict[str, Any]]:
    """Each duty that changed: `{duty, title, what, before, after, stages}`. `before` is None for a
    new one; `stages` are those that changed: `{stage, title, before, after}`."""
    found = []
    for name, now in after.items():
        then = before.get(name)
        if then != now:
            found.append(
                {
                    "duty": name,
                    "title": now["title"],
                    "what": _what(then, now),
                    "before": _without_stages(then),
                    "after": _without_stages(now),
                    "stages": _stages(then["stages"] if then else {}, now["stages"]),
                }
            )
    return found


def _stages(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    return [
        {"stage": name, "title": now["title"], "before": before.get(name), "after": now}
        for name, now in after.items()
        if before.get(name) != now
    ]


def _what(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> str:
    """The gravest change in one word; rows are never deleted, so nothing is missing afterwards."""
    was, now = str(before["state"]) if before else "", str(after["state"])
    if was != now:
        if now == "open":
            return "confirmed" if was == "undetermined" else "opened"
        return {"undetermined": "questioned"}.get(now, now)
    if before and before["shadow"] != after["shadow"]:
        return "entered_shadow" if after["shadow"] else "left_shadow"
    if before and now in _OWED and before["stages"] != after["stages"]:
        return "deadlines"
    return "policy"


def _without_stages(duty: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if duty is None:
        return None
    return {name: value for name, value in duty.items() if name != "stages"}


def _columns(row: Duty | Clock, names: Sequence[str]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    return {
        name: canonical.instant(value) if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def _name(clock: Clock) -> str:
    """`stage`, `stage/recipient` or `stage/recipient #2`: unique among the clocks of a duty."""
    name = f"{clock.stage}/{clock.recipient_id}" if clock.recipient_id else clock.stage
    return f"{name} #{clock.occurrence}" if clock.occurrence > 1 else name
