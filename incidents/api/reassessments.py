"""What was decided anew because policy versions came into force, over REST."""

from typing import ClassVar

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.generics import ListAPIView

from governance.accounts.roles import INCIDENTS_READ
from incidents import selectors
from incidents.models import Reassessment


class ReassessmentOut(serializers.ModelSerializer[Reassessment]):
    """`causes` are the versions with who approved them; `changes` each changed duty, before and
    after; `findings` what the report schema in force says against the report."""

    incident = serializers.CharField(source="incident.reference")
    effective_at = serializers.DateTimeField(source="run.effective_at")
    causes = serializers.JSONField(source="run.causes")

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
        )


class ReassessmentFilter(django_filters.FilterSet):
    incident = django_filters.CharFilter(field_name="incident__reference")
    effective_at = django_filters.IsoDateTimeFilter(field_name="run__effective_at")

    class Meta:
        model = Reassessment
        fields = ("incident", "effective_at", "state")


class Reassessments(ListAPIView[Reassessment]):
    needs: ClassVar = {"GET": INCIDENTS_READ}
    serializer_class = ReassessmentOut
    filterset_class = ReassessmentFilter

    def get_queryset(self) -> QuerySet[Reassessment]:
        return Reassessment.objects.select_related("run", "incident").defer("incident__report")


class OfIncident(Reassessments):
    """Those of one incident."""

    def get_queryset(self) -> QuerySet[Reassessment]:
        incident = selectors.incident(self.kwargs["reference"])
        return super().get_queryset().filter(incident=incident)
