"""How much one request may bring along, whoever sends it: said before anything of it is read.

A form is written to disk while it is read, and before it is known who sends it; the framework
bounds its fields and not its files.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from governance.api.problems import TYPE_PREFIX

CODE = "body-too-large"


class Bounded:
    """413 for a body whose length is over the limit of any address. Without a length nothing is
    read at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.REQUEST_LIMIT:
            return _refused(request)
        return self._get_response(request)


def _refused(request: HttpRequest) -> HttpResponse:
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    detail = f"A request has at most {settings.REQUEST_LIMIT} bytes; send less at once."
    if not request.path.startswith("/api/"):
        return HttpResponse(detail, status=status, content_type="text/plain")
    body = {
        "type": TYPE_PREFIX + CODE,
        "title": status.phrase,
        "status": status,
        "code": CODE,
        "detail": detail,
    }
    return JsonResponse(body, status=status, content_type="application/problem+json")
