"""One candidate for a moment over REST: letting it count, seeing first what that would move, and
withdrawing it."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.access import reads
from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_RESPOND
from governance.api import authentication
from governance.api.permissions import access
from governance.api.views import APIView
from governance.ledger.ledger import Actor
from incidents import moments, selectors
from incidents.api import inputs, reassessments, response
from incidents.models import Incident, Moment


class _Change(APIView):
    """One decision on a candidate; answers with the incident as it then is."""

    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True

    def about(self) -> str:
        moment = selectors.moment(self.kwargs["id"])
        return reverse("incident", args=[moment.incident.reference])

    def post(self, request: Request, id: UUID) -> Response:
        given = inputs.BecauseIn(data=request.data)
        given.is_valid(raise_exception=True)
        because, by, at = (
            given.validated_data["because"],
            authentication.actor(request),
            clock.now(),
        )
        incident = self.change(selectors.moment(id, access(self)), because, by=by, at=at)
        return Response(response.whole_incident(incident, at=clock.now()))

    def change(self, moment: Moment, because: str, *, by: Actor, at: datetime) -> Incident:
        raise NotImplementedError


class Choices(_Change):
    def change(self, moment: Moment, because: str, *, by: Actor, at: datetime) -> Incident:
        return moments.choose(moment, because=because, by=by, at=at)


class Withdrawals(_Change):
    def change(self, moment: Moment, because: str, *, by: Actor, at: datetime) -> Incident:
        return moments.withdraw(moment, because=because, by=by, at=at)


class Preview(APIView):
    """What letting this candidate count would change. It changes nothing."""

    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True

    def get(self, request: Request, id: UUID) -> Response:
        moment, at = selectors.moment(id, access(self)), clock.now()
        reads.shown(moment, by=authentication.actor(request), at=at)
        seen: dict[str, Any] = reassessments.seen(moments.preview(moment, at=at))
        return Response(seen)
