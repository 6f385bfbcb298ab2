"""What was set in motion when versions came into force, over REST."""

from collections.abc import Collection
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_RESPOND
from governance.api import authentication
from governance.api.inputs import Strict
from governance.api.views import APIView, ListAPIView
from incidents import searching, selectors
from incidents.models import ReassessmentRun
from incidents.stages import runs


class RunOut(serializers.ModelSerializer[ReassessmentRun]):
    """`incidents` counts them by state."""

    incidents = serializers.SerializerMethodField()

    class Meta:
        model = ReassessmentRun
        fields = ("id", "effective_at", "causes", "incidents", "finished_at")

    def get_incidents(self, run: ReassessmentRun) -> dict[str, Any]:
        counts: dict[str, Any] = self.context["counts"][run.id]
        return counts


class Runs(ListAPIView[ReassessmentRun]):
    """One for each instant at which versions came into force that open incidents follow."""

    needs: ClassVar = {"GET": INCIDENTS_READ}
    queryset = ReassessmentRun.objects.all()
    serializer_class = RunOut
    search = searching.REASSESSMENTS

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """With the counts of a whole page at once."""
        counts = _counts(args[0] if args else ())
        return super().get_serializer(
            *args, context={**self.get_serializer_context(), **counts}, **kwargs
        )


class Retry(APIView):
    """Try the failed ones now; they are tried again by themselves later."""

    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    takes = Strict

    def post(self, request: Request, id: UUID) -> Response:
        self.takes(data=request.data).is_valid(raise_exception=True)
        run = get_object_or_404(ReassessmentRun, id=id)
        runs.retry(run, by=authentication.actor(request), at=clock.now())
        return Response(RunOut(run, context=_counts([run])).data)


def _counts(rows: Collection[ReassessmentRun]) -> dict[str, Any]:
    return {"counts": selectors.reassessed_by(rows)}
