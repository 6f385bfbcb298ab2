"""The JSON Schema of a condition, and of what stands in one."""

from typing import Any, Final

from policies.conditions import OPERATORS
from policies.conditions.compiler import COMPOSITIONS
from policies.documents.schema import Schema

DURATION: Final[Schema] = {
    "title": "Duration",
    "description": "ISO 8601 in weeks, or days, hours, minutes and seconds: PT36H, P3D, P2W.",
    "type": "string",
    "minLength": 3,
    "pattern": "^P([0-9.,]+W|([0-9.,]+D)?(T([0-9.,]+H)?([0-9.,]+M)?([0-9.,]+S)?)?)$",
}
INSTANT: Final[Schema] = {
    "title": "Instant",
    "description": "RFC 3339 with offset: 2026-11-22T09:30:00Z or 2026-11-22T10:30:00+01:00.",
    "type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?"
    "([Zz]|[+-][0-9]{2}:[0-9]{2})$",
}

_SCALAR: Final[Schema] = {
    "title": "Value",
    "description": "Text, a number or a truth value. Nothing equals the unknown: use `known`.",
    "type": ["string", "number", "boolean"],
    "not": {"const": "unknown"},
}
_SCALARS: Final[Schema] = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/value"}}
_MEASURE: Final[Schema] = {
    "title": "Measure",
    "description": "A number, or a duration such as PT36H.",
    "anyOf": [{"type": "number"}, {"$ref": "#/$defs/duration"}],
}


def _operator(description: str, operand: Schema) -> Schema:
    return {"description": description, **operand}


_VALUE: Final[Schema] = {"$ref": "#/$defs/value"}
_LIMIT: Final[Schema] = {"$ref": "#/$defs/measure"}
_MOMENT: Final[Schema] = {"$ref": "#/$defs/instant"}

#: What each operator takes.
OPERANDS: Final[dict[str, Any]] = {
    "equals": _operator("The fact is this.", _VALUE),
    "not_equals": _operator("The fact is known and not this.", _VALUE),
    "in": _operator("The fact is one of these.", _SCALARS),
    "not_in": _operator("The fact is known and none of these.", _SCALARS),
    "at_least": _operator("The fact is this or more.", _LIMIT),
    "more_than": _operator("The fact is more than this.", _LIMIT),
    "at_most": _operator("The fact is this or less.", _LIMIT),
    "less_than": _operator("The fact is less than this.", _LIMIT),
    "between": _operator(
        "The fact lies between these two, or is one of them.",
        {"type": "array", "minItems": 2, "maxItems": 2, "items": _LIMIT},
    ),
    "includes": _operator("The list holds this.", _VALUE),
    "includes_any": _operator("The list holds at least one of these.", _SCALARS),
    "includes_all": _operator("The list holds all of these.", _SCALARS),
    "starts_with": _operator("The text begins with this.", {"type": "string", "minLength": 1}),
    "matches": _operator(
        "The text matches this regular expression (RE2) anywhere.",
        {"type": "string", "minLength": 1, "maxLength": 1000},
    ),
    "before": _operator("The instant lies before this.", _MOMENT),
    "after": _operator("The instant lies after this.", _MOMENT),
    "known": _operator("Whether the fact is known at all.", {"type": "boolean"}),
}

_CONDITIONS: Final[Schema] = {
    "type": "array",
    "minItems": 1,
    "items": {"$ref": "#/$defs/condition"},
}

CONDITION: Final[Schema] = {
    "title": "Condition",
    "description": "Paths of facts with what they must be; several together mean all. A path "
    "without a value makes its comparison undetermined.",
    "type": "object",
    "minProperties": 1,
    "properties": {
        "all": {"description": "Every one of these holds.", **_CONDITIONS},
        "any": {"description": "At least one of these holds.", **_CONDITIONS},
        "not": {"description": "This does not hold.", "$ref": "#/$defs/condition"},
    },
    "propertyNames": {
        "anyOf": [
            {"enum": list(COMPOSITIONS)},
            {
                "description": "A dotted path, such as impact.people_affected.",
                "pattern": "^[A-Za-z_][A-Za-z0-9_-]*([.][A-Za-z_][A-Za-z0-9_-]*)*$",
                "not": {"enum": list(OPERATORS)},
            },
        ]
    },
    "additionalProperties": {"$ref": "#/$defs/comparison"},
}

COMPARISON: Final[Schema] = {
    "title": "Comparison",
    "description": "A value that the fact must equal, or operators, all of which must hold.",
    "anyOf": [
        {"$ref": "#/$defs/value"},
        {
            "type": "object",
            "minProperties": 1,
            "properties": OPERANDS,
            "additionalProperties": False,
        },
    ],
}

#: What the schemas of the kinds refer to as `#/$defs/...`.
DEFINITIONS: Final[Schema] = {
    "condition": CONDITION,
    "comparison": COMPARISON,
    "value": _SCALAR,
    "measure": _MEASURE,
    "duration": DURATION,
    "instant": INSTANT,
}
