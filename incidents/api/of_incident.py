"""What the things that are said of an incident have in common over REST: their list, saying one
more, and a change of one."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from governance import clock
from governance.access import reads
from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_RESPOND
from governance.api import authentication
from governance.api.inputs import Strict
from governance.api.permissions import access
from governance.api.views import APIView
from governance.ledger.ledger import Actor
from incidents import selectors
from incidents.api import inputs
from incidents.models import Incident


class Said(APIView):
    """All of one kind that is said of an incident; and saying one more."""

    needs: ClassVar = {"GET": INCIDENTS_READ, "POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True
    takes: ClassVar[type[Strict]]
    gives: ClassVar[type[BaseSerializer[Any]]]

    def get(self, request: Request, reference: str) -> Response:
        incident = selectors.incident(reference, access(self))
        reads.shown(incident, by=authentication.actor(request), at=clock.now())
        return Response({"results": self.shown(incident)})

    def post(self, request: Request, reference: str) -> Response:
        given = self.takes(data=request.data)
        given.is_valid(raise_exception=True)
        incident, by = selectors.incident(reference, access(self)), authentication.actor(request)
        made = self.make(incident, given.validated_data, by=by, at=clock.now())
        return Response(self.gives(made).data, status=201)

    def shown(self, incident: Incident) -> Any:
        raise NotImplementedError

    def make(self, incident: Incident, given: dict[str, Any], *, by: Actor, at: datetime) -> Any:
        raise NotImplementedError


class Change(APIView):
    """One change of what was said, by its id; answers with it as it then is."""

    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True
    takes: ClassVar[type[Strict]] = inputs.ReasonIn
    gives: ClassVar[type[BaseSerializer[Any]]]
    status: ClassVar[int] = 200

    def post(self, request: Request, id: UUID) -> Response:
        given = self.takes(data=request.data)
        given.is_valid(raise_exception=True)
        by, at = authentication.actor(request), clock.now()
        changed = self.change(id, given.validated_data, by=by, at=at)
        return Response(self.gives(changed).data, status=self.status)

    def change(self, id: UUID, given: dict[str, Any], *, by: Actor, at: datetime) -> Any:
        raise NotImplementedError
