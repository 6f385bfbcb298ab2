"""The description of the API (OpenAPI 3.1), made from the views themselves."""

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework.permissions import SAFE_METHODS

from governance.api import examples, header_schemas, operations, problem_schemas
from governance.api.inputs import Strict
from governance.api.operations import File, Nothing, Operation

_SENTENCE: Final = re.compile(r"(.+?[.:;?!])(\s|$)", re.DOTALL)
_HEADER: Final = OpenApiParameter.HEADER
_KEY: Final = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[!-~]([ -~]*[!-~])?$"},
    _HEADER,
    description="The same request with the same key is done once and answered again as before.",
)
_IF_MATCH: Final = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    _HEADER,
    description="The ETag of the object as you read it: if it is another by now, a 412 says what "
    "changed.",
)
_IF_NONE_MATCH: Final = OpenApiParameter(
    "If-None-Match",
    OpenApiTypes.STR,
    _HEADER,
    description="The ETag that you have: 304 while it is the same.",
)
_FIELDS: Final = OpenApiParameter(
    "fields",
    {"type": "string", "pattern": "^[a-z0-9_]+(,[a-z0-9_]+)*$"},
    description="Names of members, by comma: the answer, or each row of a list, then has these "
    "alone, whatever its schema requires.",
)
_ETAG: Final = OpenApiParameter(
    "ETag", OpenApiTypes.STR, _HEADER, description="Of the whole object.", response=[200]
)
_NEXT_ETAG: Final = OpenApiParameter(
    "ETag",
    OpenApiTypes.STR,
    _HEADER,
    description="For the next change, where `If-Match` was sent.",
    response=[200, 201, 202],
)
_LOCATION: Final = OpenApiParameter(
    "Location",
    OpenApiTypes.STR,
    _HEADER,
    description="The address of what was made.",
    response=[201, 202],
)
_REPLAYED: Final = OpenApiParameter(
    "Idempotency-Replayed",
    {"type": "string", "enum": ["true"]},
    _HEADER,
    description="This was done before, and is answered again.",
    response=[200, 201, 202],
)


class Schema(AutoSchema):
    """What drf-spectacular finds, with what `operations` says and what holds for every view."""

    def get_operation_id(self) -> str:
        """`incidents_state_post`: the words of the path, then the method."""
        words = [part for part in self.path.removeprefix("/api/v1/").split("/") if part]
        named = [part.strip("{}") if part.startswith("{") else part for part in words]
        joined = "_".join(re.sub(r"[^a-z0-9]+", "_", each.lower()) for each in named)
        return f"{joined}_{self.method.lower()}"

    def get_summary(self) -> str | None:
        found = _SENTENCE.match(self._doc())
        return self._said().summary or (found[1].rstrip(".:;") if found else None)

    def get_description(self) -> str:  # type: ignore[override]
        return self._doc()

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").partition("/")[0]]

    def get_request_serializer(self) -> Any:
        if self.method in SAFE_METHODS:
            return None
        return self._said().takes or getattr(self.view, "takes", None)

    def get_response_serializers(self) -> Any:
        said = self._said()
        found = said.gives
        if found is None:
            found = getattr(self.view, "serializer_class", None) if self.method == "GET" else None
        status = said.status or getattr(self.view, "status", 0) or 200
        answers = [(status, found), *said.also.items()]
        return dict(_answer(code, each) for code, each in answers)

    def get_override_parameters(self) -> list[Any]:
        """`Location`, and what the conventions of every view take and give."""
        whole, said = getattr(self.view, "whole", None), self._said()
        if self.method in SAFE_METHODS:
            picked = [] if isinstance(said.gives, File) else [_FIELDS]
            return [*said.queries, *picked, *([_IF_NONE_MATCH, _ETAG] if whole else [])]
        match = [_IF_MATCH, _NEXT_ETAG] if "{" in self.path else []
        return [_KEY, *match, _REPLAYED, _LOCATION, *said.queries]

    def get_examples(self) -> list[OpenApiExample]:
        said = self._said()
        if said.example is None:
            return []
        return [OpenApiExample("Example", said.example, request_only=True)]

    def get_extensions(self) -> dict[str, Any]:
        needed = getattr(self.view, "needs", {}).get(self.method, ())
        return {"x-scopes": [needed] if isinstance(needed, str) else list(needed)}

    def is_deprecated(self) -> bool:
        return self.method in getattr(self.view, "deprecated", {})

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """`IncidentOut` is an `Incident`, `AmendmentIn` an `AmendmentRequest`; where two would have
        one name, a class says how it is `described_as`."""
        kind = type(serializer)
        if name := vars(kind).get("described_as"):
            return str(name)
        if kind is Strict:
            return "Nothing"
        name = re.sub("In$", "Request", re.sub("Out$", "", kind.__name__))
        package = kind.__module__.partition(".")[0]
        return f"Policy{name}" if package == "policies" and not name.startswith("Policy") else name

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        schema: Any = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        schema["additionalProperties"] = False
        if not issubclass(_class(serializer), Strict):
            declared = getattr(_class(serializer), "_declared_fields", {})
            schema["required"] = sorted(
                name
                for name in schema.get("properties", {})
                if name not in declared or declared[name]._kwargs.get("required", True)
            )
        return schema

    def _said(self) -> Operation:
        return operations.of(type(self.view), self.method)

    def _doc(self) -> str:
        method = getattr(self.view, self.method.lower(), None)
        own = vars(type(self.view)).get(self.method.lower())
        text = (own is not None and method.__doc__) or vars(type(self.view)).get("__doc__") or ""
        return inspect.cleandoc(text)


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "governance.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A tool's key: `Authorization: Bearer bylaw_…`. The `x-scopes` of an "
            "operation are the scopes of which the key needs one.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "governance.api.authentication.ConsoleSessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "A person's session of the console; changes need the header "
            "`X-CSRFToken` as well.",
        }


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """drf-spectacular's hook after all operations: problems, and links between operations."""
    components: dict[str, Any] = result.setdefault("components", {})
    components.setdefault("schemas", {}).update(problem_schemas.SCHEMAS)
    components["responses"] = problem_schemas.RESPONSES
    components["headers"] = header_schemas.SCHEMAS
    paths: dict[str, Any] = result["paths"]
    for _path, method, operation in _operations(paths):
        for status, described in operation["responses"].items():
            described["description"] = described.get("description") or _SAID[status]
            if operation.get("security"):  # who is nobody is not counted
                described["headers"] = {**header_schemas.of(status), **described.get("headers", {})}
        for content in (body := operation.get("requestBody", {})).get("content", {}).values():
            if content["schema"].get("required"):
                body["required"] = True
        names = {each["name"] for each in operation.get("parameters", ())}
        for code in problem_schemas.statuses(method, names):
            operation["responses"].setdefault(code, problem_schemas.reference(code))
    _link(paths)
    _strip(result)
    examples.complete(result)
    return result


_SAID: Final = {
    "200": "Done, or found.",
    "201": "Made.",
    "202": "Taken on; the `Location` says how far it is.",
    "207": "Each part has its own outcome.",
    "204": "Done; there is nothing to say.",
    "304": "It is as you have it.",
}


def _answer(code: int, given: Any) -> tuple[Any, Any]:
    if isinstance(given, File):
        return (code, given.media_type), OpenApiTypes.BINARY
    if given is None or given is Nothing:
        return code, OpenApiResponse(description=_SAID.get(str(code), ""))
    return code, given


def _class(serializer: Any) -> type:
    return serializer if isinstance(serializer, type) else type(serializer)


def _operations(paths: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for path, methods in paths.items():
        for method, operation in methods.items():
            yield path, method, operation


def _strip(found: Any) -> None:
    """Take out what drf-spectacular leaves for another hook; and let a null be one, where anything
    may stand."""
    if isinstance(found, dict):
        found.pop("x-spec-enum-id", None)
        if "oneOf" in found:
            found["anyOf"] = found.pop("oneOf")
    if isinstance(found, dict | list):
        for each in found.values() if isinstance(found, dict) else found:
            _strip(each)


def _link(paths: Mapping[str, Any]) -> None:
    """From what makes or lists objects to everything that can be done with one of them."""
    for path, _, target in _operations(paths):
        collection, brace, rest = path.partition("/{")
        if not brace or rest.count("{"):
            continue
        name = rest.partition("}")[0]
        for method, where in (("post", f"/{name}"), ("get", f"/results/0/{name}")):
            source = paths.get(collection, {}).get(method, {})
            for status, answer in source.get("responses", {}).items():
                if status.startswith("2") and "content" in answer:
                    answer.setdefault("links", {})[target["operationId"]] = {
                        "operationId": target["operationId"],
                        "parameters": {name: f"$response.body#{where}"},
                    }
