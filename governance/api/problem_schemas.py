"""Errors as the description has them: one schema, and one answer for each status."""

from collections.abc import Collection
from typing import Any, Final

from governance.api import header_schemas
from governance.api.problems import MEDIA_TYPE

_TEXT: Final = {"type": "string"}
_INSTANT: Final = {"type": "string", "format": "date-time"}

SCHEMAS: Final[dict[str, Any]] = {
    "Problem": {
        "type": "object",
        "description": "RFC 9457. `code` is stable and for programs, `detail` says what to do. "
        "Further members belong to the code.",
        "properties": {
            "type": {"type": "string", "pattern": "^urn:bylaw:problem:"},
            "title": _TEXT,
            "status": {"type": "integer"},
            "code": _TEXT,
            "detail": _TEXT,
            "instance": {"type": "string", "description": "The request, for asking about it."},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemError"}},
        },
        "required": ["type", "title", "status", "code", "detail"],
    },
    "ProblemError": {
        "type": "object",
        "description": "`pointer` (RFC 6901) says where in the body.",
        "properties": {"code": _TEXT, "pointer": _TEXT, "detail": _TEXT},
        "required": ["code", "pointer", "detail"],
    },
    "ChangedMeanwhile": {
        "allOf": [{"$ref": "#/components/schemas/Problem"}],
        "properties": {
            "etag": _TEXT,
            "changes": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "entry": {"type": "string", "format": "uuid"},
                        "at": _INSTANT,
                        "actor": _TEXT,
                        "verb": _TEXT,
                    },
                    "required": ["entry", "at", "actor", "verb"],
                },
            },
        },
        "required": ["etag", "changes"],
    },
}

#: Status → what it is called, what it means.
_MEANINGS: Final = {
    "304": ("NotModified", "It is as you have it."),
    "400": ("BadRequest", "The body cannot be read; the detail says where."),
    "401": ("NotAuthenticated", "No key or session, or one that has ended."),
    "403": ("NotPermitted", "The scope is missing, or another person must do it."),
    "404": ("NotFound", "There is no such thing here."),
    "406": ("NotAcceptable", "It is not available as what `Accept` asks for."),
    "409": ("Conflict", "Its present state forbids it."),
    "410": ("Gone", "It was there, and was taken away on record."),
    "412": ("PreconditionFailed", "It changed since you read it; see `changes`."),
    "413": ("TooLarge", "The body is larger than what is taken here."),
    "415": ("UnsupportedMediaType", "The body is of another type than what is taken here."),
    "422": ("Unprocessable", "What was given cannot be used; `errors` has every reason."),
    "428": ("IfMatchRequired", "The operator wants an `If-Match`."),
    "429": ("TooManyRequests", "Wait for as long as `Retry-After` says."),
    "503": ("Unavailable", "It cannot be done at the moment; try again."),
}
_READING: Final = ("401", "403", "404", "406", "409", "410", "422", "429", "503")
_CHANGING: Final = ("400", "412", "413", "415", "428")


def _response(status: str) -> dict[str, Any]:
    schema = "ChangedMeanwhile" if status == "412" else "Problem"
    found: dict[str, Any] = {"description": _MEANINGS[status][1]}
    if status != "304":
        content = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
        found["content"] = {MEDIA_TYPE: content}
    found["headers"] = header_schemas.of(status)
    return found


RESPONSES: Final[dict[str, Any]] = {
    name: _response(status) for status, (name, _) in _MEANINGS.items()
}


def statuses(method: str, parameters: Collection[str]) -> tuple[str, ...]:
    """How an operation may answer beside what it gives."""
    if method != "get":
        return (*_READING, *_CHANGING)
    return ("304", *_READING) if "If-None-Match" in parameters else _READING


def reference(status: str) -> dict[str, Any]:
    return {"$ref": f"#/components/responses/{_MEANINGS[status][0]}"}
