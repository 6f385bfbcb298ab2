"""The base of every list: nobody adds, edits or deletes a row; who lacks the scope sees nothing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeVar

from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from governance.access import reads
from governance.accounts.models import User
from governance.api.authentication import actor
from governance.console import instant
from governance.console.paginator import CappedPaginator, Parts

M = TypeVar("M", bound=Model)
#: What only a superuser may do; no role and no key holds it.
SUPERUSER: Final = "superuser"

if TYPE_CHECKING:  # the theme has no types; it keeps to the interface of the stock admin
    from django.contrib.admin import ModelAdmin

    class _Themed(ModelAdmin[M]):
        pass
else:
    from unfold.admin import ModelAdmin

    class _Themed(ModelAdmin, Generic[M]):
        pass


class ListAdmin(_Themed[M]):
    """`needs` is the scope to see it. `heading` and `explains` stand above the list, `when_empty`
    in its place when it has no rows. Who reads it is on record, unless it is `public` to all who
    may sign in."""

    needs: ClassVar[str]
    heading: ClassVar[str] = ""
    explains: ClassVar[str] = ""
    when_empty: ClassVar[str] = ""
    public: ClassVar[bool] = False
    actions: Sequence[Any] | None = None
    list_per_page = 50
    show_full_result_count = False
    paginator = CappedPaginator
    sortable_by = ()
    list_before_template = "console/list_head.html"

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self.needs in scopes(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The framework's own log has nothing; what happened is in the audit trail."""
        raise Http404

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        named = {"title": self.heading} if self.heading else {}
        return super().changelist_view(request, named | (extra_context or {}))

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        if not self.public:
            reads.listed(self.model, by=actor(request), at=instant.of(request))
        changes = super().get_changelist_instance(request)
        rows: list[M] = list(changes.result_list)
        self.prepare(rows, request)
        changes.result_list = rows
        # Else the theme offers "show all" beside a list that is whole.
        changes.full_result_count = changes.result_count
        return changes

    def get_paginator(
        self, request: HttpRequest, queryset: QuerySet[M], per_page: int, *args: Any, **kwargs: Any
    ) -> CappedPaginator:
        parts = self.parts(queryset)
        rows: Any = Parts(queryset, parts) if parts else queryset
        return CappedPaginator(rows, per_page, *args, **kwargs)

    def parts(self, rows: QuerySet[M]) -> Sequence[QuerySet[M]]:
        """Of a list whose order no index has: the same rows in the same order, as parts whose order
        one has. None where the order is an index's."""
        return ()

    def prepare(self, rows: Sequence[M], request: HttpRequest) -> None:
        """Fetch what the columns need beyond the query, for all rows of the page at once."""


def scopes(request: HttpRequest) -> frozenset[str]:
    """What the viewer may do, SUPERUSER included; nothing for strangers."""
    user = request.user
    if not isinstance(user, User):
        return frozenset()
    return user.scopes | {SUPERUSER} if user.is_superuser and user.is_active else user.scopes
