from django.urls import path

from governance.api import (
    account,
    checkpoints,
    description,
    keys,
    ledger,
    log,
    messages,
    people,
    teams,
    verifications,
    webhooks,
)

_CHECKPOINT = "ledger/checkpoints/<int:size>"
_ENDPOINT = "webhook-endpoints/<str:name>"

urlpatterns = [
    path("openapi.json", description.AsJson.as_view(), name="openapi-json"),
    path("openapi.yaml", description.AsYaml.as_view(), name="openapi-yaml"),
    path("me", account.Me.as_view(), name="me"),
    path("api-keys", keys.ApiKeys.as_view(), name="api-keys"),
    path("api-keys/<uuid:id>", keys.ApiKeyDetail.as_view(), name="api-key"),
    path("api-keys/<uuid:id>/rotation", keys.KeyRotation.as_view(), name="api-key-rotation"),
    path("api-keys/<uuid:id>/revocation", keys.KeyRevocation.as_view(), name="api-key-revocation"),
    path("people", people.People.as_view(), name="people"),
    path("people/<uuid:id>", people.PersonDetail.as_view(), name="person"),
    path("people/<uuid:id>/sessions/end", people.SessionsEnd.as_view(), name="person-sessions-end"),
    path(
        "people/<uuid:id>/second-factors/reset",
        people.FactorsReset.as_view(),
        name="person-second-factors-reset",
    ),
    path("ledger/entries", ledger.Entries.as_view(), name="ledger-entries"),
    path("ledger/entries/<uuid:id>", ledger.EntryDetail.as_view(), name="ledger-entry"),
    path(
        "ledger/entries/<uuid:id>/proof",
        log.InclusionProof.as_view(),
        name="ledger-inclusion-proof",
    ),
    path("ledger/consistency", log.ConsistencyProof.as_view(), name="ledger-consistency-proof"),
    path("ledger/keys", log.Keys.as_view(), name="ledger-keys"),
    path("ledger/checkpoint", log.LatestCheckpoint.as_view(), name="ledger-checkpoint"),
    path("ledger/tile/entries/<path:name>", log.EntryTile.as_view(), name="ledger-entry-tile"),
    path("ledger/tile/<int:level>/<path:name>", log.HashTile.as_view(), name="ledger-tile"),
    path(
        "ledger/verifications", verifications.Verifications.as_view(), name="ledger-verifications"
    ),
    path(
        "ledger/verifications/<uuid:id>",
        verifications.VerificationDetail.as_view(),
        name="ledger-verification",
    ),
    path("ledger/checkpoints", checkpoints.Checkpoints.as_view(), name="ledger-checkpoints"),
    path(_CHECKPOINT, checkpoints.CheckpointDetail.as_view(), name="ledger-checkpoint-of"),
    path(f"{_CHECKPOINT}/note", checkpoints.Note.as_view(), name="ledger-checkpoint-note"),
    path(f"{_CHECKPOINT}/token", checkpoints.Token.as_view(), name="ledger-checkpoint-token"),
    path(
        f"{_CHECKPOINT}/certificates",
        checkpoints.Certificates.as_view(),
        name="ledger-checkpoint-certificates",
    ),
    path("messages", messages.Messages.as_view(), name="messages"),
    path("messages/<uuid:id>", messages.MessageDetail.as_view(), name="message"),
    path("messages/<uuid:id>/replay", messages.Replay.as_view(), name="message-replay"),
    path("teams", teams.Teams.as_view(), name="teams"),
    path("teams/<uuid:id>", teams.TeamDetail.as_view(), name="team"),
    path("teams/<uuid:id>/given-systems", teams.Giving.as_view()),
    path("teams/<uuid:id>/taken-systems", teams.Taking.as_view()),
    path("teams/<uuid:id>/members", teams.Members.as_view()),
    path("teams/<uuid:id>/closure", teams.Closure.as_view()),
    path("webhook-endpoints", webhooks.Endpoints.as_view(), name="webhook-endpoints"),
    path(_ENDPOINT, webhooks.EndpointDetail.as_view(), name="webhook-endpoint"),
    path(f"{_ENDPOINT}/rotation", webhooks.Rotation.as_view(), name="webhook-rotation"),
    path(f"{_ENDPOINT}/disable", webhooks.Disabling.as_view(), name="webhook-disable"),
    path(f"{_ENDPOINT}/enable", webhooks.Enabling.as_view(), name="webhook-enable"),
    path(f"{_ENDPOINT}/test", webhooks.Trial.as_view(), name="webhook-test"),
]
