"""What is answered about incidents, duties, clocks and submissions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import APIException

from governance.api import withheld
from governance.api.parsing import loads
from governance.api.rows import RowSerializer
from governance.api.withheld import WITHHELD, Withholding
from governance.ledger.models import Entry
from incidents import disclosure, selectors, wholes
from incidents.candidates import Candidate
from incidents.models import (
    Clock,
    Duty,
    Incident,
    Moment,
    MomentChoice,
    MomentWithdrawal,
    SeverityOverride,
    Submission,
)
from incidents.states import standing
from incidents.wholes import Whole


class ClockOut(Withholding, RowSerializer[Clock]):
    """`standing` is the state as it reads now: not_started, running, paused, at_risk, overdue, met,
    ... The `counted_` dates are those without the delay or pause that moved them."""

    personal = ("sent_to",)

    standing = serializers.SerializerMethodField()

    class Meta:
        model = Clock
        fields = (
            "id",
            "stage",
            "occurrence",
            "title",
            "citation",
            "recipient_id",
            "recipient",
            "content",
            "optional",
            "state",
            "standing",
            "waits_for",
            "waiting_since",
            "missing",
            "anchor",
            "period",
            "counting",
            "calendar",
            "zone",
            "release",
            "started_at",
            "target_due",
            "conservative_due",
            "legal_due",
            "counted_conservative_due",
            "counted_legal_due",
            "paused_since",
            "paused_until",
            "fulfilled_at",
            "receipt_number",
            "channel",
            "sent_to",
            "approved_by",
            "unapproved",
            "cancelled_because",
        )

    def get_standing(self, clock: Clock) -> str:
        return standing(clock, at=self.context["at"], shadow=clock.duty.shadow)


class DutyOut(RowSerializer[Duty]):
    stages = serializers.SerializerMethodField()

    class Meta:
        model = Duty
        fields = (
            "id",
            "policy",
            "regime",
            "duty",
            "title",
            "citation",
            "recipient",
            "owner",
            "state",
            "shadow",
            "shadow_because",
            "superseded_by",
            "missing",
            "determine_by",
            "confirmation",
            "confirm_by",
            "stages",
        )

    @extend_schema_field(ClockOut(many=True))
    def get_stages(self, duty: Duty) -> Any:
        clocks = selectors.in_order(duty.clocks.all())
        for clock in clocks:
            clock.duty = duty
        return ClockOut(clocks, many=True, context=self.context).data


class DutyWithIncidentOut(DutyOut):
    incident = serializers.CharField(source="incident.reference")

    class Meta(DutyOut.Meta):
        fields = ("incident", *DutyOut.Meta.fields)  # type: ignore[assignment]


class BoardClockOut(ClockOut):
    incident = serializers.CharField(source="incident.reference")
    severity = serializers.CharField(source="incident.severity")
    regime = serializers.CharField(source="duty.regime")
    duty = serializers.CharField(source="duty.duty")
    duty_state = serializers.CharField(source="duty.state")
    owner = serializers.CharField(source="duty.owner")
    shadow = serializers.BooleanField(source="duty.shadow")

    class Meta(ClockOut.Meta):
        fields = (  # type: ignore[assignment]
            "incident",
            "severity",
            "regime",
            "duty",
            "duty_state",
            "owner",
            "shadow",
            *ClockOut.Meta.fields,
        )


class ChoiceOut(Withholding, RowSerializer[MomentChoice]):
    personal = ("because",)

    class Meta:
        model = MomentChoice
        fields = ("because", "chosen_by", "chosen_at")


class WithdrawalOut(Withholding, RowSerializer[MomentWithdrawal]):
    personal = ("because",)

    class Meta:
        model = MomentWithdrawal
        fields = ("because", "withdrawn_by", "withdrawn_at")


class MomentOut(Withholding, RowSerializer[Moment]):
    personal = ("basis", "source")

    class Meta:
        model = Moment
        fields = ("id", "name", "at", "basis", "source", "recorded_at", "recorded_by")


def moments(found: Iterable[Candidate]) -> list[dict[str, Any]]:
    """Every candidate; of one that counts, the `choice` that made it."""
    return [
        {
            **MomentOut(each.moment).data,
            "counts": each.counts,
            "choice": ChoiceOut(each.choice).data if each.choice else None,
            "withdrawal": WithdrawalOut(each.withdrawal).data if each.withdrawal else None,
        }
        for each in found
    ]


class SeverityOverrideOut(Withholding, RowSerializer[SeverityOverride]):
    """A person's word on the severity; `computed` is what the policies said then."""

    personal = ("reason", "note", "ended_because")
    incident = serializers.CharField(source="incident.reference")

    class Meta:
        model = SeverityOverride
        fields = (
            "id",
            "incident",
            "level",
            "computed",
            "lowers",
            "state",
            "reason",
            "requested_at",
            "requested_by",
            "decided_at",
            "decided_by",
            "note",
            "ended_at",
            "ended_by",
            "ended_because",
        )


class TimelineOut(RowSerializer[Entry]):
    class Meta:
        model = Entry
        fields = ("id", "at", "actor", "verb", "object_kind", "object_id")


class IncidentOut(Withholding, RowSerializer[Incident]):
    """A line of a list."""

    personal = ("title",)

    class Meta:
        model = Incident
        fields = (
            "id",
            "reference",
            "title",
            "system",
            "state",
            "severity",
            "severity_provisional",
            "drill",
            "source",
            "reported_at",
            "reported_by",
            "lead",
            "acknowledged_at",
            "snoozed_until",
            "closed_at",
            "closed_as",
        )


class SubmissionOut(Withholding, RowSerializer[Submission]):
    """The sender sees what it sent."""

    personal = ("problems",)
    incident = serializers.CharField(source="incident.reference", default=None, allow_null=True)

    class Meta:
        model = Submission
        fields = (
            "id",
            "received_at",
            "actor",
            "status",
            "problem_code",
            "problems",
            "incident",
            "corrects",
            "idempotency_key",
        )

    def shows(self, instance: Submission) -> bool:
        return withheld.reads_as(instance.actor) or super().shows(instance)


class SubmissionWithBodyOut(SubmissionOut):
    body = serializers.SerializerMethodField()

    class Meta(SubmissionOut.Meta):
        fields = (*SubmissionOut.Meta.fields, "content_type", "body_digest", "salt", "body")  # type: ignore[assignment]

    def get_body(self, submission: Submission) -> Any:
        """The report as JSON where it is JSON by the rules of intake, else as text; null once
        erased."""
        if submission.erased:
            return None
        if not self.shows(submission):
            return WITHHELD
        try:
            return loads(bytes(submission.body))
        except APIException:
            return submission.body_text


def whole_incident(incident: Incident, *, at: datetime) -> dict[str, Any]:
    """An incident with its decision, duties, moments and timeline; of its facts, those that the
    reader may see."""
    return written(wholes.of(incident), at=at)


def _severity(whole: Whole) -> dict[str, Any]:
    """What holds, beside what the policies compute and why they do."""
    return {
        **whole.severity,
        "level": whole.incident.severity,
        "provisional": whole.incident.severity_provisional,
        "computed": whole.severity["level"],
        "override": SeverityOverrideOut(whole.override).data if whole.override else None,
    }


def written(whole: Whole, *, at: datetime) -> dict[str, Any]:
    incident, decision = whole.incident, whole.decision
    head = IncidentOut(incident).data
    head.pop("severity")
    head.pop("severity_provisional")
    return {
        **head,
        "severity": _severity(whole),
        "report": disclosure.report(incident, decision),
        "moments": moments(whole.candidates),
        "duties": DutyOut(whole.duties, many=True, context={"at": at}).data,
        "decision": {
            "id": decision.id,
            "at": decision.at,
            "release": decision.release_id,
            "digest": decision.digest,
        },
        "timeline": TimelineOut(whole.timeline, many=True).data,
    }
