"""What may be subscribed to (pure): the verbs of the audit trail that are told, by family."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

ALL: Final = "*"
#: Family → its verbs. A family may be named whole: `clock.*`.
FAMILIES: Final[Mapping[str, Sequence[str]]] = {
    "incident": (
        "absorbed",
        "acknowledged",
        "amended",
        "classified",
        "closed",
        "contained",
        "handed_over",
        "linked",
        "merged",
        "reassessed",
        "reescalated",
        "reopened",
        "reported",
        "resolved",
        "role_assigned",
        "role_ended",
        "snoozed",
        "unlinked",
        "voided",
    ),
    "signal": ("correlated", "split"),
    "submission": ("corrected", "rejected"),
    "note": ("corrected", "written"),
    "escalation": ("stepped",),
    "timer": (
        "at_risk",
        "confirm",
        "held",
        "overdue",
        "question",
        "reminder",
        "request",
        "review",
        "superseded",
    ),
    "duty": (
        "cancelled",
        "confirmed",
        "decision_confirmed",
        "decision_contested",
        "entered_shadow",
        "found_not_applicable",
        "fulfilled",
        "left_shadow",
        "opened",
        "question_changed",
        "questioned",
        "reopened",
        "repinned",
        "superseded",
        "waived",
    ),
    "clock": ("cancelled", "counted", "fulfilled", "opened", "reopened"),
    "moment": ("chosen", "recorded", "withdrawn"),
    "attachment": ("added",),
    "notice": (
        "approved",
        "covered",
        "drafted",
        "edited",
        "filed",
        "queued",
        "refreshed",
        "returned",
        "sent",
        "submitted",
        "undelivered",
        "withdrawn",
    ),
    "dispensation": (
        "approved",
        "ended",
        "lapsed",
        "refused",
        "requested",
        "withdrawn",
    ),
    "severity_override": ("approved", "began", "ended", "refused", "requested", "withdrawn"),
    "personal_data": ("erased",),
    "retention": ("applied",),
    "policy": (
        "approved",
        "commented",
        "discarded",
        "drafted",
        "edited",
        "installed",
        "rejected",
        "retired",
        "retirement_asked",
        "retirement_cancelled",
        "submitted",
        "unscheduled",
        "withdrawn",
    ),
}
KNOWN: Final = frozenset(f"{family}.{verb}" for family, of in FAMILIES.items() for verb in of)


def unknown(patterns: Iterable[str]) -> list[str]:
    """Those that would never match anything."""
    families = {f"{family}.*" for family in FAMILIES}
    return sorted(set(patterns) - KNOWN - families - {ALL})


def of_policies(patterns: Iterable[str]) -> bool:
    return any(each == ALL or each.startswith("policy.") for each in patterns)
