"""What was decided anew, because policy versions came into force or by hand, over REST."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.access import reads
from governance.accounts.roles import INCIDENTS_APPROVE, INCIDENTS_READ
from governance.api import authentication
from governance.api.filters import InstantFilter
from governance.api.permissions import access
from governance.api.views import APIView, ListAPIView
from governance.api.withheld import Withholding
from incidents import flow, selectors
from incidents.api import inputs
from incidents.models import Reassessment
from incidents.previews import Effect


class ReassessmentOut(Withholding, serializers.ModelSerializer[Reassessment]):
    """`causes` are the versions with who approved them; `changes` each changed duty, before and
    after; `findings` what the report schema in force says against the report. By hand there are no
    `causes`, but who asked for it and why."""

    personal = ("reason", "findings")

    incident = serializers.CharField(source="incident.reference")
    effective_at = serializers.DateTimeField(
        source="run.effective_at", default=None, allow_null=True
    )
    causes = serializers.ListField(source="run.causes", default=list)

    class Meta:
        model = Reassessment
        fields = (
            "id",
            "incident",
            "effective_at",
            "causes",
            "state",
            "attempts",
            "retry_at",
            "error",
            "severity_before",
            "severity_after",
            "changes",
            "findings",
            "decision",
            "done_at",
            "requested_by",
            "reason",
        )


class ReassessmentFilter(django_filters.FilterSet):
    incident = django_filters.CharFilter(field_name="incident__reference")
    effective_at = InstantFilter(field_name="run__effective_at")

    class Meta:
        model = Reassessment
        fields = ("incident", "effective_at", "state")


class Reassessments(ListAPIView[Reassessment]):
    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True
    queryset = Reassessment.objects.all()
    serializer_class = ReassessmentOut
    filterset_class = ReassessmentFilter

    def get_queryset(self) -> QuerySet[Reassessment]:
        return Reassessment.objects.select_related("run", "incident").defer("incident__report")


class OfIncident(Reassessments):
    """Those of one incident; and deciding it anew by hand, as a preview has shown it."""

    needs: ClassVar = {"GET": INCIDENTS_READ, "POST": INCIDENTS_APPROVE}
    by_system: ClassVar = True

    def post(self, request: Request, reference: str) -> Response:
        given = inputs.ReassessmentIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = flow.reassess_by_hand(
            selectors.incident(reference, access(self)),
            **given.validated_data,
            by=authentication.actor(request),
            at=clock.now(),
        )
        return Response(ReassessmentOut(row).data, status=201)

    def get_queryset(self) -> QuerySet[Reassessment]:
        incident = selectors.incident(self.kwargs["reference"], access(self))
        return super().get_queryset().filter(incident=incident)


class Preview(APIView):
    """What deciding the incident anew under the policies in force would change. It changes nothing;
    `shown` names what was seen, for confirming it."""

    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True

    def get(self, request: Request, reference: str) -> Response:
        incident, at = selectors.incident(reference, access(self)), clock.now()
        reads.shown(incident, by=authentication.actor(request), at=at)
        effect = flow.preview_reassessment(incident, at=at)
        return Response({"incident": incident.reference, **seen(effect)})


def seen(effect: Effect) -> dict[str, Any]:
    return {
        "release_before": effect.before.release_id,
        "release_after": effect.after.release_id,
        "severity_before": effect.before.severity,
        "severity_after": effect.after.severity,
        "changes": effect.changes,
        "findings": [each.as_dict() for each in effect.findings],
        "shown": effect.digest,
    }
