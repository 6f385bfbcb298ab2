"""What is answered here is about incidents and people: no cache keeps it, unless its view says
otherwise. Static files are served before this is asked."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase

NOTHING: Final = "private, no-store"


class KeepNothing:
    """Errors and refusals included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self._get_response(request)
        answer.headers.setdefault("Cache-Control", NOTHING)
        return answer
