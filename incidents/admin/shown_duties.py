"""Duties with their stages, as the pages of an incident and of a duty show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from governance.api.withheld import veil
from governance.console import labels, role_titles, times
from governance.console.labels import Tone
from incidents import reasons, selectors
from incidents.admin import notes, standings
from incidents.admin.completeness import Complete
from incidents.clocks import STARTED
from incidents.duties import ACTIVE
from incidents.models import Clock, Duty

_TONES: Final[Mapping[str, Tone]] = {
    "open": "info",
    "undetermined": "warn",
    "fulfilled": "good",
}
_CONFIRMATIONS: Final[Mapping[str, Tone]] = {
    "unconfirmed": "warn",
    "confirmed": "good",
    "contested": "bad",
}


@dataclass(frozen=True)
class ShownStage:
    """`complete` is None where the policy lists no contents, or the stage is over."""

    clock: Clock
    standing: str
    due: str
    left: str
    complete: Complete | None


@dataclass(frozen=True)
class ShownDuty:
    duty: Duty
    state: SafeString
    owner: str
    determine_by: SafeString
    determine_left: str
    stages: Sequence[ShownStage]
    because: str
    confirm_by: SafeString
    confirmation: str

    @property
    def asks(self) -> bool:
        return self.duty.state == Duty.State.UNDETERMINED

    @property
    def over(self) -> bool:
        """Nothing is owed of it any more."""
        return self.duty.state not in ACTIVE and not self.declined

    @property
    def calm(self) -> bool:
        """None of its stages runs or stands still."""
        return not any(each.clock.state in STARTED for each in self.stages)

    @property
    def declined(self) -> bool:
        return self.duty.state == Duty.State.NOT_APPLICABLE


def shown(duty: Duty, complete: Mapping[UUID, Complete | None], *, at: datetime) -> ShownDuty:
    """`complete` is by clock."""
    clocks = selectors.in_order(duty.clocks.all())
    for clock in clocks:
        clock.duty = duty
        veil(clock)
    return ShownDuty(
        duty=duty,
        state=state(duty),
        owner=role_titles.role(duty.owner),
        determine_by=times.stamp(duty.determine_by),
        determine_left=times.due(duty.determine_by, now=at) if duty.determine_by else "",
        stages=[_stage(clock, complete.get(clock.id), at=at) for clock in clocks],
        because=reasons.of(duty),
        confirm_by=times.stamp(duty.confirm_by),
        confirmation=confirmation(duty),
    )


def state(duty: Duty) -> SafeString:
    return labels.label(duty.get_state_display(), _TONES.get(duty.state, "plain"))


def confirmation(duty: Duty) -> str:
    """Whether a person stands behind that it applies or not; empty where nobody is asked."""
    if duty.confirmation == Duty.Confirmation.NOT_ASKED:
        return ""
    return labels.label(duty.get_confirmation_display(), _CONFIRMATIONS[duty.confirmation])


def _stage(clock: Clock, complete: Complete | None, *, at: datetime) -> ShownStage:
    due: str = times.both(clock.conservative_due, clock.zone)
    left = ""
    match clock.state:
        case Clock.State.PAUSED:
            due = gettext("stands still until %(until)s at the latest") % {
                "until": times.here(clock.paused_until)
            }
        case Clock.State.RUNNING if clock.conservative_due is not None:
            left = times.due(clock.conservative_due, now=at)
        case Clock.State.RUNNING:
            due = gettext("promptly")
        case Clock.State.NOT_STARTED:
            due = notes.waits(clock, at=at)
        case Clock.State.FULFILLED:
            due = gettext("sent %(at)s") % {"at": times.here(clock.fulfilled_at)}
        case Clock.State.CANCELLED if clock.cancelled_because:
            due = clock.cancelled_because
    over = clock.state == Clock.State.CANCELLED
    return ShownStage(clock, standings.shown(clock, at=at), due, left, None if over else complete)
