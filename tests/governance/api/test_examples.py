"""Every body that the description names has an example in it, which is one."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import jsonschema_rs

from governance.api.description import whole
from governance.api.examples import known

#: What has bytes, or is not JSON, is best seen by getting it.
_PLAIN: Final = {"type": "string", "format": "binary"}


def bodies() -> Iterator[tuple[str, Any]]:
    for methods in whole()["paths"].values():
        for operation in methods.values():
            taken = operation.get("requestBody", {}).get("content", {})
            given = {
                f"{status} {media_type}": content
                for status, answer in operation["responses"].items()
                if status < "3"
                for media_type, content in answer.get("content", {}).items()
            }
            for media_type, content in {**taken, **given}.items():
                if content["schema"] != _PLAIN:
                    yield f"{operation['operationId']} {media_type}", content


def values(content: Any) -> list[Any]:
    named = whole()["components"]["examples"]
    found = content.get("examples", {}).values()
    return [
        named[each["$ref"].rpartition("/")[2]]["value"] if "$ref" in each else each["value"]
        for each in found
    ]


def wrong(schema: Any, value: Any) -> list[str]:
    found = _validator(json.dumps(schema)).iter_errors(value)
    return [f"{each.instance_path}: {each.message[:200]}" for each in found]


@cache
def _validator(schema: str) -> Any:
    alone = {**json.loads(schema), "components": whole()["components"]}
    return jsonschema_rs.validator_for(alone, validate_formats=True)


def test_every_body_has_an_example() -> None:
    assert [name for name, content in bodies() if not values(content)] == []
    assert len(list(bodies())) > 200


def test_every_example_is_of_its_schema() -> None:
    found = {
        name: errors
        for name, content in bodies()
        for value in values(content)
        if (errors := wrong(content["schema"], value))
    }
    assert found == {}


def test_no_example_is_of_a_shape_that_there_is_not() -> None:
    assert {*known()} - {*whole()["components"]["examples"]} == set()


def test_an_example_that_is_not_one_is_found() -> None:
    """The twin: the check sees a text in the place of a number."""
    content = whole()["components"]["schemas"]["SeenRequest"]
    assert wrong(content, {"revision": "1"})
    assert not wrong(content, {"revision": 1})
