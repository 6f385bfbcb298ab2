"""A client that holds every answer, and every request that was accepted, against the description.

So each test of the API is also one of the description: a field that it does not name, a status that
it does not know, a type that is another, fails the test that met it.
"""

import json
import re
from functools import cache
from typing import Any, Final

import jsonschema_rs
from django.test.client import FakePayload
from django.urls import Resolver404, resolve
from rest_framework.test import APIClient

from governance.api.description import whole

_PARAMETER: Final = re.compile(r"<(?:\w+:)?(\w+)>")


class Described(APIClient):
    def request(self, **request: Any) -> Any:
        body = request["wsgi.input"].read() if "wsgi.input" in request else b""
        if body:
            request["wsgi.input"] = FakePayload(body)
        answer = super().request(**request)
        operation = _operation(str(request["REQUEST_METHOD"]), str(request["PATH_INFO"]))
        if operation is not None and answer.status_code != 500:
            wrong = _wrong_answer(operation, request, answer)
            if 200 <= answer.status_code < 300:
                wrong += _wrong_request(operation, request, body)
            assert not wrong, f"{request['REQUEST_METHOD']} {request['PATH_INFO']}: {wrong}"
        return answer


def _operation(method: str, path: str) -> Any:
    try:
        route = "/" + _PARAMETER.sub(r"{\1}", resolve(path).route)
    except Resolver404:
        return None
    return whole()["paths"].get(route, {}).get(method.lower())


def _wrong_answer(operation: Any, request: Any, answer: Any) -> list[str]:
    documented = operation["responses"].get(str(answer.status_code))
    if documented is None:
        return [f"answers {answer.status_code}, which is not described"]
    content = _resolved(documented).get("content")
    if not content or "fields=" in request.get("QUERY_STRING", ""):
        return []
    media_type = answer["Content-Type"].partition(";")[0]
    if media_type not in content:
        return [] if "*/*" in content else [f"answers as {media_type}, which is not described"]
    return _wrong(content[media_type], answer.content) if "json" in media_type else []


def _wrong_request(operation: Any, request: Any, body: bytes) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {})
    media_type = str(request.get("CONTENT_TYPE", "")).partition(";")[0]
    if not body or media_type not in content or "json" not in media_type:
        return []
    return _wrong(content[media_type], body)


def _resolved(found: Any) -> Any:
    if "$ref" in found:
        return whole()["components"]["responses"][found["$ref"].rpartition("/")[2]]
    return found


def _wrong(content: Any, body: bytes) -> list[str]:
    found = _validator(json.dumps(content["schema"])).iter_errors(json.loads(body))
    return [f"{'/'.join(map(str, each.instance_path))}: {each.message[:300]}" for each in found]


@cache
def _validator(schema: str) -> Any:
    alone = {**json.loads(schema), "components": whole()["components"]}
    return jsonschema_rs.validator_for(alone, validate_formats=True)
