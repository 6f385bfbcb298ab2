"""What nobody knows yet, and answering it, over REST."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.access import reads
from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_RESPOND
from governance.api import authentication
from governance.api.inputs import Query, Strict
from governance.api.permissions import access
from governance.api.views import APIView
from incidents import flow, questions, selectors
from incidents.api import response
from incidents.models import Duty
from incidents.questions import Question
from policies import releases


class QuestionsIn(Query):
    incident = serializers.CharField(max_length=32, required=False, default="")
    owner = serializers.CharField(max_length=80, required=False, default="")


class AnswersIn(Strict):
    """`answers` maps the path of a fact to its value."""

    answers = serializers.DictField(allow_empty=False)
    reason = serializers.CharField(max_length=1000)


class Questions(APIView):
    """Each missing fact with the duties that depend on it, the most urgent first. `left_out` counts
    duties beyond the first thousand."""

    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True

    def get(self, request: Request) -> Response:
        given = QuestionsIn(data=request.query_params.dict())
        given.is_valid(raise_exception=True)
        at = clock.now()
        reads.listed(Duty, by=authentication.actor(request), at=at)
        found, left_out = questions.pending(
            releases.in_force(at), **given.validated_data, within=access(self).does
        )
        return Response({"results": [_question(each) for each in found], "left_out": left_out})


class Answers(APIView):
    """State facts by their paths: an amendment, after which the policies are applied again."""

    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True

    def post(self, request: Request, reference: str) -> Response:
        given = AnswersIn(data=request.data)
        given.is_valid(raise_exception=True)
        incident = selectors.incident(reference, access(self))
        facts = questions.patch(given.validated_data["answers"])
        if isinstance(system := facts.get("system"), str):
            access(self).require(system)
        by, reason = authentication.actor(request), given.validated_data["reason"]
        amended = flow.amend(incident, facts, reason=reason, by=by, at=clock.now())
        return Response(response.whole_incident(amended, at=clock.now()))


def _question(question: Question) -> dict[str, Any]:
    fact = question.fact
    return {
        "fact": question.path,
        "title": fact.title if fact is not None else "",
        "description": fact.description if fact is not None else "",
        "terms": fact.terms if fact is not None else None,
        "answerable": question.answerable,
        "by": question.by,
        "waiting": [_waiting(each) for each in question.waiting],
    }


def _waiting(duty: Duty) -> dict[str, Any]:
    return {
        "incident": duty.incident.reference,
        "duty": duty.id,
        "title": duty.title,
        "regime": duty.regime,
        "owner": duty.owner,
        "by": duty.determine_by,
    }
