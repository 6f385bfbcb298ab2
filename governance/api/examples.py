"""Examples in the description: of each shape one, whichever operations take or give it.

Each package has a file of them, by the name that the shape has in the description; of a shape
without a name, by the operation and status that have it (`incidents_batch_post_207`). Those of
answers were given by the service; an operation may have a request of its own (`Operation.example`).
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

_WHERE: Final = "#/components/examples/"


def complete(result: dict[str, Any]) -> None:
    """Give every body in JSON or of a form an example, where there is one of its shape."""
    used: dict[str, Any] = {}
    for name, content in _bodies(result["paths"]):
        if "examples" in content or (found := _of(name, content["schema"])) is None:
            continue
        named, value = found
        used[named] = {"value": value}
        content["examples"] = {"Example": {"$ref": _WHERE + named}}
    result["components"]["examples"] = dict(sorted(used.items()))


def _bodies(paths: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every content with a schema, with the name that it has where its schema has none."""
    for operations in paths.values():
        for operation in operations.values():
            name = operation["operationId"]
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield name, content
            for status, answer in operation["responses"].items():
                for content in answer.get("content", {}).values():
                    yield f"{name}_{status}", content


def _of(name: str, schema: Mapping[str, Any]) -> tuple[str, Any] | None:
    """The name and value of an example; of a list without a name, one of its items."""
    if schema.get("type") == "array" and "$ref" in schema["items"]:
        item = _of(name, schema["items"])
        return (f"{item[0]}s", [item[1]]) if item else None
    named = schema.get("$ref", name).rpartition("/")[2]
    return (named, known()[named]) if named in known() else None


@cache
def known() -> Mapping[str, Any]:
    """Name to example, of all packages."""
    files = [Path(settings.BASE_DIR) / each for each in settings.API_EXAMPLES]
    return {name: each for file in files for name, each in json.loads(file.read_text()).items()}
