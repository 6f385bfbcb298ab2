"""Building blocks of the kinds' JSON Schemas, and turning schema errors into problems."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

import jsonschema
from jsonschema.validators import validator_for

from policies.problems import Problem, nearest

Schema = dict[str, Any]

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
    name, the nearest valid one."""
    for error in sorted(_validator(_Frozen(schema)).iter_errors(data), key=_order):
        yield from _explain(error, pointer)


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
    cls = validator_for(frozen.schema, default=jsonschema.Draft202012Validator)
    return cls(frozen.schema)


def _order(error: jsonschema.ValidationError) -> tuple[str, ...]:
    return tuple(str(part) for part in error.absolute_path)


def _explain(error: jsonschema.ValidationError, base: str) -> Iterator[Problem]:
    pointer = base + "".join(f"/{escape(part)}" for part in error.absolute_path)
    schema: Any = error.schema
    value: Any = error.validator_value
    given: Any = error.instance
    match error.validator:
        case "additionalProperties":
            known = list(schema.get("properties", {}))
            for name in sorted(set(given) - set(known)):
                yield unknown_key(name, known, pointer)
        case "required":
            for name in value:
                if name not in given and error.message.startswith(repr(name)):
                    yield Problem("missing-key", f"The key {name!r} is missing.", pointer)
        case "enum":
            yield _not_one_of(given, [str(each) for each in value], pointer)
        case _:
            yield Problem(f"schema-{error.validator}", _short(error.message), pointer)


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
