"""The operations on the audit trail, messages and webhooks, for the description of the API."""

from typing import Final

from rest_framework import serializers

from governance.api import (
    account,
    checkpoints,
    ledger,
    log,
    messages,
    teams,
    verifications,
    webhooks,
)
from governance.api.inputs import Strict
from governance.api.operations import File, Operation, Operations, query
from governance.api.shapes import Plain, anything, texts


class OwnKeyOut(Plain):
    id = serializers.UUIDField()
    prefix = serializers.CharField()
    expires_at = serializers.DateTimeField()


class SecondFactorOut(Plain):
    needed = serializers.BooleanField()
    set_up = serializers.BooleanField()


class MeOut(Plain):
    """`actor` as the audit trail names the caller; `scopes` hold organisation-wide, those in
    `within` with the system that they stand under. `key` is a tool's, the rest a person's."""

    actor = serializers.CharField()
    name = serializers.CharField()
    scopes = texts()
    within = serializers.DictField(child=texts())
    key = OwnKeyOut(allow_null=True)
    roles = texts()
    administrator = serializers.BooleanField()
    second_factor = SecondFactorOut(allow_null=True)


class InclusionProofOut(Plain):
    """Hashes are base64, as in RFC 9162; `checkpoint` is a signed note."""

    entry = serializers.UUIDField()
    index = serializers.IntegerField()
    leaf_hash = serializers.CharField()
    size = serializers.IntegerField()
    proof = texts()
    checkpoint = serializers.CharField()


class SignedNoteOut(Plain):
    size = serializers.IntegerField()
    checkpoint = serializers.CharField()


class ConsistencyProofOut(Plain):
    old = SignedNoteOut()
    new = SignedNoteOut()
    proof = texts()


class KeysOut(Plain):
    """Verifier keys as C2SP writes them."""

    results = texts()


class WholeMessageOut(messages.MessageOut):
    """With its text, and every attempt to send it."""

    text = serializers.CharField()
    log = anything()

    class Meta(messages.MessageOut.Meta):
        fields = (*messages.MessageOut.Meta.fields, "text", "log")  # type: ignore[assignment]


class EndpointWithSecretOut(webhooks.EndpointOut):
    """`secret` is given once: null to a retry under the same Idempotency-Key."""

    secret = serializers.CharField(allow_null=True)

    class Meta(webhooks.EndpointOut.Meta):
        fields = (*webhooks.EndpointOut.Meta.fields, "secret")  # type: ignore[assignment]


class TriedEndpointOut(webhooks.EndpointOut):
    """`message` is the address of the message that tries it."""

    message = serializers.CharField()

    class Meta(webhooks.EndpointOut.Meta):
        fields = (*webhooks.EndpointOut.Meta.fields, "message")  # type: ignore[assignment]


_TEXT: Final = File("text/plain")
_BYTES: Final = File("application/octet-stream")
_SIZE: Final = query("size", "Of the checkpoint; without it the latest.", int)

OPERATIONS: Final[Operations] = {
    teams.Teams: {
        "GET": Operation("List teams"),
        "POST": Operation(
            "Make a team",
            takes=teams.TeamIn,
            gives=teams.TeamOut,
            status=201,
            example={"name": "Care", "description": "Wards and triage"},
        ),
    },
    teams.TeamDetail: {
        "GET": Operation("Read a team", gives=teams.TeamOut),
        "PATCH": Operation(
            "Rename a team",
            takes=teams.TeamChangeIn,
            gives=teams.TeamOut,
            example={"name": "Care and triage"},
        ),
    },
    teams._Change: {"POST": Operation(gives=teams.TeamOut)},
    teams.Giving: {"POST": Operation("Give systems to a team", example={"systems": ["triage"]})},
    teams.Taking: {"POST": Operation("Take systems from a team", example={"systems": ["triage"]})},
    teams.Members: {
        "POST": Operation(
            "Set the roles of a person in a team",
            example={"person": "robin", "roles": ["responder"]},
        )
    },
    teams.Closure: {"POST": Operation("Close a team", example={"reason": "Reorganised."})},
    account.Me: {"GET": Operation(gives=MeOut)},
    ledger.Entries: {"GET": Operation("List entries of the audit trail")},
    ledger.EntryDetail: {"GET": Operation("Read an entry of the audit trail")},
    log.InclusionProof: {
        "GET": Operation(
            "Prove that an entry is in the log", gives=InclusionProofOut, queries=(_SIZE,)
        )
    },
    log.ConsistencyProof: {
        "GET": Operation(
            "Prove that the log only grew",
            gives=ConsistencyProofOut,
            queries=(
                query("old", "Entries of the earlier checkpoint.", int, required=True),
                query("new", "Entries of the later one; without it the latest.", int),
            ),
        )
    },
    log.Keys: {"GET": Operation("List the keys of the log", gives=KeysOut)},
    log.LatestCheckpoint: {"GET": Operation("Get the latest signed checkpoint", gives=_TEXT)},
    log.EntryTile: {"GET": Operation("Get a tile of entries", gives=_BYTES)},
    log.HashTile: {"GET": Operation("Get a tile of hashes", gives=_BYTES)},
    verifications.Verifications: {
        "GET": Operation("List verifications of the log"),
        "POST": Operation(
            "Verify the whole log",
            takes=verifications.VerificationIn,
            gives=verifications.VerificationOut,
            status=202,
            example={"checkpoints": [], "keys": []},
        ),
    },
    verifications.VerificationDetail: {
        "GET": Operation("Follow a verification", gives=verifications.VerificationOut)
    },
    checkpoints.Checkpoints: {
        "GET": Operation(
            "List checkpoints and who witnessed them", gives=checkpoints.CheckpointOut(many=True)
        )
    },
    checkpoints.CheckpointDetail: {
        "GET": Operation("Read a checkpoint", gives=checkpoints.CheckpointOut)
    },
    checkpoints.Note: {"GET": Operation("Get the signed note of a checkpoint", gives=_TEXT)},
    checkpoints.Token: {
        "GET": Operation("Get its time-stamp", gives=File("application/timestamp-reply"))
    },
    checkpoints.Certificates: {
        "GET": Operation(
            "Get the certificates of its time-stamp",
            gives=File("application/pem-certificate-chain"),
        )
    },
    messages.Messages: {"GET": Operation("List messages")},
    messages.MessageDetail: {
        "GET": Operation("Read a message and its attempts", gives=WholeMessageOut)
    },
    messages.Replay: {"POST": Operation(takes=Strict, gives=WholeMessageOut)},
    webhooks.Endpoints: {
        "GET": Operation("List webhook endpoints"),
        "POST": Operation(
            "Make a webhook endpoint",
            takes=webhooks.EndpointIn,
            gives=EndpointWithSecretOut,
            status=201,
            example={"name": "pager", "url": "https://hooks.example.org/in"},
        ),
    },
    webhooks.EndpointDetail: {
        "GET": Operation("Read a webhook endpoint", gives=webhooks.EndpointOut),
        "PATCH": Operation(
            "Change a webhook endpoint", takes=webhooks.ChangeIn, gives=webhooks.EndpointOut
        ),
    },
    webhooks.Rotation: {"POST": Operation("Rotate its secret", gives=EndpointWithSecretOut)},
    webhooks.Disabling: {"POST": Operation("Disable it", gives=webhooks.EndpointOut)},
    webhooks.Enabling: {"POST": Operation("Enable it", gives=webhooks.EndpointOut)},
    webhooks.Trial: {"POST": Operation("Send it a test message", gives=TriedEndpointOut)},
}
