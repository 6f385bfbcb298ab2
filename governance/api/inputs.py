"""What the packages' request serializers share."""

from datetime import UTC
from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty


class Strict(serializers.Serializer[Any]):
    """Refuses fields it does not know: a misspelt one would otherwise be lost in silence."""

    def run_validation(self, data: Any = empty) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            known = ", ".join(self.fields)
            raise serializers.ValidationError(
                dict.fromkeys(unknown, f"There is no such field. Known: {known}."),
                code="unknown-field",
            )
        return super().run_validation(data)


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
