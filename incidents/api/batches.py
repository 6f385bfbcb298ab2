"""Several reports in one call, each taken in by itself."""

from typing import Any, ClassVar

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from governance.accounts.roles import INCIDENTS_REPORT
from governance.api import problems
from governance.api.views import APIView
from governance.errors import BylawError
from incidents import flow
from incidents.api import reading


class Batch(APIView):
    """Answers 207 with what became of each item, in their order. Each is a transaction of its own:
    a refused one is kept as a rejected submission and stops no other."""

    needs: ClassVar = {"POST": INCIDENTS_REPORT}
    by_system: ClassVar = True
    repeats_itself = True

    def post(self, request: Request) -> Response:
        results = [_result(request, each) for each in reading.batch(request)]
        return Response({"results": results}, status=207)


def _result(request: Request, item: Any) -> dict[str, Any]:
    key = item.get("idempotency_key") if isinstance(item, dict) else None
    try:
        return {"idempotency_key": key, **_taken(reading.item(request, item))}
    except BylawError as error:
        return {"idempotency_key": key, "status": error.status, "problem": _problem(error)}


def _taken(reported: flow.Reported) -> dict[str, Any]:
    incident = reported.incident
    return {
        "status": 200 if reported.signal is not None else 201,
        "incident": incident.reference,
        "location": reverse("incident", args=[incident.reference]),
        "submission": reported.submission.id,
        "replayed": reported.outcome == "repeated",
        "correlated": reported.signal is not None,
    }


def _problem(error: BylawError) -> Any:
    return problems.problem(error.status, error.code, error.message, extra=error.extra).data
