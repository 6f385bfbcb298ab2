"""Building blocks of the kinds' JSON Schemas, and turning schema errors into problems."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, Final

import jsonschema_rs

from policies.problems import Problem, nearest

Schema = dict[str, Any]
MOST_ERRORS: Final = 200

ID: Final[Schema] = {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$", "maxLength": 80}
TEXT: Final[Schema] = {"type": "string", "minLength": 1}
DATE: Final[Schema] = {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
CONDITION: Final[Schema] = {"type": "object", "minProperties": 1}


def mapping(properties: Schema, *, required: Iterable[str] = ()) -> Schema:
    """An object with these keys and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def array(items: Schema, *, least: int = 0) -> Schema:
    return {"type": "array", "items": items, "minItems": least}


def problems(schema: Schema, data: object, *, pointer: str = "") -> Iterator[Problem]:
    """Every way in which `data` breaks `schema`, each with its JSON pointer and, for a misspelt
    name, the nearest valid one. Of thousands only the first are looked at."""
    errors = islice(_validator(_Frozen(schema)).iter_errors(data), MOST_ERRORS)
    for error in sorted(errors, key=_order):
        yield from _explain(error, schema, pointer)


class _Frozen:
    """A schema as a cache key, by identity: schemas are module constants."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and other.schema is self.schema


@cache
def _validator(frozen: _Frozen) -> Any:
    return jsonschema_rs.Draft202012Validator(frozen.schema, offline=True)


def _order(error: Any) -> tuple[str, ...]:
    return tuple(str(part) for part in error.instance_path)


def _explain(error: Any, schema: Schema, base: str) -> Iterator[Problem]:
    pointer = base + "".join(f"/{escape(part)}" for part in error.instance_path)
    kind = error.kind
    match kind.name:
        case "additionalProperties":
            known = _known_keys(schema, error.schema_path)
            for name in sorted(kind.unexpected):
                yield unknown_key(name, known, pointer)
        case "required":
            yield Problem("missing-key", f"The key {kind.property!r} is missing.", pointer)
        case "enum":
            yield _not_one_of(error.instance, [str(each) for each in kind.options], pointer)
        case name:
            yield Problem(f"schema-{name}", _short(error.message), pointer)


def _known_keys(schema: Any, path: Iterable[object]) -> list[str]:
    """The keys allowed where `additionalProperties`, the end of `path`, refused one."""
    *parents, _ = path
    for part in parents:
        schema = schema[part]
    return list(schema.get("properties", {}))


def unknown_key(name: str, known: Iterable[str], pointer: str) -> Problem:
    close = nearest(name, known)
    hint = f"Did you mean {close!r}?" if close else f"Known keys: {', '.join(known)}."
    return Problem(
        "unknown-key", f"There is no key {name!r} here.", f"{pointer}/{escape(name)}", hint=hint
    )


def _not_one_of(given: object, known: list[str], pointer: str) -> Problem:
    close = nearest(str(given), known)
    hint = f"Did you mean {close!r}?" if close else f"Give one of {', '.join(known[:20])}."
    return Problem("unknown-value", f"{given!r} is not known here.", pointer, hint=hint)


def _short(message: str) -> str:
    return message if len(message) <= 300 else message[:297] + "..."


def escape(part: object) -> str:
    """One reference token of a JSON pointer (RFC 6901, 3)."""
    return str(part).replace("~", "~0").replace("/", "~1")


def strings(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def section(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name, {})
    return found if isinstance(found, Mapping) else {}
