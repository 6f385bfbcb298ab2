"""What a version changes, by meaning and for stored incidents, over REST."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.access import reads
from governance.accounts.roles import (
    INCIDENTS_READ,
    POLICIES_APPROVE,
    POLICIES_READ,
    POLICIES_WRITE,
)
from governance.api import authentication, tags
from governance.api.inputs import Strict
from governance.api.views import APIView
from governance.errors import Invalid
from governance.ledger import ledger
from policies import differences, impacts, selectors, shipped
from policies.api import inputs
from policies.api.changes import all_of
from policies.api.parsing import DirectoryParser
from policies.api.versions import found, given
from policies.models import Impact

_ASK: Final = (POLICIES_WRITE, POLICIES_APPROVE)
_NAMED: Final = ("examples", "invalid_examples")


class ImpactOut(serializers.ModelSerializer[Impact]):
    class Meta:
        model = Impact
        fields = (
            "id",
            "status",
            "done",
            "total",
            "versions",
            "digests",
            "before_digest",
            "after_digest",
            "effective_at",
            "days",
            "since",
            "until",
            "requested_by",
            "requested_at",
            "started_at",
            "finished_at",
            "error",
        )


class Difference(APIView):
    """By meaning, to the version that this one would end or ended, or to `?to=` another's id."""

    needs: ClassVar = {"GET": POLICIES_READ}

    def get(self, request: Request, id: UUID) -> Response:
        version, to = found(id), request.query_params.get("to")
        if to is None:
            return Response(differences.of(version, at=clock.now()).as_dict())
        return Response(differences.between(found(_uuid(to)), version).as_dict())


class VersionImpact(APIView):
    """The impact of a draft or a version in review, with those it was submitted with."""

    needs: ClassVar = {"GET": POLICIES_READ, "POST": _ASK}

    def get(self, request: Request, id: UUID) -> Response:
        """The last one of the present text."""
        impact = impacts.of(found(id))
        if impact is None:
            raise Http404
        return _answer(request, impact)

    def post(self, request: Request, id: UUID) -> Response:
        body = given(inputs.ImpactIn, request)
        by, at = authentication.actor(request), clock.now()
        return _asked(request, impacts.request(selectors.together(found(id)), **body, by=by, at=at))


class Impacts(APIView):
    """The impact of several drafts or versions in review together."""

    needs: ClassVar = {"POST": _ASK}

    def post(self, request: Request) -> Response:
        body = given(inputs.ImpactsIn, request)
        by, at = authentication.actor(request), clock.now()
        return _asked(request, impacts.request(all_of(body.pop("versions")), **body, by=by, at=at))


class Simulate(APIView):
    """The impact of files that are no versions here yet."""

    needs: ClassVar = {"POST": _ASK}
    parser_classes = (DirectoryParser,)

    def post(self, request: Request) -> Response:
        body = given(inputs.SimulateIn, request)
        documents = [document for document, _ in shipped.read(body.pop("files"))]
        by, at = authentication.actor(request), clock.now()
        return _asked(request, impacts.request_documents(documents, **body, by=by, at=at))


class ImpactDetail(APIView):
    needs: ClassVar = {"GET": POLICIES_READ}
    whole = tags.Whole(Impact, kind="policy_impact")

    def get(self, request: Request, id: UUID) -> Response:
        return _answer(request, _impact(id))


class Cancellation(APIView):
    needs: ClassVar = {"POST": _ASK}

    def post(self, request: Request, id: UUID) -> Response:
        given(Strict, request)
        by, at = authentication.actor(request), clock.now()
        return _answer(request, impacts.cancel(_impact(id), by=by, at=at))


def _impact(id_: UUID) -> Impact:
    impact = Impact.objects.filter(id=id_).first()
    if impact is None:
        raise Http404
    return impact


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid("`to` is the id of a version.") from error


def _asked(request: Request, impact: Impact) -> Response:
    """202 as long as there is more to come at the `Location`."""
    answer = _answer(request, impact)
    answer.status_code = 200 if impact.over else 202
    answer["Location"] = reverse("impact", args=[impact.id])
    return answer


def _answer(request: Request, impact: Impact) -> Response:
    named = INCIDENTS_READ in authentication.scopes(request.user)
    stale = impacts.stale(impact, at=clock.now())
    if named:
        event = ledger.Event("policy_impact.read", "policy_impact", impact.id)
        reads.note(event, by=authentication.actor(request), at=clock.now())
    result = impact.result if named else _without_incidents(impact.result)
    return Response({**ImpactOut(impact).data, "stale": stale, "result": result})


def _without_incidents(result: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The counts alone, for callers who may not read incidents."""
    if result is None:
        return None
    return {
        which: {name: value for name, value in found.items() if name not in _NAMED}
        for which, found in result.items()
    }
