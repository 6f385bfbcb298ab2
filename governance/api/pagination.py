"""Lists come in pages by cursor, newest first: stable while rows are added, cheap at any depth.
A view that filters by a time says in `by_time`, for each such parameter, the order by it.

Who reads a list is on record, unless the view is `public` to all with its scope.
"""

from typing import Any, Final

from django.core.exceptions import ValidationError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination

from governance import clock
from governance.access import reads
from governance.api import authentication, searching
from governance.errors import Invalid
from governance.words import LONGEST

ORDERING: Final = "ordering"


class UnknownOrdering(Invalid):
    code = "unknown-ordering"


class Pages(CursorPagination):
    """`next` and `previous` are addresses of pages; null where there is none."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500
    offset_cutoff = 100_000  # of rows with one instant, on which an ordering steps by counting

    def get_ordering(self, request: Any, queryset: Any, view: Any) -> tuple[str, ...]:
        """As `?ordering=` says, where the view has it. Raises UnknownOrdering."""
        wanted = request.query_params.get(ORDERING)
        if wanted is None:
            ordering: tuple[str, ...] = super().get_ordering(request, queryset, view)
            return ordering
        if wanted.removeprefix("-") not in (known := getattr(view, "orderings", ())):
            listed = ", ".join(known) or "none"
            raise UnknownOrdering(f"There is no ordering {wanted[:60]!r}. There are: {listed}.")
        return (wanted, "-pk" if wanted.startswith("-") else "pk")

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for each in found:
            if each["name"] == self.page_size_query_param:
                each["schema"] = {"type": "integer", "minimum": 1, "default": self.page_size}
                each["description"] = f"Rows of a page, at most {self.max_page_size}."
        if known := getattr(view, "orderings", ()):
            names = [name for each in known for name in (each, f"-{each}")]
            words = "By this, a minus for the latest first; rows without it are left out."
            found.append(_query(ORDERING, {"type": "string", "enum": names}, words))
        if (search := getattr(view, "search", None)) is not None:
            schema = {"type": "string", "minLength": 1, "maxLength": LONGEST}
            found.append(_query(searching.PARAMETER, schema, f"{search.says}."))
        return found

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        """What stands in a cursor that we did not make is no key of the list, which only the query
        finds out. Raises NotFound."""
        if (wanted := request.query_params.get(ORDERING, "").removeprefix("-")) and (
            wanted in getattr(view, "orderings", ())
        ):
            queryset = queryset.filter(**{f"{wanted}__isnull": False})
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValidationError, ValueError) as error:
            if self.cursor_query_param not in request.query_params:
                raise
            raise NotFound(self.invalid_cursor_message) from error

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "properties": {"next": address, "previous": address, "results": schema},
            "required": ["next", "previous", "results"],
            "additionalProperties": False,
        }


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
