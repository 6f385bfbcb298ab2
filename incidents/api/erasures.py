"""Erasures over REST: asked for, decided on by another person; and what is kept until when."""

from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock as time
from governance.access import reads
from governance.accounts import people
from governance.accounts.roles import DATA_ERASE, INCIDENTS_READ, LEDGER_READ
from governance.api import authentication, tags
from governance.api.inputs import Strict
from governance.api.permissions import access
from governance.api.views import APIView, ListAPIView
from incidents import erasable, erasure, searching, selectors
from incidents.api.dispensations import NoteIn
from incidents.models import Erasure
from incidents.retention import periods, schedule
from incidents.retention.schedule import Keeping


class ErasureOut(serializers.ModelSerializer[Erasure]):
    """`erased` says how many things of each part went."""

    incident = serializers.CharField(source="incident.reference", default=None, allow_null=True)

    class Meta:
        model = Erasure
        fields = (
            "id",
            "incident",
            "person",
            "what",
            "kept_class",
            "ground",
            "reason",
            "state",
            "requested_at",
            "requested_by",
            "decided_at",
            "decided_by",
            "note",
            "erased",
        )


class PersonIn(Strict):
    described_as = "PersonErasureRequest"

    ground = serializers.CharField(max_length=1000)
    reason = serializers.CharField(max_length=4000)


class IncidentIn(PersonIn):
    described_as = "IncidentErasureRequest"

    what = serializers.ListField(
        child=serializers.ChoiceField(choices=list(erasable.PARTS)), allow_empty=False
    )


class Erasures(ListAPIView[Erasure]):
    needs: ClassVar = {"GET": LEDGER_READ}
    by_system: ClassVar = True
    queryset = Erasure.objects.select_related("incident")
    serializer_class = ErasureOut
    filterset_fields = ("state",)
    search = searching.ERASURES


class ErasureDetail(APIView):
    needs: ClassVar = {"GET": LEDGER_READ}
    by_system: ClassVar = True
    whole = tags.Whole(Erasure)

    def get(self, request: Request, id: UUID) -> Response:
        found = erasure.found(id, access(self))
        reads.shown(found, by=authentication.actor(request), at=time.now())
        return Response(ErasureOut(found).data)


class OfIncident(APIView):
    """Ask that parts of an incident be erased; and how many things of each there are."""

    needs: ClassVar = {"GET": LEDGER_READ, "POST": DATA_ERASE}
    by_system: ClassVar = True

    def get(self, request: Request, reference: str) -> Response:
        incident = selectors.incident(reference, access(self))
        reads.shown(incident, by=authentication.actor(request), at=time.now())
        return Response({"parts": erasure.preview(incident)})

    def post(self, request: Request, reference: str) -> Response:
        given = IncidentIn(data=request.data)
        given.is_valid(raise_exception=True)
        incident, by = selectors.incident(reference, access(self)), authentication.actor(request)
        return _made(erasure.request(incident, **given.validated_data, by=by, at=time.now()))


class OfPerson(APIView):
    """Ask that the name and address of a person with an account be erased."""

    needs: ClassVar = {"POST": DATA_ERASE}

    def post(self, request: Request, id: UUID) -> Response:
        given = PersonIn(data=request.data)
        given.is_valid(raise_exception=True)
        user, by = people.account(id), authentication.actor(request)
        return _made(erasure.request_person(user, **given.validated_data, by=by, at=time.now()))


class _Change(APIView):
    """One decision on an erasure; answers with it as it then is."""

    needs: ClassVar = {"POST": DATA_ERASE}
    by_system: ClassVar = True

    def post(self, request: Request, id: UUID) -> Response:
        given = NoteIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = self.change(request, erasure.found(id, access(self)), given.validated_data["note"])
        return Response(ErasureOut(row).data)

    def change(self, request: Request, row: Erasure, note: str) -> Erasure:
        raise NotImplementedError


class Approval(_Change):
    def change(self, request: Request, row: Erasure, note: str) -> Erasure:
        return erasure.approve(row, note=note, by=authentication.actor(request), at=time.now())


class Refusal(_Change):
    def change(self, request: Request, row: Erasure, note: str) -> Erasure:
        return erasure.refuse(row, note=note, by=authentication.actor(request), at=time.now())


class Withdrawal(_Change):
    def change(self, request: Request, row: Erasure, note: str) -> Erasure:
        return erasure.withdraw(row, note=note, by=authentication.actor(request), at=time.now())


class Retention(APIView):
    """Until when each record class of a closed incident is kept, and by which rule."""

    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True

    def get(self, request: Request, reference: str) -> Response:
        incident = selectors.incident(reference, access(self))
        reads.shown(incident, by=authentication.actor(request), at=time.now())
        kept = schedule.of(incident, periods.read(settings.RETENTION_PERIODS))
        return Response({"results": [_keeping(each) for each in kept]})


def _keeping(each: Keeping) -> dict[str, Any]:
    return {
        "class": each.kept.id,
        "title": each.kept.title,
        "parts": each.kept.parts,
        "period": str(each.period),
        "until": each.until,
        "why": each.why,
        "legal_holds": [hold.id for hold in each.holds],
        "erased_at": each.erased_at,
    }


def _made(row: Erasure) -> Response:
    answer = Response(ErasureOut(row).data, status=201)
    answer["Location"] = reverse("erasure", args=[row.id])
    return answer
