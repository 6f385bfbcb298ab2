"""The published JSON Schemas (draft 2020-12), so that editors complete and check while typing.

They follow from the schemas that the checker uses, and say more: what a condition looks like, what
is a duration, what each key means. Whatever the checker takes fits them.
"""

from collections.abc import Mapping
from typing import Any, Final

from policies.counting import RULES
from policies.documents import KINDS, policy_test
from policies.documents import schema as checked
from policies.documents.document import API_VERSION, METADATA
from policies.documents.obligation_policy import UNITS
from policies.documents.schema import Schema
from policies.schemas import condition, texts

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_DURATION: Final = {"$ref": "#/$defs/duration"}
_INSTANT: Final = {"$ref": "#/$defs/instant"}

#: Keys that the checker looks at in code, by kind and name, and what they are.
_PRECISE: Final[Mapping[str, Mapping[str, Schema]]] = {
    "EscalationMatrix": dict.fromkeys(
        ("acknowledge_within", "after", "every", "snooze_at_most", "turn"), _DURATION
    ),
    "ObligationPolicy": {"determine_within": _DURATION, "counting": {"enum": list(RULES)}},
    "Playbook": {"within": _DURATION},
    "ReviewTemplate": {"within": _DURATION},
    "PolicyTest": dict.fromkeys(("at", "legal", "conservative", "target"), _INSTANT),
}


def _one_of(*names: str) -> Schema:
    return {"oneOf": [{"required": [name]} for name in names]}


_ONE_UNIT: Final = _one_of(*UNITS)
_ONE_CLOCK: Final = _one_of("limits", "promptly", "every")
_TOGETHER: Final[Mapping[str, Mapping[str, Schema]]] = {
    "ObligationPolicy": {"limits": _ONE_UNIT, "every": _ONE_UNIT, "stages": _ONE_CLOCK},
    "EscalationMatrix": {
        "on_call": _one_of("rota", "feed"),
        "rotas": _one_of("turn", "handover"),
        "quiet": _one_of("zone", "calendar"),
    },
}


def of_kind(name: str) -> Schema:
    """The complete schema of the documents of one kind. Raises KeyError when there is none."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:{API_VERSION.replace('/', ':')}:{name}",
        **_document(name),
        "$defs": condition.DEFINITIONS,
    }


def of_any() -> Schema:
    """The schema of a document of whatever kind it says it is: one for a whole repository."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:{API_VERSION.replace('/', ':')}:Policy",
        "title": "Policy",
        "description": "A policy document. Its kind says what stands in `spec`.",
        "type": "object",
        "properties": {
            "apiVersion": {"description": texts.COMMON["apiVersion"], "enum": [API_VERSION]},
            "kind": {"description": texts.COMMON["kind"], "enum": list(KINDS)},
        },
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
                "then": {"$ref": f"#/$defs/{name}"},
            }
            for name in KINDS
        ],
        "$defs": {**condition.DEFINITIONS, **{name: _document(name) for name in KINDS}},
    }


def _document(name: str) -> Schema:
    envelope = checked.mapping(
        {
            "apiVersion": {"enum": [API_VERSION]},
            "kind": {"enum": [name]},
            "metadata": METADATA,
            "spec": KINDS[name].spec,
        },
        required=("apiVersion", "kind", "metadata", "spec"),
    )
    made = _Publisher(name).schema(envelope, ())
    return {"title": name, "description": texts.KINDS[name], **made}


class _Publisher:
    """Goes through a checker's schema and says more where more is known."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def schema(self, node: Any, path: tuple[str, ...]) -> Any:
        """The published form of `node`, which stands at the names `path` of a document."""
        if node is checked.CONDITION:
            return {"$ref": "#/$defs/condition"}
        if isinstance(node, list):
            return [self.schema(each, path) for each in node]
        if not isinstance(node, dict):
            return node
        made = {key: self._keyword(key, value, path) for key, value in node.items()}
        return {**made, **self._together(node, path)}

    def _keyword(self, key: str, value: Any, path: tuple[str, ...]) -> Any:
        match key:
            case "properties":
                return {name: self._property(name, each, path) for name, each in value.items()}
            case "items" | "anyOf":
                return self.schema(value, path)
            case "additionalProperties" if self._kind == "PolicyTest":
                return self._expectation(value, path)
            case "additionalProperties":
                return self.schema(value, path)
            case _:
                return value

    def _expectation(self, value: Any, path: tuple[str, ...]) -> Any:
        """A test's duty and its submissions have forms of their own, which code checks."""
        if path[-1:] == ("duties",):
            duty = self.schema(policy_test.DUTY, (*path, "duty"))
            return {"anyOf": [policy_test.OUTCOME, duty]}
        if path[-1:] == ("submitted",) and isinstance(value, dict):
            times = {"anyOf": [_INSTANT, {"type": "array", "minItems": 1, "items": _INSTANT}]}
            return {**value, "additionalProperties": times}
        return self.schema(value, path)

    def _property(self, name: str, node: Any, path: tuple[str, ...]) -> Any:
        place = (*path, name)
        precise = _PRECISE.get(self._kind, {}).get(name) if path[:1] == ("spec",) else None
        made = precise or self.schema(node, place)
        said = texts.of_key(self._kind, place)
        return {"description": said, **made} if said else made

    def _together(self, node: Schema, path: tuple[str, ...]) -> Schema:
        """What several keys of one mapping must be together."""
        if "properties" not in node:
            return {}
        return _TOGETHER.get(self._kind, {}).get(path[-1] if path else "", {})
