"""States and how they read at an instant (pure). The one place that says what overdue means."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from governance.marking import gettext_noop


class Standing(StrEnum):
    """What a clock looks like to a person now; LABELS has it in words."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    PAUSED = "paused"
    AT_RISK = "at_risk"
    OVERDUE = "overdue"
    MET = "met"
    MET_LATE = "met_late"
    CANCELLED = "cancelled"


#: In English, and marked for translation: who shows one to a person translates it.
LABELS: Final[Mapping[Standing, str]] = {
    Standing.NOT_STARTED: gettext_noop("Not started"),
    Standing.RUNNING: gettext_noop("Running"),
    Standing.PAUSED: gettext_noop("Paused"),
    Standing.AT_RISK: gettext_noop("At risk"),
    Standing.OVERDUE: gettext_noop("Overdue"),
    Standing.MET: gettext_noop("Met"),
    Standing.MET_LATE: gettext_noop("Met late"),
    Standing.CANCELLED: gettext_noop("Cancelled"),
}


class ClockLike(Protocol):
    @property
    def state(self) -> str: ...
    @property
    def legal_due(self) -> datetime | None: ...
    @property
    def at_risk_from(self) -> datetime | None: ...
    @property
    def fulfilled_at(self) -> datetime | None: ...
    @property
    def paused_until(self) -> datetime | None: ...


def standing(clock: ClockLike, *, at: datetime, shadow: bool) -> Standing:
    """`legal_due` is exclusive: at that instant the period has expired. A shadow clock never counts
    as at risk or overdue, for no law is broken by it. A pause is over at its enforced end, even
    before the sweep has noticed."""
    match clock.state:
        case "not_started":
            return Standing.NOT_STARTED
        case "cancelled":
            return Standing.CANCELLED
        case "paused" if clock.paused_until is not None and at < clock.paused_until:
            return Standing.PAUSED
        case "fulfilled":
            late = clock.legal_due and clock.fulfilled_at and clock.fulfilled_at >= clock.legal_due
            return Standing.MET_LATE if late else Standing.MET
    if shadow or clock.legal_due is None:
        return Standing.RUNNING
    if at >= clock.legal_due:
        return Standing.OVERDUE
    if clock.at_risk_from is not None and at >= clock.at_risk_from:
        return Standing.AT_RISK
    return Standing.RUNNING


#: From which states an incident may go to which.
TRANSITIONS: Final[Mapping[str, frozenset[str]]] = {
    "open": frozenset({"contained", "resolved", "closed"}),
    "contained": frozenset({"open", "resolved", "closed"}),
    "resolved": frozenset({"open", "closed"}),
    "closed": frozenset(),
}
