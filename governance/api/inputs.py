"""What the packages' request serializers share."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.fields import empty

_TEXTS: Final = (
    serializers.CharField,
    serializers.ChoiceField,
    serializers.DateTimeField,
    serializers.UUIDField,
)
_TEXT: Final = "Give a text."
_NUMBER: Final = "Give a whole number, without quotation marks."
_BOOLEAN: Final = "Give true or false, without quotation marks."


class Query(serializers.Serializer[Any]):
    """Of a query string, where everything is a text. Refuses fields it does not know: a misspelt
    one would otherwise be lost in silence."""

    def run_validation(self, data: Any = empty) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            known = ", ".join(self.fields)
            raise serializers.ValidationError(
                dict.fromkeys(unknown, f"There is no such field. Known: {known}."),
                code="unknown-field",
            )
        return super().run_validation(data)


class Strict(Query):
    """Of a body in JSON: no value stands for one of another type. 1 is not true, "7" no number."""

    def to_internal_value(self, data: Any) -> Any:
        given = data if isinstance(data, Mapping) else {}
        misfits = {
            name: found
            for name, field in self.fields.items()
            if name in given and (found := _misfits(field, given[name]))
        }
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if not misfits:
                raise
            raise serializers.ValidationError({**error.detail, **misfits}) from error  # type: ignore[dict-item]
        if misfits:
            raise serializers.ValidationError(misfits)
        return value


def _misfits(field: serializers.Field[Any, Any, Any, Any], value: Any) -> Any:
    """What of a value is of another JSON type than the field's, as the framework writes errors;
    empty where all fits. That null may not stand here is for the field to say."""
    if isinstance(field, serializers.ListField) and isinstance(value, list):
        inner = enumerate(value)
    elif isinstance(field, serializers.DictField) and isinstance(value, dict):
        inner = value.items()  # type: ignore[assignment]
    elif value is None or (words := _expected(field, value)) is None:
        return {}
    else:
        return [ErrorDetail(words, code="wrong-type")]
    return {key: found for key, each in inner if (found := _misfits(field.child, each))}


def _expected(field: serializers.Field[Any, Any, Any, Any], value: Any) -> str | None:
    """What should have been given; None where it was."""
    match field:
        case serializers.BooleanField():
            return None if isinstance(value, bool) else _BOOLEAN
        case serializers.IntegerField():
            whole = isinstance(value, int | float) and value == int(value)
            return None if whole and not isinstance(value, bool) else _NUMBER
        case _:
            return _TEXT if isinstance(field, _TEXTS) and not isinstance(value, str) else None


class InstantField(serializers.DateTimeField):
    """An RFC 3339 instant; without an offset it could mean anything, so that is refused."""

    def to_internal_value(self, value: Any) -> Any:
        found = serializers.DateTimeField(default_timezone=None).to_internal_value(value)
        if isinstance(value, str) and not has_offset(value):
            raise serializers.ValidationError(
                "Give the offset, as in 2026-11-22T09:30:00Z.", code="offset-missing"
            )
        try:
            return found.astimezone(UTC)  # the database takes no offset of 16 hours or more
        except OverflowError as error:
            raise serializers.ValidationError(
                "This instant is not within years 1 to 9999.", code="invalid"
            ) from error


def has_offset(text: str) -> bool:
    clock = text.partition("T")[2] or text.partition(" ")[2]
    return clock.upper().endswith("Z") or "+" in clock or "-" in clock
