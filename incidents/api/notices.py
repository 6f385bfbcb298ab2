"""Notices over REST: begun from a clock, written, judged, filed or sent."""

from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock as time
from governance.access import reads
from governance.accounts.roles import INCIDENTS_APPROVE, INCIDENTS_READ, INCIDENTS_RESPOND
from governance.api import authentication, tags
from governance.api.filters import InstantFilter
from governance.api.inputs import Strict
from governance.api.permissions import access
from governance.api.views import APIView, ListAPIView
from incidents import contents, correspondence, searching, selectors
from incidents.api import held
from incidents.api import notice_inputs as inputs
from incidents.api import notice_response as response
from incidents.api.inputs import ReasonIn
from incidents.models import Notice
from incidents.stages.drafting import Tick
from incidents.stages.filing import Filing


class NoticeFilter(django_filters.FilterSet):
    incident = django_filters.CharFilter(field_name="incident__reference")
    owner = django_filters.CharFilter(field_name="duty__owner")
    policy = django_filters.CharFilter(field_name="duty__policy_name")
    due_before = InstantFilter(field_name="clock__conservative_due", lookup_expr="lt")

    class Meta:
        model = Notice
        fields = ("state", "clock", "incident", "owner", "policy", "due_before")


class Notices(ListAPIView[Notice]):
    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True
    serializer_class = response.NoticeOut
    filterset_class = NoticeFilter
    search = searching.OF_INCIDENTS
    orderings = ("left_at",)

    def get_queryset(self) -> QuerySet[Notice]:
        return selectors.notices()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        context = {"completeness": contents.of_all(page)}
        return self.get_paginated_response(
            response.NoticeOut(page, many=True, context=context).data
        )


class NoticeDetail(APIView):
    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True
    whole = tags.Whole(Notice, held.notice)

    def get(self, request: Request, id: UUID) -> Response:
        notice, by = selectors.notice(id, access(self)), authentication.actor(request)
        reads.shown(notice, by=by, at=time.now())
        return Response(response.whole(notice))


class Begin(APIView):
    """Draft the notice of a clock from what is known."""

    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True

    def post(self, request: Request, id: UUID) -> Response:
        inputs.NothingIn(data=request.data).is_valid(raise_exception=True)
        by = authentication.actor(request)
        notice = correspondence.draft(selectors.clock(id, access(self)), by=by, at=time.now())
        answer = Response(response.whole(selectors.notice(notice.id, access(self))), status=201)
        answer["Location"] = reverse("notice", args=[notice.id])
        return answer


class _Change(APIView):
    """One change of a notice; answers with the notice as it then is."""

    needs: ClassVar = {"POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True
    takes: ClassVar[type[Strict]] = inputs.NothingIn

    def post(self, request: Request, id: UUID) -> Response:
        given = self.takes(data=request.data)
        given.is_valid(raise_exception=True)
        by = {"by": authentication.actor(request), "at": time.now()}
        self.change(selectors.notice(id, access(self)), given.validated_data, by)
        return Response(response.whole(selectors.notice(id, access(self))))

    def change(self, notice: Notice, given: dict[str, Any], by: dict[str, Any]) -> Notice:
        """`by` says who and when."""
        raise NotImplementedError


class Text(_Change):
    needs: ClassVar = {"PUT": INCIDENTS_RESPOND}
    by_system: ClassVar = True
    takes = inputs.TextIn
    http_method_names = ("put", "options")

    def put(self, request: Request, id: UUID) -> Response:
        return self.post(request, id)

    def change(self, notice: Notice, given: dict[str, Any], by: dict[str, Any]) -> Notice:
        seen = given.pop("revision")
        return correspondence.edit(notice, **given, seen=seen, **by)


class Refresh(_Change):
    takes = inputs.SeenIn

    def change(self, notice: Notice, given: dict[str, Any], by: dict[str, Any]) -> Notice:
        return correspondence.refresh(notice, seen=given["revision"], **by)


class Coverage(_Change):
    takes = inputs.CoverageIn

    def change(self, notice: Notice, given: dict[str, Any], by: dict[str, Any]) -> Notice:
        return correspondence.cover(notice, [Tick(**each) for each in given["items"]], **by)


class Review(_Change):
    def change(self, notice: Notice, given: dict[str, Any], by: dict[str, Any]) -> Notice:
        return correspondence.submit(notice, **by)


class Approval(_Change):
    needs: ClassVar = {"POST": INCIDENTS_APPROVE}
    by_system: ClassVar = True
    takes = inputs.SeenIn

    def change(self, notice: Notice, given: dict[str, Any], by: dict[str, Any]) -> Notice:
        return correspondence.approve(notice, seen=given["revision"], **by)


class Return(_Change):
    needs: ClassVar = {"POST": INCIDENTS_APPROVE}
    by_system: ClassVar = True
    takes = inputs.CommentIn

    def change(self, notice: Notice, given: dict[str, Any], by: dict[str, Any]) -> Notice:
        return correspondence.give_back(notice, comment=given["comment"], **by)


class Withdrawal(_Change):
    takes = ReasonIn

    def change(self, notice: Notice, given: dict[str, Any], by: dict[str, Any]) -> Notice:
        return correspondence.withdraw(notice, reason=given["reason"], **by)


class Filings(_Change):
    takes = inputs.FilingIn

    def change(self, notice: Notice, given: dict[str, Any], by: dict[str, Any]) -> Notice:
        seen, confirmed = given.pop("revision"), given.pop("missing")
        return correspondence.file(notice, Filing(**given), seen=seen, confirmed=confirmed, **by)


class Sending(_Change):
    takes = inputs.SendingIn

    def change(self, notice: Notice, given: dict[str, Any], by: dict[str, Any]) -> Notice:
        seen, confirmed = given["revision"], given["missing"]
        return correspondence.send(notice, given["to"], seen=seen, confirmed=confirmed, **by)
