"""`manage.py policies schema`: JSON Schemas for editors."""

import json
from pathlib import Path

import jsonschema

from policies.documents import KINDS
from tests.policies.commands.running import run


def test_the_schema_of_a_kind_is_printed() -> None:
    schema = json.loads(run("schema", "SeverityPolicy"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"] == "SeverityPolicy"


def test_without_a_kind_it_is_the_schema_of_any_document() -> None:
    assert set(json.loads(run("schema"))["properties"]["kind"]["enum"]) == set(KINDS)


def test_all_are_written_to_a_directory(tmp_path: Path) -> None:
    run("schema", "--into", tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {
        f"{name}.schema.json" for name in (*KINDS, "Policy")
    }
