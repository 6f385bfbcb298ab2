"""What became of a report, in the answer about its submission."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from governance.api.rows import RowSerializer
from incidents import outcomes
from incidents.api.response import SubmissionWithBodyOut
from incidents.models import Duty, Incident, Submission
from incidents.outcomes import Outcome


class OutcomeDutyOut(RowSerializer[Duty]):
    class Meta:
        model = Duty
        fields = ("policy", "duty", "title", "recipient", "state")


class OutcomeOut(serializers.Serializer[Outcome]):
    """Severity and duties are of the decision made at `decided_at` by `release`, a digest."""

    reference = serializers.CharField(source="incident.reference")
    state = serializers.ChoiceField(source="incident.state", choices=Incident.State.choices)
    closed_as = serializers.CharField(source="incident.closed_as")
    merged_into = serializers.CharField(
        source="incident.merged_into.reference", default=None, allow_null=True
    )
    severity = serializers.CharField(source="incident.severity")
    severity_provisional = serializers.BooleanField(source="incident.severity_provisional")
    acknowledged_at = serializers.DateTimeField(source="incident.acknowledged_at", allow_null=True)
    closed_at = serializers.DateTimeField(source="incident.closed_at", allow_null=True)
    decided_at = serializers.DateTimeField(source="decision.at")
    release = serializers.CharField(source="decision.release_id")
    duties = OutcomeDutyOut(many=True)


class FollowedSubmissionOut(SubmissionWithBodyOut):
    """`outcome` is null where no incident came of the report, or its signal was counted on an
    incident of somebody else's."""

    outcome = serializers.SerializerMethodField()

    class Meta(SubmissionWithBodyOut.Meta):
        fields = (*SubmissionWithBodyOut.Meta.fields, "outcome")  # type: ignore[assignment]

    @extend_schema_field(OutcomeOut(allow_null=True))
    def get_outcome(self, submission: Submission) -> Any:
        found = outcomes.of(submission)
        return OutcomeOut(found).data if found is not None else None
