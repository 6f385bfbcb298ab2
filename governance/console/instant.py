"""The one instant of a request, so that all parts of a page agree on what is overdue."""

from datetime import datetime
from typing import Final

from django.http import HttpRequest

from governance import clock

_KEY: Final = "bylaw.console.at"


def of(request: HttpRequest) -> datetime:
    """The database's time when the request first asked for it."""
    found = request.META.get(_KEY)
    if not isinstance(found, datetime):
        found = request.META[_KEY] = clock.now()
    return found
