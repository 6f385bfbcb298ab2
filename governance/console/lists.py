"""The base of every list: nobody adds, edits or deletes a row; who lacks the scope sees nothing."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeVar, final

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.exceptions import SuspiciousOperation
from django.db.models import Model, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext

from governance.access import reach, reads, rules
from governance.access.rules import Access, Reach
from governance.accounts.roles import INCIDENTS_READ
from governance.api import searching, withheld
from governance.api.authentication import actor, rights
from governance.console import instant, manual, saved_views
from governance.console.paginator import CappedPaginator, Parts
from governance.translated import Text

M = TypeVar("M", bound=Model)
#: Of a page's number; no list has as many pages.
_DIGITS: Final = 6

if TYPE_CHECKING:  # the theme has no types; it keeps to the interface of the stock admin
    from django.contrib.admin import ModelAdmin

    class _Themed(ModelAdmin[M]):
        pass
else:
    from unfold.admin import ModelAdmin

    class _Themed(ModelAdmin, Generic[M]):
        pass


class ListAdmin(_Themed[M]):
    """`needs` is the scope to see it. `heading` and `explains` stand above the list, with the way
    to the page `manual` of the manual, to a heading after `#`; `when_empty` in its place when it
    has no rows. Who reads it is on record, unless it is `public` to all who may sign in. A row has
    no page of its own unless the class `has_pages`."""

    needs: ClassVar[str]
    search: ClassVar[searching.Search | None] = None
    heading: ClassVar[Text] = ""
    explains: ClassVar[Text] = ""
    when_empty: ClassVar[Text] = ""
    manual: ClassVar[str] = ""
    public: ClassVar[bool] = False
    has_pages: ClassVar[bool] = False
    actions: Sequence[Any] | None = None
    list_per_page = 50
    show_full_result_count = False
    paginator = CappedPaginator
    sortable_by = ()
    list_before_template = "console/list_head.html"

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self.needs in openings(request, self.model)

    def rows(self, request: HttpRequest) -> QuerySet[M]:
        """What there is to list, with what the columns need, before anybody's reach is known."""
        return self.model._default_manager.all()

    def reached(self, request: HttpRequest) -> Reach:
        """The systems whose rows the viewer sees."""
        return reached(request, self.needs)

    def may(self, request: HttpRequest, scope: str, obj: M) -> bool:
        """Whether the viewer may do with this object what takes `scope`."""
        return may(request, scope, obj)

    @property
    def manual_url(self) -> str:
        """Empty where the manual says nothing of it."""
        return manual.address(*self.manual.split("#")) if self.manual else ""

    @final
    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        """The `rows` that the viewer may see; list, page, actions and search have no others."""
        return reach.within(self.rows(request), self.reached(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Of the columns only those that the page offers to filter by: a hash or a name that it
        does not show could else be guessed, sign by sign."""
        if lookup in _parameters(self.list_filter):  # and no lookup, whatever it looks like
            return True
        offered = any(_within(lookup, each) for each in _filtered(self.list_filter))
        columns = {name for each in self.opts.concrete_fields for name in (each.name, each.attname)}
        named = lookup.partition(LOOKUP_SEP)[0] in columns
        return bool(super().lookup_allowed(lookup, value, request)) and (offered or not named)

    @property
    def search_help_text(self) -> str | None:  # type: ignore[override]  # it says what is searched
        return gettext(self.search.says) if self.search is not None else None

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """For the box to appear; `search` says what is looked for in it."""
        return ["pk"] if self.search is not None else []

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[M], search_term: str
    ) -> tuple[QuerySet[M], bool]:
        if self.search is None or not search_term.strip():
            return queryset, False
        return queryset.filter(self.search.condition(search_term)), False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> M | None:
        found: M | None = (
            None if "\0" in object_id else super().get_object(request, object_id, from_field)
        )
        return found

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The framework's own log has nothing; what happened is in the audit trail."""
        raise Http404

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if any("\0" in each for _, given in request.GET.lists() for each in given):
            raise SuspiciousOperation("No text of ours holds U+0000.")
        named = {"title": self.heading} if self.heading else {}
        views = saved_views.context(self, request)
        return super().changelist_view(request, named | views | (extra_context or {}))

    def get_urls(self) -> list[URLPattern]:
        # Before the stock ones, of which the last takes every address.
        name = f"{self.opts.app_label}_{self.opts.model_name}_views"
        views = self.admin_site.admin_view(partial(saved_views.act, self))
        stock = super().get_urls()
        if not self.has_pages:  # the framework's own page would show less than the row
            stock = [each for each in stock if "object_id" not in str(each.pattern)]
        return [path("views/", views, name=name), *stock]

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        if not self.public:
            reads.listed(self.model, by=actor(request), at=instant.of(request))
        changes = super().get_changelist_instance(request)
        rows: list[M] = list(changes.result_list)
        self.prepare(rows, request)
        changes.result_list = [withheld.veil(row) for row in rows]
        # Else the theme offers "show all" beside a list that is whole.
        changes.full_result_count = changes.result_count
        return changes

    def get_paginator(
        self, request: HttpRequest, queryset: QuerySet[M], per_page: int, *args: Any, **kwargs: Any
    ) -> CappedPaginator:
        parts = self.parts(request, queryset)
        rows: Any = queryset if parts is None else parts
        return CappedPaginator(rows, per_page, *args, reading=_page(request), **kwargs)

    def parts(self, request: HttpRequest, rows: QuerySet[M]) -> Parts | None:
        """Of a list whose order no index has: the same rows in the same order, as parts whose order
        one has. None where the order is an index's."""
        return None

    def prepare(self, rows: Sequence[M], request: HttpRequest) -> None:
        """Fetch what the columns need beyond the query, for all rows of the page at once."""


def _page(request: HttpRequest) -> int:
    """The number of the page that is asked for; what is none is the list's to refuse."""
    given = request.GET.get(PAGE_VAR, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= _DIGITS else 1


def _filtered(filters: Any) -> Iterator[str]:
    """What the filters of a list are called in an address: a column, a path of them, or a name."""
    for each in filters:
        name = each[0] if isinstance(each, tuple) else each
        yield name if isinstance(name, str) else name.parameter_name


def _parameters(filters: Any) -> frozenset[str]:
    """What the filters of a list that are classes of their own read from an address."""
    own = (
        each for each in filters if isinstance(each, type) and issubclass(each, SimpleListFilter)
    )
    return frozenset(str(each.parameter_name) for each in own)


def _within(lookup: str, column: str) -> bool:
    return lookup == column or lookup.startswith(column + LOOKUP_SEP)


def openings(request: HttpRequest, model: type[Model]) -> frozenset[str]:
    """What the viewer may do with some rows of the model: with what belongs to systems also what
    the viewer holds within a team."""
    held = scopes(request)
    return held | rights(request.user).anywhere if reach.knows(model) else held


def may(request: HttpRequest, scope: str, obj: Model) -> bool:
    """Whether the viewer may do it with this object, by its system."""
    if scope in scopes(request):
        return True
    return reach.knows(type(obj)) and rights(request.user).has(scope, reach.system_of(obj))


def wish(request: HttpRequest, scope: str) -> Access:
    """What the viewer may see, and with which of that do what `scope` allows: for selectors, where
    a form names an object."""
    return rules.access(rights(request.user), sees=(INCIDENTS_READ,), needs=(scope,))


def reached(request: HttpRequest, scope: str) -> Reach:
    """The systems with which the viewer may do it."""
    return rights(request.user).reach((scope,))


def scopes(request: HttpRequest) -> frozenset[str]:
    """What the viewer may do everywhere; nothing for strangers."""
    return rights(request.user).everywhere
