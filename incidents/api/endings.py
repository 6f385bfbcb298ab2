"""Voiding an incident, merging it into another, and taking either back, over REST."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.access import reads
from governance.accounts.roles import INCIDENTS_APPROVE, INCIDENTS_READ, INCIDENTS_RESPOND
from governance.api import authentication
from governance.api.inputs import Query, Strict
from governance.api.permissions import access
from governance.api.views import APIView
from governance.ledger.ledger import Actor
from incidents import merging, selectors, voids
from incidents.api import inputs, response
from incidents.merging import Merge
from incidents.models import Incident


class MergeIn(Strict):
    into = serializers.CharField(max_length=36)
    reason = serializers.CharField(max_length=1000)


class IntoIn(Query):
    into = serializers.CharField(max_length=36)


class _Ending(APIView):
    """One change with its reason; answers with the incident as it then is."""

    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True

    def post(self, request: Request, reference: str) -> Response:
        given = inputs.ReasonIn(data=request.data)
        given.is_valid(raise_exception=True)
        incident, by = selectors.incident(reference, access(self)), authentication.actor(request)
        changed = self.change(incident, given.validated_data["reason"], by=by)
        return Response(response.whole_incident(changed, at=clock.now()))

    def change(self, incident: Incident, reason: str, *, by: Actor) -> Incident:
        raise NotImplementedError


class Void(_Ending):
    """There was no incident: it is closed as void, and what is owed is called off."""

    needs: ClassVar = {"POST": INCIDENTS_APPROVE}
    by_system: ClassVar = True

    def change(self, incident: Incident, reason: str, *, by: Actor) -> Incident:
        return voids.void(incident, reason=reason, by=by, at=clock.now())


class VoidReversal(_Ending):
    """It was an incident after all, and opens again."""

    def change(self, incident: Incident, reason: str, *, by: Actor) -> Incident:
        return voids.reopen(incident, reason=reason, by=by, at=clock.now())


class MergeReversal(_Ending):
    """It was no duplicate after all, and opens again."""

    def change(self, incident: Incident, reason: str, *, by: Actor) -> Incident:
        return merging.undo(incident, reason=reason, by=by, at=clock.now())


class Merges(APIView):
    """This incident is a duplicate: it is closed as merged into the one that stays."""

    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True

    def post(self, request: Request, reference: str) -> Response:
        given = MergeIn(data=request.data)
        given.is_valid(raise_exception=True)
        done = merging.merge(
            selectors.incident(reference, access(self)),
            selectors.incident(given.validated_data["into"], access(self)),
            reason=given.validated_data["reason"],
            by=authentication.actor(request),
            at=clock.now(),
        )
        return Response(shown(done))


class MergePreview(APIView):
    """What merging it into another (`into`) would do. It changes nothing."""

    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True

    def get(self, request: Request, reference: str) -> Response:
        given = IntoIn(data=request.query_params.dict())
        given.is_valid(raise_exception=True)
        duplicate = selectors.incident(reference, access(self))
        survivor = selectors.incident(given.validated_data["into"], access(self))
        by, at = authentication.actor(request), clock.now()
        for each in (duplicate, survivor):
            reads.shown(each, by=by, at=at)
        return Response(shown(merging.preview(duplicate, survivor, at=at)))


def shown(done: Merge) -> dict[str, Any]:
    return {
        "duplicate": done.duplicate.reference,
        "survivor": done.survivor.reference,
        "carried": done.carried,
        "changes": done.changes,
        "called_off": [
            {"duty": each.duty, "title": each.title, "regime": each.regime}
            for each in done.called_off
        ],
    }
