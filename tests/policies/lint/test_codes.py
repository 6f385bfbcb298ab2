"""Every code of the linter: a wrong and a right example, and its line in the documentation."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policies import lint
from policies.documents import KINDS
from policies.documents.document import METADATA
from tests.policies.lint.example import AT, SET, Example, base, found
from tests.policies.lint.examples import EXAMPLES

ROOT = Path(__file__).parents[3]
DOCUMENTED = re.findall(
    r"^\| `([a-z0-9-]+|schema-[a-zA-Z]+)` \|", (ROOT / "docs/lint.md").read_text(), re.M
)

WHOLE: dict[str, tuple[str | bytes, str | bytes]] = {  # code → a wrong file and a right one
    "not-utf-8": (
        "# Größe\n".encode("latin-1") + SET["coming"].encode(),
        "# Größe\n" + SET["coming"],
    ),
    "empty-document": ("# nothing\n", SET["coming"]),
    "not-a-document": ("- kind: Calendar\n", SET["coming"]),
    "duplicate-document": (SET["breach"], SET["coming"]),
    "one-of-each": (SET["severity"].replace("name: severity", "name: other"), SET["coming"]),
}


def name(example: Example) -> str:
    return f"{example.code}-{example.file}"


@pytest.mark.parametrize("example", EXAMPLES, ids=name)
def test_a_wrong_file_is_told_so(example: Example) -> None:
    assert (example.file, example.code) in found(example.files(wrong=True))


@pytest.mark.parametrize("example", EXAMPLES, ids=name)
def test_a_right_file_is_not(example: Example) -> None:
    assert found(example.files(wrong=False)) == []


@pytest.mark.parametrize("code", WHOLE)
def test_a_file_that_is_wrong_as_a_whole_is_told_so(code: str) -> None:
    wrong, right = WHOLE[code]
    others = {name: text for name, text in SET.items() if name != "coming"}
    assert ("zz", code) in found({**others, "zz": wrong})
    assert found({**others, "zz": right}) == []


def test_another_meaning_needs_another_version() -> None:
    changed = SET["severity"].replace("title: Critical", "title: Grave")
    raised = changed.replace("version: 1.0.0", "version: 1.1.0")
    codes = {
        text: [each.code for each in lint.lint({"x": text}, base=base(), at=AT).problems]
        for text in (changed, raised)
    }
    assert codes == {changed: ["version-not-raised"], raised: []}


#: What is too large has no place.
PLACED = [example for example in EXAMPLES if example.code != "too-large"]


@pytest.mark.parametrize("example", PLACED, ids=name)
def test_a_problem_has_its_line_and_column(example: Example) -> None:
    problems = lint.lint(example.files(wrong=True), at=AT).problems
    assert [each for each in problems if each.line < 1 or each.column < 1] == []


def test_every_documented_code_has_an_example_and_every_example_a_line() -> None:
    shown = {example.code for example in EXAMPLES} | {*WHOLE, "version-not-raised"}
    assert sorted(DOCUMENTED) == sorted(shown)


def test_every_code_that_the_sources_name_is_documented() -> None:
    assert {*_written(), *_of_schemas()} - {*DOCUMENTED} == set()


SOURCES = ("yaml_*.py", "documents/**/*.py", "conditions/**/*.py", "checks/*.py", "lint.py",
           "report_schema.py", "release.py")  # fmt: skip
#: Where a call has its code, by the name of what is called.
PLACES = {"Problem": 0, "problem": 0, "_problem": 0, "_fault": 0, "_report": 1, "_refusal": 1,
          "UnclearScalarError": 0}  # fmt: skip
NAMED = {"unknown_name": "unknown", "_unknown": "unknown", "twice": "duplicate"}


def _written() -> Iterator[str]:
    """Every code that stands in a call as a plain text, and those made of a plain name."""
    for pattern in SOURCES:
        for file in (ROOT / "policies").glob(pattern):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call):
                    yield from _codes(node)
                elif isinstance(node, ast.Tuple) and file.name == "yaml_source.py":
                    yield from _texts(node.elts[:1] if len(node.elts) == 4 else [])


def _codes(call: ast.Call) -> Iterator[str]:
    called = getattr(call.func, "attr", None) or getattr(call.func, "id", "")
    if called in PLACES:
        yield from _texts(call.args[PLACES[called] :][:1])
    for keyword in call.keywords:
        if keyword.arg == "code":
            yield from _texts([keyword.value])
    if called in NAMED:
        place = 1 if called == "_unknown" else 0
        yield from (f"{NAMED[called]}-{what}" for what in _texts(call.args[place : place + 1]))


def _texts(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
            yield value


#: These have codes of their own, or lead to other keywords.
STRUCTURE = {"properties", "required", "additionalProperties", "items", "enum"}


def _of_schemas() -> Iterator[str]:
    for schema in (METADATA, *(kind.spec for kind in KINDS.values())):
        yield from _keywords(schema)


def _keywords(schema: Any) -> Iterator[str]:
    for keyword, value in schema.items():
        if keyword not in STRUCTURE and not (keyword == "minItems" and value == 0):
            yield f"schema-{keyword}"
        inner = value.values() if keyword == "properties" else [value]
        for each in inner if keyword in {"properties", "items", "additionalProperties"} else ():
            if isinstance(each, dict):
                yield from _keywords(each)
