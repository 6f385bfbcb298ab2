"""What may be sent, besides reports: those are checked against the policies, not here."""

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


class ReassessmentIn(Strict):
    """`shown` is the digest that the preview gave."""

    shown = serializers.CharField(max_length=64)
    reason = serializers.CharField(max_length=1000)


class StateIn(Strict):
    state = serializers.ChoiceField(choices=Incident.State.values)
    reason = serializers.CharField(max_length=1000)


class FulfilmentIn(Strict):
    submitted_at = InstantField()
    receipt_number = serializers.CharField(max_length=120, required=False, default="")
    channel = serializers.CharField(max_length=80, required=False, default="")
    note = serializers.CharField(max_length=4000, required=False, default="")
