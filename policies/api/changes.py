"""Reviewing policies over REST: one act a view; each answers with the versions as they became."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.accounts.roles import POLICIES_APPROVE, POLICIES_WRITE
from governance.api import authentication
from governance.api.inputs import Strict
from governance.api.views import APIView
from governance.errors import NotFound
from policies import approvals, impacts, retirements
from policies.api import inputs, response
from policies.api.versions import found, given
from policies.models import Impact, PolicyVersion


class _Change(APIView):
    """One act on one version. `change` gets who acts and when as `who`."""

    needs: ClassVar = {"POST": POLICIES_WRITE}
    takes: ClassVar[type[Strict]] = Strict

    def post(self, request: Request, id: UUID) -> Response:
        body = given(self.takes, request)
        who = {"by": authentication.actor(request), "at": clock.now()}
        return Response(response.version(self.change(found(id), body, who)))

    def change(
        self, version: PolicyVersion, body: dict[str, Any], who: dict[str, Any]
    ) -> PolicyVersion:
        raise NotImplementedError


class Submission(_Change):
    takes = inputs.SubmissionIn

    def change(
        self, version: PolicyVersion, body: dict[str, Any], who: dict[str, Any]
    ) -> PolicyVersion:
        return approvals.submit([version], **body, **who)[0]


class Withdrawal(_Change):
    takes = inputs.WithdrawalIn

    def change(
        self, version: PolicyVersion, body: dict[str, Any], who: dict[str, Any]
    ) -> PolicyVersion:
        return approvals.withdraw(version, **body, **who)


class Comments(_Change):
    takes = inputs.CommentIn

    def change(
        self, version: PolicyVersion, body: dict[str, Any], who: dict[str, Any]
    ) -> PolicyVersion:
        return approvals.comment(version, body["comment"], **who)


class Approval(_Change):
    needs: ClassVar = {"POST": POLICIES_APPROVE}
    takes = inputs.ApprovalIn

    def change(
        self, version: PolicyVersion, body: dict[str, Any], who: dict[str, Any]
    ) -> PolicyVersion:
        seen = {version.id: body.pop("text_digest")}
        body["impact"] = _impact_seen(body["impact"], [version])
        return approvals.approve([version], **_dated(body, who["at"]), **who, seen=seen)[0]


class Rejection(_Change):
    needs: ClassVar = {"POST": POLICIES_APPROVE}
    takes = inputs.CommentIn

    def change(
        self, version: PolicyVersion, body: dict[str, Any], who: dict[str, Any]
    ) -> PolicyVersion:
        return approvals.reject(version, **body, **who)


class Unscheduling(_Change):
    needs: ClassVar = {"POST": POLICIES_APPROVE}
    takes = inputs.CommentIn

    def change(
        self, version: PolicyVersion, body: dict[str, Any], who: dict[str, Any]
    ) -> PolicyVersion:
        return approvals.unschedule(version, **body, **who)


class Retirement(_Change):
    takes = inputs.RetirementIn

    def change(
        self, version: PolicyVersion, body: dict[str, Any], who: dict[str, Any]
    ) -> PolicyVersion:
        return retirements.ask(version, **body, **who)


class RetirementAgreement(_Change):
    needs: ClassVar = {"POST": POLICIES_APPROVE}
    takes = inputs.WithdrawalIn

    def change(
        self, version: PolicyVersion, body: dict[str, Any], who: dict[str, Any]
    ) -> PolicyVersion:
        return retirements.agree(version, **body, **who)


class RetirementCancellation(_Change):
    takes = inputs.CommentIn

    def change(
        self, version: PolicyVersion, body: dict[str, Any], who: dict[str, Any]
    ) -> PolicyVersion:
        return retirements.cancel(version, **body, **who)


class Submissions(APIView):
    """Several drafts that need each other, submitted as one change set."""

    needs: ClassVar = {"POST": POLICIES_WRITE}

    def post(self, request: Request) -> Response:
        body = given(inputs.SubmissionsIn, request)
        versions = all_of(body.pop("versions"))
        by, at = authentication.actor(request), clock.now()
        return Response(response.versions(approvals.submit(versions, **body, by=by, at=at)))


class Approvals(APIView):
    """Several versions approved together, from one instant."""

    needs: ClassVar = {"POST": POLICIES_APPROVE}

    def post(self, request: Request) -> Response:
        body = given(inputs.ApprovalsIn, request)
        seen = {each["id"]: each["text_digest"] for each in body.pop("versions")}
        by, at = authentication.actor(request), clock.now()
        versions = all_of([*seen])
        body["impact"] = _impact_seen(body["impact"], versions)
        approved = approvals.approve(versions, **_dated(body, at), by=by, at=at, seen=seen)
        return Response(response.versions(approved))


def _dated(body: dict[str, Any], at: datetime) -> dict[str, Any]:
    return {**body, "effective_from": at} if body["effective_from"] == inputs.NOW else body


def all_of(ids: Sequence[UUID]) -> list[PolicyVersion]:
    rows = PolicyVersion.objects.in_bulk(ids)
    if missing := [str(id_) for id_ in ids if id_ not in rows]:
        raise NotFound(f"There is no version {', '.join(missing)}.")
    return list(rows.values())


def _impact_seen(id_: UUID | None, versions: Sequence[PolicyVersion]) -> dict[str, Any] | None:
    """What the approval records of the impact that the approver looked at."""
    if id_ is None:
        return None
    covers = Impact.objects.filter(versions__contains=[each.id for each in versions])
    impact = covers.filter(id=id_).first()
    if impact is None:
        raise NotFound(f"There is no impact {id_} of these versions.")
    return impacts.summary(impact)
