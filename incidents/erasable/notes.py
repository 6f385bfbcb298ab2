"""What people wrote by the way: reasons, notes, sources, comments."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from incidents.erasable.part import Columns, Texts
from incidents.models import (
    Clock,
    Decision,
    Dispensation,
    Duty,
    Moment,
    MomentChoice,
    MomentWithdrawal,
    Reassessment,
    SeverityOverride,
    TimelineNote,
    Timer,
)

NOTES: Final = Texts(
    "notes",
    _("Reasons, notes and comments"),
    (
        Columns(Moment, lambda incident: incident.moments.all(), ("basis", "source")),
        Columns(MomentChoice, lambda incident: incident.moment_choices.all(), ("because",)),
        Columns(MomentWithdrawal, lambda incident: incident.moment_withdrawals.all(), ("because",)),
        Columns(
            Dispensation,
            lambda incident: incident.dispensations.all(),
            ("reason", "evidence", "note", "ended_because"),
        ),
        Columns(
            SeverityOverride,
            lambda incident: incident.severity_overrides.all(),
            ("reason", "note", "ended_because"),
        ),
        Columns(Clock, lambda incident: incident.clocks.all(), ("note", "sent_to")),
        Columns(Duty, lambda incident: incident.duties.all(), ("confirmation_note",)),
        Columns(
            Reassessment,
            lambda incident: incident.reassessments.filter(state=Reassessment.State.DONE),
            ("reason",),
            {"findings": []},
        ),
        Columns(TimelineNote, lambda incident: incident.timeline_notes.all(), ("text",)),
        Columns(Decision, lambda incident: incident.decisions.all(), ("because",)),
        Columns(
            Timer,
            lambda incident: incident.timers.exclude(state=Timer.State.PENDING),
            ("outcome",),
            {"said": None},
        ),
    ),
)
