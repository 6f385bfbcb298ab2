"""What was sent: read it, see what was wrong with it, correct it."""

from typing import ClassVar
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_REPORT
from governance.api import authentication, tags
from governance.api.retrieving import RecordedRetrieveView
from governance.api.views import APIView, ListAPIView
from incidents.api import reading, response
from incidents.api.incidents import created
from incidents.errors import WrongState
from incidents.models import Submission


class SubmissionFilter(django_filters.FilterSet):
    since = django_filters.IsoDateTimeFilter(field_name="received_at", lookup_expr="gte")

    class Meta:
        model = Submission
        fields = ("status", "problem_code", "actor", "idempotency_key", "since")


def _visible(request: Request) -> QuerySet[Submission]:
    """A reporter sees what it sent; who may read incidents sees all."""
    found = Submission.objects.select_related("incident")
    if INCIDENTS_READ in authentication.scopes(request.user):
        return found
    return found.filter(actor=str(authentication.actor(request)))


class Submissions(ListAPIView[Submission]):
    needs: ClassVar = {"GET": (INCIDENTS_REPORT, INCIDENTS_READ)}
    serializer_class = response.SubmissionOut
    filterset_class = SubmissionFilter
    by_time: ClassVar = {"since": ("-received_at", "-id")}

    def get_queryset(self) -> QuerySet[Submission]:
        return _visible(self.request).defer("body")


class SubmissionDetail(RecordedRetrieveView[Submission]):
    closed = True
    needs: ClassVar = {"GET": (INCIDENTS_REPORT, INCIDENTS_READ)}
    whole = tags.Whole(Submission)
    serializer_class = response.SubmissionWithBodyOut
    lookup_field = "id"

    def get_queryset(self) -> QuerySet[Submission]:
        return _visible(self.request)


class Correction(APIView):
    """The corrected report, whole. It opens the incident that the rejected one did not."""

    needs: ClassVar = {"POST": INCIDENTS_REPORT}
    repeats_itself = True

    def post(self, request: Request, id: UUID) -> Response:
        original = get_object_or_404(_visible(request), id=id)
        if original.status != Submission.Status.REJECTED and not _retried(request, original):
            raise WrongState(
                f"This submission is {original.get_status_display().lower()}; only a rejected one "
                "can be corrected.",
                extra={"incident": original.incident and original.incident.reference},
            )
        return created(request, reading.report(request, corrects=original.id))


def _retried(request: Request, original: Submission) -> bool:
    """Whether this is the very correction that came before: it gets the same answer again."""
    key = request.headers.get("Idempotency-Key")
    return (
        key is not None
        and original.corrections.filter(
            actor=str(authentication.actor(request)), idempotency_key=key
        ).exists()
    )
