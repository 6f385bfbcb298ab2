"""Policies over REST: which versions there are, drafts of new ones, and which rules hold when."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.accounts.roles import POLICIES_READ, POLICIES_WRITE
from governance.api import authentication, tags
from governance.api.inputs import InstantField, Strict
from governance.api.views import APIView, ListAPIView
from governance.errors import Invalid
from policies import drafts, releases, searching, selectors
from policies.api import inputs, response
from policies.models import PolicyReview, PolicyVersion, Standing
from policies.release import digest_of


class VersionFilter(django_filters.FilterSet):
    standing = django_filters.ChoiceFilter(choices=Standing.choices, method="now")

    class Meta:
        model = PolicyVersion
        fields = ("kind", "name", "version", "digest")

    def now(
        self, queryset: QuerySet[PolicyVersion], _name: str, standing: str
    ) -> QuerySet[PolicyVersion]:
        return queryset.filter(selectors.stands(Standing(standing), clock.now()))


class Versions(ListAPIView[PolicyVersion]):
    needs: ClassVar = {"GET": POLICIES_READ, "POST": POLICIES_WRITE}
    public = True
    queryset = PolicyVersion.objects.defer("text")
    serializer_class = response.VersionOut
    filterset_class = VersionFilter
    search = searching.VERSIONS

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "at": clock.now()}

    def post(self, request: Request) -> Response:
        """A draft of a YAML text."""
        text = given(inputs.DraftIn, request)["text"]
        by, at = authentication.actor(request), clock.now()
        draft = drafts.create(text, origin="api", by=by, at=at)
        answer = Response(response.version(draft), status=201)
        answer["Location"] = reverse("policy", args=[draft.id])
        return answer


def _lock(id: UUID) -> None:
    """As every change of a version does."""
    PolicyVersion.objects.select_for_update().filter(id=id).first()


class VersionDetail(APIView):
    needs: ClassVar = {"GET": POLICIES_READ, "DELETE": POLICIES_WRITE}
    whole = tags.Whole(PolicyVersion, _lock)

    def get(self, request: Request, id: UUID) -> Response:
        return Response(response.version(found(id)))

    def delete(self, request: Request, id: UUID) -> Response:
        """Discards an own draft that was never submitted."""
        drafts.discard(found(id), by=authentication.actor(request), at=clock.now())
        return Response(status=204)


class Text(APIView):
    """The YAML of a draft."""

    needs: ClassVar = {"PUT": POLICIES_WRITE}

    def put(self, request: Request, id: UUID) -> Response:
        body = given(inputs.TextIn, request)
        by, at = authentication.actor(request), clock.now()
        draft = drafts.edit(found(id), body["text"], by=by, at=at, seen=body["text_digest"])
        return Response(response.version(draft))


class Problems(APIView):
    """What lint and tests find, were this version in force now with all else unchanged."""

    needs: ClassVar = {"GET": POLICIES_READ}

    def get(self, request: Request, id: UUID) -> Response:
        problems = drafts.problems(found(id), at=clock.now())
        return Response({"problems": [problem.as_dict() for problem in problems]})


class Reviews(ListAPIView[PolicyReview]):
    """Every act on a version, newest first."""

    needs: ClassVar = {"GET": POLICIES_READ}
    public = True
    queryset = PolicyReview.objects.all()
    serializer_class = response.ReviewOut

    def get_queryset(self) -> QuerySet[PolicyReview]:
        return selectors.reviews(found(self.kwargs["id"])).defer("text")


class Revision(APIView):
    """One submission with its text, byte for byte."""

    needs: ClassVar = {"GET": POLICIES_READ}
    whole = tags.Whole(PolicyReview, tags.nothing)

    def get(self, request: Request, id: UUID, revision: int) -> Response:
        submitted = selectors.submitted_text(found(id), revision)
        return Response(response.RevisionOut(submitted).data)


class InForce(APIView):
    """The release in force now, or at `?at=` an RFC 3339 instant with offset."""

    needs: ClassVar = {"GET": POLICIES_READ}

    def get(self, request: Request) -> Response:
        at = instant(request)
        members = releases.members_at(at)
        return Response(
            {
                "at": at,
                "digest": digest_of((identity, digest) for _, identity, digest in members),
                "members": [
                    {"id": id_, "identity": identity, "digest": digest}
                    for id_, identity, digest in members
                ],
            }
        )


def found(id_: UUID) -> PolicyVersion:
    version = PolicyVersion.objects.filter(id=id_).first()
    if version is None:
        raise Http404
    return version


def given(takes: type[Strict], request: Request) -> dict[str, Any]:
    """The body, checked. Raises ValidationError."""
    serializer = takes(data=request.data)
    serializer.is_valid(raise_exception=True)
    body: dict[str, Any] = serializer.validated_data
    return body


def instant(request: Request) -> datetime:
    """`?at=`, or now. Raises Invalid."""
    text = request.query_params.get("at")
    if text is None:
        return clock.now()
    try:
        at: datetime = InstantField().run_validation(text)
    except ValidationError as error:
        raise Invalid(
            "`at` is an RFC 3339 instant with offset, such as 2026-11-22T09:00:00Z."
        ) from error
    return at
