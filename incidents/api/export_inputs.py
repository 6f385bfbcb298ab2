"""What may be asked for of evidence packages."""

from collections.abc import Mapping
from typing import Any, Final

from rest_framework import serializers

from governance.api.inputs import InstantField, Strict
from incidents.models import Export

#: Kind → the fields that go with it, and whether they are required.
_FIELDS: Final[Mapping[str, Mapping[str, bool]]] = {
    Export.Kind.INCIDENT: {"incident": True, "redaction": False},
    Export.Kind.PERIOD: {"since": True, "until": True, "regime": False},
    Export.Kind.LOG: {},
}


class RedactionIn(Strict):
    """`rules` are `[{files, field?, reason} | {entries, reason}]`."""

    recipient = serializers.CharField(max_length=100)
    rules = serializers.ListField(child=serializers.DictField())


class ExportIn(Strict):
    """`incident` is a reference or key; `regime` the name of an obligation policy."""

    kind = serializers.ChoiceField(choices=Export.Kind.values)
    incident = serializers.CharField(max_length=40, required=False)
    since = InstantField(required=False)
    until = InstantField(required=False)
    regime = serializers.CharField(max_length=80, required=False)
    redaction = RedactionIn(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind, given = attrs["kind"], attrs.keys() - {"kind"}
        fields = _FIELDS[kind]
        wrong = {
            **dict.fromkeys(_required(fields) - given, f"A package of kind {kind} needs it."),
            **dict.fromkeys(given - fields.keys(), f"It is not for a package of kind {kind}."),
        }
        if wrong:
            raise serializers.ValidationError(wrong, code="not-of-this-kind")
        return attrs


def _required(fields: Mapping[str, bool]) -> set[str]:
    return {name for name, required in fields.items() if required}
