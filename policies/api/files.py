"""Policies as files over REST: check them, test them, plan and apply them, get them back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.access import reads
from governance.accounts.roles import POLICIES_READ, POLICIES_WRITE
from governance.api import authentication
from governance.api.views import APIView
from governance.ledger import ledger
from policies import candidates, exports, plans, shipped
from policies.api import inputs, response
from policies.api.parsing import DirectoryParser
from policies.api.versions import given, instant


class Lint(APIView):
    """What is wrong with these files, in the release of `at` with them in it: always 200."""

    needs: ClassVar = {"POST": POLICIES_READ}
    parser_classes = (DirectoryParser,)

    def post(self, request: Request) -> Response:
        body = given(inputs.FilesIn, request)
        problems = candidates.problems(body["at"] or clock.now(), dict(body["files"]))
        return Response({"problems": [problem.as_dict() for problem in problems]})


class Test(APIView):
    """What the policy tests make of the release of `at` with these files in it."""

    needs: ClassVar = {"POST": POLICIES_READ}
    parser_classes = (DirectoryParser,)

    def post(self, request: Request) -> Response:
        body = given(inputs.FilesIn, request)
        results = candidates.results(body["at"] or clock.now(), dict(body["files"]))
        failed = sum(not result.passed for result in results)
        shown = [{**asdict(result), "passed": result.passed} for result in results]
        return Response({"passed": len(results) - failed, "failed": failed, "results": shown})


class Plan(APIView):
    """What applying these files would change."""

    needs: ClassVar = {"POST": POLICIES_READ}
    parser_classes = (DirectoryParser,)

    def post(self, request: Request) -> Response:
        body = given(inputs.FilesIn, request)
        planned = plans.plan(shipped.read(body["files"]), at=body["at"] or clock.now())
        return Response(_plan(planned))


class Apply(APIView):
    """Draft and submit what is new. Approving is another request, by another person."""

    needs: ClassVar = {"POST": POLICIES_WRITE}
    parser_classes = (DirectoryParser,)

    def post(self, request: Request) -> Response:
        body = given(inputs.ApplyIn, request)
        applied = plans.apply(
            shipped.read(body["files"]),
            by=authentication.actor(request),
            at=clock.now(),
            origin="api",
            comment=body["comment"],
            effective_from=body["effective_from"],
        )
        submitted = response.versions([*applied.submitted])["versions"]
        return Response({**_plan(applied.plan), "submitted": submitted})


class Export(APIView):
    """The effective policies as files, now or at `?at=`."""

    needs: ClassVar = {"GET": POLICIES_READ}

    def get(self, request: Request) -> Response:
        at = instant(request)
        _note(request)
        return Response({"at": at, "files": exports.files(at)})


class ExportArchive(APIView):
    """The same as a ZIP archive, byte for byte the same for the same policies."""

    needs: ClassVar = {"GET": POLICIES_READ}

    def get(self, request: Request) -> HttpResponse:
        archive = exports.archive(instant(request))
        _note(request)
        answer = HttpResponse(archive, content_type="application/zip")
        answer["Content-Disposition"] = 'attachment; filename="policies.zip"'
        return answer


def _note(request: Request) -> None:
    """Who takes a copy is on record, or gets none."""
    event = ledger.Event("policy.exported", "policy_version", reads.LIST)
    reads.note(event, by=authentication.actor(request), at=clock.now(), closed=True)


def _plan(planned: plans.Plan) -> Mapping[str, Any]:
    return {
        "empty": planned.empty,
        "changes": [change.as_dict() for change in planned.changes],
        "absent": list(planned.absent),
    }
