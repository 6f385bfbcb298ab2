"""What was sent: read it, see what was wrong with it, correct it."""

from typing import ClassVar
from uuid import UUID

import django_filters
from django.db.models import Q, QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from governance import english
from governance.access import reach
from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_REPORT
from governance.api import authentication, tags
from governance.api.filters import InstantFilter
from governance.api.retrieving import RecordedRetrieveView
from governance.api.views import APIView, ListAPIView
from incidents import searching
from incidents.api import outcome, reading, response
from incidents.api.incidents import created
from incidents.errors import WrongState
from incidents.models import Submission


class SubmissionFilter(django_filters.FilterSet):
    since = InstantFilter(field_name="received_at", lookup_expr="gte")

    class Meta:
        model = Submission
        fields = ("status", "problem_code", "actor", "idempotency_key", "since")


def _visible(request: Request) -> QuerySet[Submission]:
    """A reporter sees what it sent; who may read incidents sees what led to those, and who may read
    all of them sees all. A rejected report is of no system."""
    found = Submission.objects.select_related("incident")
    reads = authentication.rights(request.user).reach((INCIDENTS_READ,))
    if reads.everything:
        return found
    own = Q(actor=str(authentication.actor(request)))
    return found.filter(own | reach.condition(Submission, reads))


class Submissions(ListAPIView[Submission]):
    needs: ClassVar = {"GET": (INCIDENTS_REPORT, INCIDENTS_READ)}
    by_system: ClassVar = True
    filter_backends = (DjangoFilterBackend,)  # `_visible` knows what is the caller's own
    queryset = Submission.objects.all()
    serializer_class = response.SubmissionOut
    filterset_class = SubmissionFilter
    search = searching.SUBMISSIONS
    orderings = ("received_at",)
    by_time: ClassVar = {"since": ("-received_at", "-id")}

    def get_queryset(self) -> QuerySet[Submission]:
        return _visible(self.request).defer("body")


class SubmissionDetail(RecordedRetrieveView[Submission]):
    closed = True
    needs: ClassVar = {"GET": (INCIDENTS_REPORT, INCIDENTS_READ)}
    by_system: ClassVar = True
    filter_backends = ()  # as above
    whole = tags.Whole(Submission)
    serializer_class = outcome.FollowedSubmissionOut
    lookup_field = "id"

    def get_queryset(self) -> QuerySet[Submission]:
        return _visible(self.request)


class Correction(APIView):
    """The corrected report, whole. It opens the incident that the rejected one did not."""

    needs: ClassVar = {"POST": INCIDENTS_REPORT}
    by_system: ClassVar = True
    repeats_itself = True

    def agree(self, request: Request) -> None:
        """A correction that came before is answered again, whatever became of the report since."""
        if not _retried(request, self.kwargs["id"]):
            super().agree(request)

    def post(self, request: Request, id: UUID) -> Response:
        original = get_object_or_404(_visible(request), id=id)
        if original.status != Submission.Status.REJECTED and not _retried(request, id):
            raise WrongState(
                f"This submission is {english.label(original, 'status')}; only a rejected one "
                "can be corrected.",
                extra={"incident": original.incident and original.incident.reference},
            )
        return created(request, reading.report(request, corrects=original.id))


def _retried(request: Request, original: UUID) -> bool:
    """Whether this is the very correction that came before: it gets the same answer again."""
    key = request.headers.get("Idempotency-Key")
    same = Submission.objects.filter(
        corrects=original, actor=str(authentication.actor(request)), idempotency_key=key
    )
    return key is not None and same.exists()
