"""Lists come in pages by cursor, newest first: stable while rows are added, cheap at any depth.
A view that filters by a time says in `by_time`, for each such parameter, the order by it.

Who reads a list is on record, unless the view is `public` to all with its scope.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.core.signing import BadSignature, Signer
from django.db.models import BooleanField, F, Func, Value
from rest_framework.pagination import CursorPagination
from rest_framework.utils.urls import replace_query_param

from governance import clock
from governance.access import reads
from governance.api import authentication, searching
from governance.errors import Invalid
from governance.words import LONGEST

ORDERING: Final = "ordering"


class UnknownOrdering(Invalid):
    code = "unknown-ordering"


class InvalidCursor(Invalid):
    code = "invalid-cursor"


class Pages(CursorPagination):
    """`next` and `previous` are addresses of pages; null where there is none. A page begins after a
    row, by the values of the ordering's columns, so that many rows may share one. All columns of an
    ordering go the same way, and the last is unique.

    Cursors are signed, for one list in one ordering: whoever changes one gets InvalidCursor, and no
    value of a stranger's reaches the database through it.
    """

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500

    def get_ordering(self, request: Any, queryset: Any, view: Any) -> tuple[str, ...]:
        """As `?ordering=` says, where the view has it. Raises UnknownOrdering."""
        wanted = request.query_params.get(ORDERING)
        if wanted is None:
            ordering: tuple[str, ...] = super().get_ordering(request, queryset, view)
            return ordering
        if _bare(wanted) not in (known := getattr(view, "orderings", ())):
            listed = ", ".join(known) or "none"
            raise UnknownOrdering(f"There is no ordering {wanted[:60]!r}. There are: {listed}.")
        sign, name = wanted[: wanted.startswith("-")], _bare(wanted)
        return sign + getattr(view, "ordered_by", {}).get(name, name), f"{sign}pk"

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for each in found:
            if each["name"] == self.page_size_query_param:
                each["schema"] = {"type": "integer", "minimum": 1, "default": self.page_size}
                each["description"] = f"Rows of a page, at most {self.max_page_size}."
        if known := getattr(view, "orderings", ()):
            names = [name for each in known for name in (each, f"-{each}")]
            words = "By this, a minus for the reverse; rows without it are left out."
            found.append(_query(ORDERING, {"type": "string", "enum": names}, words))
        if (search := getattr(view, "search", None)) is not None:
            schema = {"type": "string", "minLength": 1, "maxLength": LONGEST}
            found.append(_query(searching.PARAMETER, schema, f"{search.says}."))
        return found

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        """Raises InvalidCursor."""
        self.request = request
        self.ordering = self.get_ordering(request, queryset, view)
        if (first := _field(queryset.model, self.ordering[0])).null:
            queryset = queryset.filter(**{f"{first.name}__isnull": False})
        size, (back, after) = self.get_page_size(request) or self.page_size, self._place(request)
        rows = queryset.order_by(*(map(_reversed, self.ordering) if back else self.ordering))
        if after is not None:
            rows = rows.filter(_beyond(queryset.model, self.ordering, after, back=back))
        found = list(rows[: size + 1])
        self.page, more = found[:size], len(found) > size
        self.has_next, self.has_previous = (True, more) if back else (more, after is not None)
        if back:
            self.page.reverse()
        return self.page

    def get_next_link(self) -> str | None:
        return self._link(self.page[-1], back=False) if self.has_next and self.page else None

    def get_previous_link(self) -> str | None:
        return self._link(self.page[0], back=True) if self.has_previous and self.page else None

    def _link(self, row: Any, *, back: bool) -> str:
        place = [back, [str(getattr(row, _bare(name))) for name in self.ordering]]
        cursor = self._signer().sign_object(place)
        link: str = replace_query_param(
            self.request.build_absolute_uri(), self.cursor_query_param, cursor
        )
        return link

    def _place(self, request: Any) -> tuple[bool, list[str] | None]:
        """(whether the page goes back, the values of the row that it begins after)"""
        cursor = request.query_params.get(self.cursor_query_param)
        if cursor is None:
            return False, None
        try:
            back, values = self._signer().unsign_object(cursor)
        except BadSignature as error:
            raise InvalidCursor(
                "This cursor was not made by us for this list in this order. Take `next` as it is, "
                "or begin at the first page."
            ) from error
        return back, values

    def _signer(self) -> Signer:
        return Signer(salt=f"{self.request.path} {','.join(self.ordering)}")

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "properties": {"next": address, "previous": address, "results": schema},
            "required": ["next", "previous", "results"],
            "additionalProperties": False,
        }


def _bare(name: str) -> str:
    return name.removeprefix("-")


def _reversed(name: str) -> str:
    return _bare(name) if name.startswith("-") else f"-{name}"


def _field(model: Any, name: str) -> Any:
    return model._meta.pk if (bare := _bare(name)) == "pk" else model._meta.get_field(bare)


def _beyond(model: Any, ordering: Sequence[str], after: Sequence[str], *, back: bool) -> Func:
    """The rows that follow the values in this ordering; compared as rows, for which one index of
    all columns serves."""
    fields = [_field(model, each) for each in ordering]
    columns = Func(*(F(each.name) for each in fields), function="ROW")
    values = Func(
        *(Value(each.to_python(value), each) for each, value in zip(fields, after, strict=True)),
        function="ROW",
    )
    sign = "<" if ordering[0].startswith("-") != back else ">"
    return Func(
        columns,
        values,
        template="%(expressions)s",
        arg_joiner=f" {sign} ",
        output_field=BooleanField(),
    )


def _query(name: str, schema: dict[str, Any], words: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": words}


class NewestFirst(Pages):
    ordering = "-id"  # keys are UUIDv7, so this is by time of making

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        if not getattr(view, "public", False):
            reads.listed(queryset.model, by=authentication.actor(request), at=clock.now())
        return super().paginate_queryset(queryset, request, view)

    def get_ordering(self, request: Any, queryset: Any, view: Any) -> Any:
        """Where a span of time is asked for, by that time, which an index has in its order: found
        by key, one far back would be looked for through everything since."""
        asked = request.query_params
        spans = {} if ORDERING in asked else getattr(view, "by_time", {})
        return next(
            (order for name, order in spans.items() if name in asked),
            super().get_ordering(request, queryset, view),
        )
