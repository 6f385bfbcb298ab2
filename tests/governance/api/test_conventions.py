"""What every view of the API keeps, whoever adds it: `governance.api.views` says how."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from governance.api import description
from governance.api.unknown import Unknown
from governance.api.views import Conventions

#: One object at its address that has no ETag of its own making: files have that of their bytes, and
#: a system is what the register in force says.
WITHOUT_A_TAG: Final = frozenset(
    {
        "/api/v1/attachments/{id}",
        "/api/v1/ledger/tile/entries/{name}",
        "/api/v1/ledger/tile/{level}/{name}",
        "/api/v1/shared/{token}",
        "/api/v1/systems/{system}",
    }
)
WITHOUT_A_BODY: Final = [
    "post /api/v1/impacts/{id}/cancellation",
    "post /api/v1/shares/{id}/revocation",
]
CHANGING: Final = frozenset({"post", "put", "patch", "delete"})


def routes(patterns: Any = None, before: str = "/") -> Iterator[tuple[str, Any]]:
    for each in patterns or get_resolver().url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, route)
        elif isinstance(each, URLPattern) and route.startswith("/api/v1/"):
            yield route, getattr(each.callback, "cls", None)


def operations() -> Iterator[tuple[str, str, Any]]:
    for path, methods in description.whole()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def resolved(answer: Any) -> Any:
    name = answer.get("$ref", "").rpartition("/")[2]
    return description.whole()["components"]["responses"][name] if name else answer


def test_every_view_keeps_the_conventions() -> None:
    assert [route for route, view in routes() if not issubclass(view, Conventions)] == []
    assert len(list(routes())) > 100


def test_every_method_of_every_view_is_described() -> None:
    described = {(path, method) for path, method, _ in operations()}
    missing = []
    for route, view in routes():
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
        for method in (*CHANGING, "get"):
            there = hasattr(view, method) and method in view.http_method_names
            there = there and view.schema is not None and view is not Unknown
            if there and (path, method) not in described:
                missing.append(f"{method} {path}")
    assert missing == []


def test_every_operation_says_what_it_does() -> None:
    silent = [f"{m} {p}" for p, m, found in operations() if not found.get("summary")]
    assert silent == []


def test_no_two_operations_have_one_id() -> None:
    ids = [found["operationId"] for _, _, found in operations()]
    assert len(ids) == len(set(ids))


def test_every_operation_says_what_it_gives() -> None:
    silent = []
    for path, method, found in operations():
        for status, answer in found["responses"].items():
            bodiless = status in {"204", "304"}
            if not bodiless and not resolved(answer).get("content"):
                silent.append(f"{method} {path} {status}")
    assert silent == []


def test_every_change_that_takes_a_body_says_which() -> None:
    silent = [
        f"{method} {path}"
        for path, method, found in operations()
        if method in {"post", "put", "patch"} and not found.get("requestBody")
    ]
    assert silent == WITHOUT_A_BODY


def test_every_change_takes_an_idempotency_key() -> None:
    missing = [
        f"{method} {path}"
        for path, method, found in operations()
        if method in CHANGING
        and "Idempotency-Key" not in {each["name"] for each in found["parameters"]}
    ]
    assert missing == []


def _properties(path: str, method: str) -> set[str]:
    schemas = description.whole()["components"]["schemas"]
    found: set[str] = set()
    for status, answer in description.whole()["paths"][path][method]["responses"].items():
        content = answer.get("content", {}).get("application/json", {}) if status < "3" else {}
        name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        found |= set(schemas.get(name, {}).get("properties", {}))
    return found


def test_no_secret_is_kept_for_retries() -> None:
    """What an answer gives away once is named, so that it is null in the one that is kept."""
    given_away = []
    for route, view in routes():
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
        for method in CHANGING & set(description.whole()["paths"].get(path, ())):
            secrets = _properties(path, method) & {"secret", "key", "token", "password", "link"}
            if secrets - set(view.shown_once):
                given_away.append(f"{method} {path}")
    assert sorted(given_away) == ["post /api/v1/shares/{id}/revocation"]  # of a link that ended


def test_every_object_has_a_tag() -> None:
    missing = {
        path
        for path, method, found in operations()
        if method == "get"
        and path.endswith("}")
        and "If-None-Match" not in {each["name"] for each in found["parameters"]}
    }
    assert missing == WITHOUT_A_TAG


def test_the_description_is_made_without_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    reset_generator_stats()
    found = SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS, capsys.readouterr().err
    validate_schema(found)


# --- as it is served ------------------------------------------------------------------------------


def test_it_is_served_to_everybody_in_both_forms(client: Any) -> None:
    as_json = client.get("/api/v1/openapi.json")
    assert as_json["Content-Type"].startswith("application/vnd.oai.openapi+json")
    assert as_json.json()["openapi"] == "3.1.0"
    as_yaml = client.get("/api/v1/openapi.yaml")
    assert as_yaml.content.decode().startswith("openapi: 3.1.0\n")


def test_the_pages_have_no_script_in_them_and_nothing_of_others(client: Any) -> None:
    page = client.get("/api/docs/").content.decode()
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 3
    assert [inner for _, inner in scripts if inner.strip()] == []
    assert re.findall(r"(?:src|href)=\"(?!/)", page) == []
    assert "<style" not in page
    assert " style=" not in page


def test_their_script_is_served_apart(client: Any) -> None:
    answer = client.get("/api/docs/?script=")
    assert answer["Content-Type"].startswith("application/javascript")
    assert "/api/v1/openapi.json" in answer.content.decode().replace("\\u002D", "-")


def test_nobody_else_is_asked_whether_it_is_valid(client: Any) -> None:
    script = client.get("/api/docs/?script=").content.decode()
    assert re.search(r'"validatorUrl": null', script)
