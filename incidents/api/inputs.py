"""What may be sent, besides reports: those are checked against the policies, not here."""

from typing import Any

from rest_framework import serializers

from governance.api.inputs import InstantField, Strict
from incidents.models import Incident


class AmendmentIn(Strict):
    facts = serializers.DictField(allow_empty=False)
    reason = serializers.CharField(max_length=1000)


class MomentIn(Strict):
    moment = serializers.CharField(max_length=64)
    at = InstantField()
    basis = serializers.CharField(max_length=1000)
    source = serializers.CharField(  # type: ignore[assignment]  # DRF's own is of the field itself
        max_length=250, required=False, default="", allow_blank=True
    )
    decides = serializers.BooleanField(required=False, default=True)


class BecauseIn(Strict):
    because = serializers.CharField(max_length=1000)


class ReasonIn(Strict):
    reason = serializers.CharField(max_length=1000)


class ReassessmentIn(Strict):
    """`shown` is the digest that the preview gave."""

    shown = serializers.CharField(max_length=64)
    reason = serializers.CharField(max_length=1000)


class SnoozeIn(Strict):
    until = InstantField()
    reason = serializers.CharField(max_length=1000)


class HandoverIn(Strict):
    """To a role of the escalation matrix or to a person by user name: exactly one of them."""

    role = serializers.CharField(max_length=80, required=False)
    person = serializers.CharField(max_length=150, required=False)
    reason = serializers.CharField(max_length=1000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("role" in attrs) is ("person" in attrs):
            raise serializers.ValidationError(
                {"role": "Give `role` or `person`, and not both."}, code="one-of-two"
            )
        return attrs


class StateIn(Strict):
    state = serializers.ChoiceField(choices=Incident.State.values)
    reason = serializers.CharField(max_length=1000)


class FulfilmentIn(Strict):
    submitted_at = InstantField()
    receipt_number = serializers.CharField(max_length=120, required=False, default="")
    channel = serializers.CharField(max_length=80, required=False, default="")
    note = serializers.CharField(max_length=4000, required=False, default="")
    sent_to = serializers.CharField(max_length=500, required=False, default="")
