"""Lists come in pages by cursor, newest first: stable while rows are added, cheap at any depth."""

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    ordering = "-id"  # keys are UUIDv7, so this is by time of making
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500
