"""Counting no further than anybody reads, and reading no more than a page."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

#: Pages end here; filters reach the rest.
MOST: Final = 10_000
#: Beyond the page that is read.
AHEAD: Final = 1_000


if TYPE_CHECKING:  # generic in the stubs, plain when it runs
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator


class Parts:
    """Rows in an order that no index has, as parts that follow one another: each is in an order
    that one has, so that a page is read along it instead of sorting them all."""

    ordered = True

    def __init__(
        self, parts: Iterable[QuerySet[Any]], *, whole: QuerySet[Any] | None = None
    ) -> None:
        self._parts = list(parts)
        self._whole = whole

    def counted(self, most: int) -> int:
        """How many there are, up to `most`: of the `whole`, where that is given and has an index;
        else of each part along its own, in one statement."""
        if self._whole is not None:
            return counted(self._whole, most)
        first, *others = (part.order_by().values("pk")[:most] for part in self._parts)
        return int(first.union(*others, all=True)[:most].count())

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
    """Counts AHEAD rows beyond page number `reading`, and never more than MOST: further on nobody
    turns pages, and counting a table of millions would cost more than the page."""

    template_name = "console/pagination.html"

    def __init__(
        self, rows: Any, per_page: int, *args: Any, reading: int = 1, **kwargs: Any
    ) -> None:
        super().__init__(rows, per_page, *args, **kwargs)
        self._counted_to = min(max(reading, 1) * int(per_page) + AHEAD, MOST)

    @cached_property
    def count(self) -> int:
        return min(self._found, self._counted_to)

    @property
    def more(self) -> bool:
        """Whether there are more than were counted."""
        return self._found > self._counted_to

    @cached_property
    def _found(self) -> int:
        rows: Any = self.object_list
        most = self._counted_to + 1
        if isinstance(rows, QuerySet):
            return counted(rows, most)
        return rows.counted(most) if isinstance(rows, Parts) else len(rows)


def counted(rows: QuerySet[Any], most: int = MOST) -> int:
    """How many there are, up to `most`."""
    return int(rows.order_by().values("pk")[:most].count())
