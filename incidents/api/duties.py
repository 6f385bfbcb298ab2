"""One duty over REST: why it applies or not, and a person's word on a decision not to notify."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock as time
from governance.access import reads
from governance.accounts.roles import INCIDENTS_APPROVE, INCIDENTS_READ
from governance.api import authentication, tags
from governance.api.permissions import access
from governance.api.views import APIView
from governance.api.withheld import Withholding
from incidents import confirmations, reasons, selectors
from incidents.api import held, response
from incidents.api.dispensations import DispensationOut, NoteIn
from incidents.models import Duty


class WholeDutyOut(Withholding, response.DutyWithIncidentOut):
    """`because` says why a duty does not apply."""

    personal = ("confirmation_note",)

    because = serializers.SerializerMethodField()
    dispensations = DispensationOut(many=True)

    class Meta(response.DutyWithIncidentOut.Meta):
        fields = (  # type: ignore[assignment]
            *response.DutyWithIncidentOut.Meta.fields,
            "because",
            "confirmed_at",
            "confirmed_by",
            "contested_at",
            "contested_by",
            "confirmation_note",
            "opened_at",
            "closed_at",
            "dispensations",
        )

    def get_because(self, duty: Duty) -> str:
        return reasons.of(duty)


class DutyDetail(APIView):
    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True
    whole = tags.Whole(Duty, held.duty)

    def get(self, request: Request, id: UUID) -> Response:
        duty, by = selectors.duty(id, access(self)), authentication.actor(request)
        reads.shown(duty, by=by, at=time.now())
        return _whole(duty)


class _Judgement(APIView):
    """A person's word on a decision not to notify; answers with the duty as it then is."""

    needs: ClassVar = {"POST": INCIDENTS_APPROVE}
    by_system: ClassVar = True

    def post(self, request: Request, id: UUID) -> Response:
        given = NoteIn(data=request.data)
        given.is_valid(raise_exception=True)
        self.judge(request, selectors.duty(id, access(self)), given.validated_data["note"])
        return _whole(selectors.duty(id, access(self)))

    def judge(self, request: Request, duty: Duty, note: str) -> Any:
        raise NotImplementedError


class Confirmation(_Judgement):
    def judge(self, request: Request, duty: Duty, note: str) -> Any:
        by = authentication.actor(request)
        return confirmations.confirm(duty, note=note, by=by, at=time.now())


class Contest(_Judgement):
    def judge(self, request: Request, duty: Duty, note: str) -> Any:
        by = authentication.actor(request)
        return confirmations.contest(duty, note=note, by=by, at=time.now())


def _whole(duty: Duty) -> Response:
    return Response(WholeDutyOut(duty, context={"at": time.now()}).data)
