"""Errors as problem details (RFC 9457): a stable `code`, what is wrong, and what to do."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from governance.errors import BylawError

log = structlog.get_logger(__name__)
MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:bylaw:problem:"

_CODES: Mapping[type[Exception], str] = {
    exceptions.NotAuthenticated: "not-authenticated",
    exceptions.AuthenticationFailed: "not-authenticated",
    exceptions.PermissionDenied: "not-permitted",
    exceptions.NotFound: "not-found",
    exceptions.MethodNotAllowed: "method-not-allowed",
    exceptions.NotAcceptable: "not-acceptable",
    exceptions.Throttled: "too-many-requests",
    exceptions.UnsupportedMediaType: "unsupported-media-type",
}


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler. A fault of ours is logged and answered without its details."""
    match error:
        case BylawError():
            return problem(error.status, error.code, error.message, extra=error.extra)
        case Http404():
            error = exceptions.NotFound()
        case DjangoPermissionDenied():
            error = exceptions.PermissionDenied()
        case RequestDataTooBig():
            return problem(413, "body-too-large", "The body is larger than is read of a form.")
        case SuspiciousOperation():  # a form of thousands of parts, or a forged host
            words = "This has more parts than are read, or says what no client of ours says."
            return problem(400, "refused", words)
    if isinstance(error, (OperationalError, InterfaceError)):
        return _unavailable(error, context)
    if not isinstance(error, exceptions.APIException):
        log.error("api.failed", view=type(context.get("view")).__name__, exc_info=error)
        return problem(500, "internal-error", "This failed on our side; retry later.")
    if isinstance(error, exceptions.ValidationError):
        listed = list(_flatten(error.get_full_details(), ""))
        return problem(422, "invalid", "The request has errors.", extra={"errors": listed})
    code = _CODES.get(type(error)) or str(error.get_codes())
    response = problem(error.status_code, code, _words(error))
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(int(wait) + 1)
    return response


def _unavailable(error: Exception, context: dict[str, Any]) -> Response:
    """The database is away, or ended the connection. What was answered before stays; whether this
    request was done nobody knows, so it is to be sent again under its key."""
    log.error("api.unavailable", view=type(context.get("view")).__name__, error=str(error))
    words = "The database did not answer; send the same again, with the same Idempotency-Key."
    response = problem(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", words)
    response["Retry-After"] = "1"
    return response


def problem(
    status: int, code: str, detail: str, *, extra: Mapping[str, object] | None = None
) -> Response:
    """One answer in the problem format; `instance` is the request's id, to be quoted to support."""
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    body = {
        "type": TYPE_PREFIX + code,
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **({"instance": f"urn:uuid:{request_id}"} if request_id else {}),
        **(extra or {}),
    }
    return Response(body, status=status, content_type=MEDIA_TYPE)


def _words(error: exceptions.APIException) -> str:
    if isinstance(error, exceptions.UnsupportedMediaType):
        return "Send the body as application/json."
    if isinstance(error, exceptions.NotAuthenticated):
        return "Send an API key: Authorization: Bearer bylaw_…"
    return str(error.detail)


def _flatten(details: Any, pointer: str) -> Any:
    if isinstance(details, Mapping) and "message" in details and "code" in details:
        yield {"pointer": pointer, "code": details["code"], "detail": str(details["message"])}
    elif isinstance(details, Mapping):
        for name, inner in details.items():
            step = str(name).replace("~", "~0").replace("/", "~1")
            yield from _flatten(
                inner, pointer if name == "non_field_errors" else f"{pointer}/{step}"
            )
    elif isinstance(details, Sequence):
        for index, inner in enumerate(details):
            leaf = isinstance(inner, Mapping) and {"message", "code"} <= inner.keys()
            yield from _flatten(inner, pointer if leaf else f"{pointer}/{index}")
