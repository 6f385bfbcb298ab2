"""What a report would get, without making it: severity, duties and dates over REST."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.accounts.roles import INCIDENTS_REPORT, POLICIES_READ
from governance.api import authentication
from governance.api.inputs import InstantField, Query
from governance.api.views import APIView
from incidents import foresight, reasons
from incidents.api import reading
from incidents.api.response import ClockOut, DutyOut
from incidents.foresight import Foreseen, Wanted
from incidents.models import Clock, Duty
from policies.evaluation import DutyDecision

MOST_DRAFTS = 50


class WantedIn(Query):
    """The query. `draft` may stand several times; `at` is now where it is left out."""

    release = serializers.RegexField("^[0-9a-f]{64}$", required=False, default="")
    draft = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=MOST_DRAFTS
    )
    at = InstantField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["release"] and attrs["draft"]:
            raise serializers.ValidationError(
                {"draft": "Give `release` or `draft`, and not both."}, code="one-of-two"
            )
        return attrs


class StageOut(ClockOut):
    """A stage as it would be: what only a stored one has is left out."""

    class Meta(ClockOut.Meta):
        fields = (  # type: ignore[assignment]
            "stage",
            "title",
            "citation",
            "recipient_id",
            "recipient",
            "content",
            "optional",
            "state",
            "standing",
            "waits_for",
            "missing",
            "anchor",
            "period",
            "counting",
            "calendar",
            "zone",
            "started_at",
            "target_due",
            "conservative_due",
            "legal_due",
        )


class ForeseenDutyOut(DutyOut):
    class Meta(DutyOut.Meta):
        fields = tuple(  # type: ignore[assignment]
            name for name in DutyOut.Meta.fields if name not in {"id", "confirmation", "confirm_by"}
        )

    def get_stages(self, duty: Duty) -> Any:
        clocks: list[Clock] = self.context["clocks"].get(duty.id, [])
        return StageOut(clocks, many=True, context=self.context).data


class Decisions(APIView):
    """The body is a report as `POST /incidents` takes it."""

    needs: ClassVar = {"POST": INCIDENTS_REPORT}
    by_system: ClassVar = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method == "POST":
            reading.keep(request)

    def post(self, request: Request) -> Response:
        at = clock.now()
        wanted = _wanted(request)
        body, parsed = reading.unkept(request)
        by = authentication.actor(request)
        return Response(shown(foresight.foresee(body, parsed, wanted, by=by, at=at)))


def _wanted(request: Request) -> Wanted:
    given = WantedIn(data=_query(request))
    given.is_valid(raise_exception=True)
    asked = given.validated_data
    if asked["draft"] and POLICIES_READ not in authentication.scopes(request.user):
        raise PermissionDenied(f"To ask by a draft needs the scope {POLICIES_READ}.")
    return Wanted(asked.get("at") or clock.now(), asked["release"], tuple(asked["draft"]))


def _query(request: Request) -> dict[str, Any]:
    """Each name with its value; `draft` with all of them."""
    found: dict[str, Any] = request.query_params.dict()
    if "draft" in found:
        found["draft"] = request.query_params.getlist("draft")
    return found


def shown(made: Foreseen) -> Mapping[str, Any]:
    severity = made.decision.severity
    return {
        "at": made.decision.at,
        "release": made.release.digest,
        "severity": {
            "level": severity.level,
            "provisional": severity.provisional,
            "rules": severity.rules,
            "because": severity.because,
            "missing": severity.missing,
        },
        "duties": _duties(made),
        "not_applicable": [_declined(each) for each in made.decision.of("does_not_apply")],
        "escalation": _escalation(made),
        "asked": {"body": made.asked, "salt": made.salt},
    }


def _duties(made: Foreseen) -> list[dict[str, Any]]:
    clocks: dict[Any, list[Clock]] = {}
    for each in made.changes.clocks:
        clocks.setdefault(each.duty_id, []).append(each)
    not_owed = {
        event.object_id: (event.after or {}).get("not_owed", {}) for event in made.changes.events
    }
    decided = {(each.policy, each.duty.id): each for each in made.decision.duties}
    context = {"at": made.decision.at, "clocks": clocks}
    return [
        {
            **ForeseenDutyOut(duty, context=context).data,
            "outcome": decided[duty.policy, duty.duty].outcome,
            "because": _because(decided[duty.policy, duty.duty]),
            "not_owed": not_owed[duty.id],
        }
        for duty in made.changes.duties
        if duty.state != Duty.State.NOT_APPLICABLE
    ]


def _because(decided: DutyDecision) -> str:
    if decided.outcome == "applies":
        return reasons.applying(decided)
    return f"It depends on what is not known yet: {', '.join(decided.missing)}."


def _declined(decided: DutyDecision) -> dict[str, Any]:
    return {
        "policy": decided.policy,
        "regime": decided.regime,
        "duty": decided.duty.id,
        "title": decided.duty.title,
        "concerns": decided.concerns,
        "shadow": decided.shadow,
        "because": reasons.decided(decided),
    }


def _escalation(made: Foreseen) -> dict[str, Any]:
    within, first = made.response.acknowledge_within, made.first
    return {
        "lead": made.response.lead,
        "notify": made.response.notify,
        "acknowledge_by": made.decision.at + within if within else None,
        "first_step": {"at": first.due, "notify": made.response.steps[0].notify} if first else None,
    }
