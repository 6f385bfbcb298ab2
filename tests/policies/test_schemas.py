"""The published JSON Schemas: they take whatever the checker takes, and say what each key means."""

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies import documents, schemas, shipped
from policies.conditions import OPERATORS
from policies.documents import KINDS
from policies.schemas import condition
from tests import factory
from tests.policies import response

VALIDATORS = {kind: jsonschema.Draft202012Validator(schemas.of_kind(kind)) for kind in KINDS}
ANY = jsonschema.Draft202012Validator(schemas.of_any())
GOOD = [
    *(document.data for document in factory.house()),
    *(response.document(name).data for name in ("playbook", "review", "notice", "tests")),
]


@pytest.mark.parametrize("schema", [*map(schemas.of_kind, KINDS), schemas.of_any()], ids=str)
def test_a_published_schema_is_a_schema(schema: Mapping[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    assert json.loads(json.dumps(schema)) == schema


def test_each_kind_has_an_identifier_that_needs_no_host() -> None:
    assert schemas.of_kind("SeverityPolicy")["$id"] == "urn:bylaw:v1:SeverityPolicy"


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_described(kind: str) -> None:
    assert [path for path, node in keys(schemas.of_kind(kind)) if not node.get("description")] == []


def keys(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for name, inner in node.items():
            if name == "properties":
                yield from ((f"{path}.{key}", each) for key, each in inner.items())
                for key, each in inner.items():
                    yield from keys(each, f"{path}.{key}")
            elif name not in {"enum", "const", "required"}:
                yield from keys(inner, path)
    elif isinstance(node, list):
        for each in node:
            yield from keys(each, path)


def test_every_operator_has_its_operands() -> None:
    assert set(condition.OPERANDS) == set(OPERATORS)


@pytest.mark.parametrize("file", shipped.files([shipped.DIRECTORY]), ids=lambda file: file.name)
def test_every_shipped_document_fits(file: Any) -> None:
    reading = documents.read(file.read_bytes(), path=file.name)
    if reading.document is not None:  # what is wrong in it is not this test's matter
        assert list(VALIDATORS[reading.document.kind].iter_errors(reading.document.data)) == []
        assert ANY.is_valid(reading.document.data)


@pytest.mark.parametrize("data", GOOD, ids=lambda data: data["metadata"]["name"])
def test_every_document_of_the_tests_fits(data: Any) -> None:
    assert list(VALIDATORS[data["kind"]].iter_errors(data)) == []
    assert list(ANY.iter_errors(data)) == []


@pytest.mark.parametrize(
    ("when", "fits"),
    [
        ({"a.b": 1}, True),
        ({"a": {"at_least": "PT3H"}}, True),
        ({"a": {"between": [1, 2]}}, True),
        ({"a": {"known": False, "in": ["x", 2]}}, True),
        ({"all": [{"a": 1}, {"not": {"b": {"before": "2026-11-22T09:30:00Z"}}}]}, True),
        ({}, False),
        ({"a": {}}, False),
        ({"all": []}, False),
        ({"all": {"a": 1}}, False),
        ({"not": [{"a": 1}]}, False),
        ({"any": [{"all": [{"a": {"contains": 1}}]}]}, False),
        ({"at_least": 3}, False),
        ({"a..b": 1}, False),
        ({"a": None}, False),
        ({"a": ["x"]}, False),
        ({"a": "unknown"}, False),
        ({"a": {"at_least": "many"}}, False),
        ({"a": {"at_least": True}}, False),
        ({"a": {"between": [1]}}, False),
        ({"a": {"includes_any": []}}, False),
        ({"a": {"before": "2026-11-22"}}, False),
        ({"a": {"known": "yes"}}, False),
    ],
)
def test_a_condition_is_described_precisely(when: Any, fits: bool) -> None:
    data = copy.deepcopy(response.document("playbook").data)
    data["spec"]["applies_when"] = when
    assert VALIDATORS["Playbook"].is_valid(data) is fits
    assert ANY.is_valid(data) is fits


def test_a_kind_that_does_not_exist_fits_nothing() -> None:
    data = copy.deepcopy(response.document("playbook").data)
    assert not ANY.is_valid({**data, "kind": "Playbok"})


# --- whatever the checker takes ------------------------------------------------------------------

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 100),
    st.text(max_size=6),
    st.sampled_from(
        ["applies", "unknown", "PT1H", "P1D", "2026-11-22T09:30:00Z", "2026-11-22", "SEV1", "aware",
         "not", "{{ a }}", "elapsed", "days", "resolved"]
    ),
    st.just([]),
    st.just({}),
    st.sampled_from([{"a": 1}, {"a": {"at_least": "P3D"}}, {"all": [{"b": {"known": True}}]},
                     {"submitted": "initial"}, ["a"], [1, 2], {"a": {"between": [1, 2.5]}}]),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=400)
@given(st.data())
def test_what_the_checker_takes_fits_the_published_schema(data: st.DataObject) -> None:
    document = copy.deepcopy(data.draw(st.sampled_from(GOOD)))
    for _ in range(data.draw(st.integers(1, 2))):
        change(document, data)
    reading = documents.read(yaml.safe_dump(document, allow_unicode=True))
    if reading.document is not None:
        assert [e.message for e in VALIDATORS[reading.document.kind].iter_errors(document)] == []
        assert ANY.is_valid(document)


def change(document: Any, data: st.DataObject) -> None:
    """Put another value at some place, take one away, or copy one from elsewhere."""
    places = list(walk(document))
    parent, key = data.draw(st.sampled_from(places))
    match data.draw(st.integers(0, 2)):
        case 0:
            parent[key] = copy.deepcopy(data.draw(VALUES))  # a later change may reach into it
        case 1:
            del parent[key]
        case _:
            other, at = data.draw(st.sampled_from(places))
            parent[key] = copy.deepcopy(other[at])


def walk(node: Any) -> Iterator[tuple[Any, Any]]:
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in list(pairs):
        yield node, key
        if isinstance(value, dict | list):
            yield from walk(value)
