"""The operations on people, teams and API keys, for the description of the API."""

from typing import Final

from rest_framework import serializers

from governance.api import keys, people
from governance.api.inputs import Strict
from governance.api.operations import Operation, Operations
from governance.api.shapes import Plain


class KeyWithSecretOut(keys.KeyOut):
    """`key` is given once: null to a retry under the same Idempotency-Key."""

    key = serializers.CharField(allow_null=True)

    class Meta(keys.KeyOut.Meta):
        fields = (*keys.KeyOut.Meta.fields, "key")  # type: ignore[assignment]


class EndedOut(Plain):
    """How many sessions ended."""

    ended = serializers.IntegerField()


OPERATIONS: Final[Operations] = {
    keys.ApiKeys: {
        "GET": Operation("List API keys"),
        "POST": Operation(
            "Make an API key",
            takes=keys.KeyIn,
            gives=KeyWithSecretOut,
            status=201,
            example={"name": "drift monitor", "scopes": ["incidents:report"], "days": 30},
        ),
    },
    keys.ApiKeyDetail: {"GET": Operation("Read an API key", gives=keys.KeyOut)},
    keys.KeyRotation: {
        "POST": Operation(
            "Rotate an API key", takes=keys.KeyRotationIn, gives=KeyWithSecretOut, status=201
        )
    },
    keys.KeyRevocation: {
        "POST": Operation("Revoke an API key", takes=keys.RevocationIn, gives=keys.KeyOut)
    },
    people.People: {
        "GET": Operation("List people"),
        "POST": Operation(
            "Make an account", takes=people.PersonIn, gives=people.PersonOut, status=201
        ),
    },
    people.PersonDetail: {
        "GET": Operation("Read an account", gives=people.PersonWithKeysOut),
        "PATCH": Operation(
            "Change what a person may do", takes=people.AccessIn, gives=people.PersonWithKeysOut
        ),
    },
    people.SessionsEnd: {"POST": Operation(takes=Strict, gives=EndedOut)},
    people.FactorsReset: {"POST": Operation(takes=people.ReasonIn, gives=people.PersonOut)},
}
