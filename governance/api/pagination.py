"""Lists come in pages by cursor, newest first: stable while rows are added, cheap at any depth.
A view that filters by a time says in `by_time`, for each such parameter, the order by it.

Who reads a list is on record, unless the view is `public` to all with its scope.
"""

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination

from governance import clock
from governance.access import reads
from governance.api import authentication


class Pages(CursorPagination):
    """`next` and `previous` are addresses of pages; null where there is none."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        """What stands in a cursor that we did not make is no key of the list, which only the query
        finds out. Raises NotFound."""
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


class NewestFirst(Pages):
    ordering = "-id"  # keys are UUIDv7, so this is by time of making

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        if not getattr(view, "public", False):
            reads.listed(queryset.model, by=authentication.actor(request), at=clock.now())
        return super().paginate_queryset(queryset, request, view)

    def get_ordering(self, request: Any, queryset: Any, view: Any) -> Any:
        """Where a span of time is asked for, by that time, which an index has in its order: found
        by key, one far back would be looked for through everything since."""
        spans = getattr(view, "by_time", {})
        return next(
            (order for name, order in spans.items() if name in request.query_params),
            super().get_ordering(request, queryset, view),
        )
