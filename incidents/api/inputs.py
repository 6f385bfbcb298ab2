"""What may be sent, besides reports: those are checked against the policies, not here."""

from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

from incidents.models import Incident


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
        if isinstance(value, str) and not _has_offset(value):
            raise serializers.ValidationError(
                "Give the offset, as in 2026-11-22T09:30:00Z.", code="offset-missing"
            )
        return found


def _has_offset(text: str) -> bool:
    clock = text.partition("T")[2] or text.partition(" ")[2]
    return clock.upper().endswith("Z") or "+" in clock or "-" in clock


class AmendmentIn(Strict):
    facts = serializers.DictField(allow_empty=False)
    reason = serializers.CharField(max_length=1000)


class MomentIn(Strict):
    moment = serializers.CharField(max_length=64)
    at = InstantField()
    basis = serializers.CharField(max_length=1000)


class StateIn(Strict):
    state = serializers.ChoiceField(choices=Incident.State.values)
    reason = serializers.CharField(max_length=1000)


class FulfilmentIn(Strict):
    submitted_at = InstantField()
    receipt_number = serializers.CharField(max_length=120, required=False, default="")
    channel = serializers.CharField(max_length=80, required=False, default="")
    note = serializers.CharField(max_length=4000, required=False, default="")
