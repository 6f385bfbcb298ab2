"""Counting no further than anybody reads."""

from typing import TYPE_CHECKING, Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

MOST: Final = 10_000


if TYPE_CHECKING:  # generic in the stubs, plain when it runs
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator


class CappedPaginator(_Paginator):
    """Counts up to MOST rows: beyond that nobody turns pages, and counting a table of millions
    would cost more than the page. Filters reach the rest."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if isinstance(rows, QuerySet):
            return int(rows.order_by().values("pk")[:MOST].count())
        return len(rows)
