"""Counting no further than anybody reads, and reading no more than a page."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

MOST: Final = 10_000


if TYPE_CHECKING:  # generic in the stubs, plain when it runs
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator


class Parts:
    """Rows in an order that no index has, as parts that follow one another: each is in an order
    that one has, so that a page is read along it instead of sorting them all."""

    ordered = True

    def __init__(self, rows: QuerySet[Any], parts: Iterable[QuerySet[Any]]) -> None:
        self._rows = rows
        self._parts = list(parts)

    def __len__(self) -> int:
        """At most MOST."""
        return counted(self._rows)

    def __getitem__(self, page: slice) -> Sequence[Any]:
        rows: list[Any] = []
        before = 0
        for part in self._parts:
            first, last = max(page.start - before, 0), page.stop - before
            found = list(part[first:last])
            rows += found
            if len(found) == last - first:
                break
            # Only a part that was left behind altogether has to be counted.
            before += first + len(found) if found or not first else counted(part)
        return rows


class CappedPaginator(_Paginator):
    """Counts up to MOST rows: beyond that nobody turns pages, and counting a table of millions
    would cost more than the page. Filters reach the rest."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        return counted(rows) if isinstance(rows, QuerySet) else len(rows)


def counted(rows: QuerySet[Any]) -> int:
    """How many there are, up to MOST."""
    return int(rows.order_by().values("pk")[:MOST].count())
