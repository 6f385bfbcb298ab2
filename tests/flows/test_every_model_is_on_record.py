"""Whatever has a state is either kept by the database or changed with an entry in the audit trail.

A new model has to be put into one of the tables below, or this fails.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from governance import env
from governance.access import grants
from governance.ledger.models import Entry

#: Rows that are added and never changed: a trigger refuses, and the application has no right to.
KEPT: Final = frozenset(
    {
        "ledger.Checkpoint",
        "ledger.Entry",
        "ledger.Leaf",
        "ledger.PersonalData",
        "ledger.SigningKey",
        "policies.PolicyReview",
        "policies.Release",
    }
)
#: Rows that are added and never changed, but for what an erasure marks that is on record.
ERASABLE: Final = frozenset(
    {
        "incidents.Attachment",
        "incidents.Decision",
        "incidents.FileContent",
        "incidents.Moment",
        "incidents.MomentChoice",
        "incidents.MomentWithdrawal",
        "incidents.NoticeRevision",
        "incidents.TimelineNote",
    }
)
#: What changes, and with which entries.
ON_RECORD: Final[Mapping[str, tuple[str, ...]]] = {
    "accounts.ApiKey": ("api_key.created", "api_key.rotated", "api_key.revoked"),
    "accounts.SavedView": ("saved_view.saved", "saved_view.removed", "saved_view.restored"),
    "accounts.Session": ("person.signed_in", "session.adopted", "session.ended"),
    "accounts.Membership": ("team.member_changed", "team.closed"),
    "accounts.Team": ("team.made", "team.renamed", "team.closed"),
    "accounts.TeamSystem": ("team.systems_changed", "team.closed"),
    "accounts.User": (
        "person.created",
        "person.access_changed",
        "person.password_changed",
        "person.zone_chosen",
    ),
    "incidents.Clock": ("clock.opened", "clock.counted", "clock.cancelled", "clock.fulfilled"),
    "incidents.Dispensation": ("dispensation.requested", "dispensation.approved"),
    "incidents.Duty": ("duty.opened", "duty.waived", "duty.repinned", "duty.question_changed"),
    "incidents.Erasure": ("erasure.requested", "erasure.approved", "erasure.refused"),
    "incidents.IncidentLink": ("incident.linked", "incident.unlinked"),
    "incidents.IncidentRole": ("incident.role_assigned", "incident.role_ended"),
    "incidents.Signal": ("incident.reported", "signal.correlated", "signal.split"),
    "incidents.LegalHold": ("legal_hold.placed", "legal_hold.released"),
    "incidents.Export": ("evidence.requested", "evidence.packaged", "evidence.expired"),
    "incidents.ExportShare": ("evidence.shared", "evidence.share_used", "evidence.share_revoked"),
    "incidents.Incident": ("incident.reported", "incident.classified", "incident.acknowledged"),
    "incidents.Notice": ("notice.drafted", "notice.approved", "notice.filed"),
    "incidents.Reassessment": ("incident.reassessed", "reassessment.left"),
    "incidents.ReassessmentRun": ("reassessment.began", "reassessment.finished"),
    "incidents.Submission": ("incident.reported", "submission.rejected", "submission.corrected"),
    "incidents.Subscription": (
        "subscription.made",
        "subscription.changed",
        "subscription.paused",
        "subscription.resumed",
        "subscription.replayed",
    ),
    "incidents.SeverityOverride": (
        "severity_override.requested",
        "severity_override.approved",
        "severity_override.ended",
    ),
    "ledger.Verification": ("verification.requested", "verification.finished"),
    "outbox.Message": ("message.queued", "message.sent", "message.undeliverable"),
    "policies.Impact": ("policy.impact_requested", "policy.impact_cancelled"),
    "policies.OnCallFeed": ("feed.changed", "feed.failed", "feed.recovered"),
    "policies.PolicyVersion": ("policy.drafted", "policy.edited", "policy.approved"),
    "webhook.WebhookEndpoint": (
        "webhook_endpoint.created",
        "webhook_endpoint.changed",
        "webhook_endpoint.disabled",
    ),
    "webhook.WebhookSecret": ("webhook_endpoint.created", "webhook_endpoint.rotated"),
}
#: What says nothing about an incident, a rule or a person that its change would have to answer for.
BOOKKEEPING: Final[Mapping[str, str]] = {
    "access.Attempt": "tries that failed, as keyed digests; refusals are told in entries",
    "access.NotedRead": "which reads have their entries already",
    "access.Refusal": "counts of a minute, told in an entry when it is over",
    "heartbeat.Heartbeat": "when a job was last finished",
    "heartbeat.Ping": "when the watcher outside was last asked",
    "incidents.Course": "how far a subscription was told; that it is told again is an entry of it",
    "incidents.Delivery": "attempts of thirty days; an entry for each would tell of itself, too",
    "incidents.KeptFigures": "counts of what is on record, which anybody may have counted anew",
    "idempotency.Answer": "what was answered to requests of a day, for their retries",
    "incidents.Timer": "what is to be said when, from clocks and duties; what is said is an entry",
    "ledger.Tile": "hashes of the tree, which grow at their end only",
    "ledger.Unsealed": "entries without a place yet",
    "ledger.Witnessed": "which checkpoint which witness has; an entry for each would never end",
}
#: The framework's, which we do not write to but for sessions; and the sign-on library's, whose rows
#: `governance.signon` has it write, with `second_factor.added` and `person.identity_bound`.
FRAMEWORKS: Final = frozenset(
    {"account", "admin", "auth", "contenttypes", "mfa", "sessions", "socialaccount"}
)
THROUGH: Final = frozenset({"accounts.User_groups", "accounts.User_user_permissions"})
#: Their rows are named by their keys in entries, in the house's story. (A clock that opens with its
#: duty is named there by stage and recipient, a reassessment by its incident, a signal that opened
#: its incident by its submission, a secret by its endpoint, members and systems by their team; a
#: feed is on record from its first answer; a session begins with a browser.)
NAMED: Final = sorted(
    set(ON_RECORD)
    - {
        "accounts.Membership",
        "accounts.Session",
        "accounts.TeamSystem",
        "incidents.Clock",
        "incidents.Erasure",
        "incidents.LegalHold",
        "incidents.Reassessment",
        "incidents.Signal",
        "policies.OnCallFeed",
        "webhook.WebhookSecret",
    }
)
#: Where rows are deleted, and of what; the application's role needs the right to.
DELETING: Final[Mapping[str, frozenset[str]]] = {
    "governance/access/attempts.py": frozenset({"access.Attempt"}),
    "governance/access/reads.py": frozenset({"access.NotedRead"}),
    "governance/access/refusals.py": frozenset({"access.Refusal"}),
    "governance/accounts/factors.py": frozenset({"mfa.Authenticator"}),
    "governance/accounts/personal.py": frozenset(
        {"mfa.Authenticator", "socialaccount.SocialAccount"}
    ),
    "governance/accounts/sessions.py": frozenset({"accounts.Session"}),
    "governance/accounts/teams.py": frozenset({"accounts.Membership", "accounts.TeamSystem"}),
    "governance/connectors/webhook/endpoints.py": frozenset({"webhook.WebhookSecret"}),
    "governance/idempotency/answers.py": frozenset({"idempotency.Answer"}),
    "governance/ledger/erasures.py": frozenset({"ledger.PersonalData"}),
    "governance/ledger/sequencer.py": frozenset({"ledger.Unsealed"}),
    "incidents/figures/keeping.py": frozenset({"incidents.KeptFigures"}),
    "incidents/following/publishing.py": frozenset({"incidents.Delivery"}),
    "policies/drafts.py": frozenset({"policies.PolicyVersion"}),
}
#: Kept, until an erasure names a row; another trigger sees to that.
DELETED: Final = frozenset({"ledger.PersonalData"})
_DELETION: Final = re.compile(r"\.delete\(|DELETE FROM")


def test_every_model_is_declared_once() -> None:
    ours = [
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in FRAMEWORKS and not model._meta.proxy
    ]
    assert sorted([*KEPT, *ERASABLE, *ON_RECORD, *BOOKKEEPING, *THROUGH]) == sorted(ours)


@pytest.mark.django_db
def test_the_database_keeps_what_is_declared_as_kept_and_nothing_besides() -> None:
    refusing = {each.table for each in grants.rights(connection) if "UPDATE" not in each.rights}
    ours = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.db_table in refusing and model._meta.app_label not in FRAMEWORKS
    }
    assert ours == KEPT | ERASABLE


def test_the_application_may_change_what_an_erasure_marks_and_no_more() -> None:
    assert set(settings.COLUMNS_THAT_GO) == ERASABLE


@pytest.mark.django_db
@pytest.mark.parametrize("label", sorted(KEPT))
def test_a_table_that_is_kept_refuses_every_change_by_trigger(label: str) -> None:
    """UPDATE, DELETE and TRUNCATE, each in the database."""
    table = apps.get_model(label)._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bit_or(tgtype) FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE tgrelid = %s::regclass AND proname = 'bylaw_refuse_change' AND tgenabled = 'O'",
            [table],
        )
        (kinds,) = cursor.fetchone()
    update, delete, truncate = 16, 8, 32
    wanted = update | truncate if label in DELETED else update | delete | truncate
    assert kinds is not None
    assert kinds & wanted == wanted


@pytest.mark.django_db
@pytest.mark.parametrize("label", sorted(ERASABLE))
def test_a_table_that_may_be_erased_from_has_a_trigger_for_each_change(label: str) -> None:
    """What they let through is proved in tests/incidents/erasing."""
    table = apps.get_model(label)._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bit_or(tgtype) FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE tgrelid = %s::regclass AND tgenabled = 'O' AND proname IN"
            " ('bylaw_refuse_change', 'incidents_keep_file_content')",
            [table],
        )
        (kinds,) = cursor.fetchone()
    assert kinds & (16 | 8 | 32) == 16 | 8 | 32


@pytest.mark.parametrize(
    ("label", "verb"), [(label, verb) for label, verbs in ON_RECORD.items() for verb in verbs]
)
def test_a_declared_entry_is_written_somewhere(label: str, verb: str) -> None:
    assert any(pattern.fullmatch(verb) for pattern in _written()), verb


def test_an_entry_that_nobody_writes_is_missed() -> None:
    """The twin of the test above."""
    assert not any(pattern.fullmatch("clock.adjusted_quietly") for pattern in _written())


@pytest.mark.parametrize("label", NAMED)
def test_every_row_is_named_in_the_trail(house: None, label: str) -> None:
    rows = apps.get_model(label)._default_manager.all()
    if label == "accounts.User":  # the people of the tests are made without an account's entry
        rows = rows.filter(is_staff=True)
    keys = [str(key) for key in rows.values_list("pk", flat=True)]
    assert keys
    assert [key for key in keys if not _named(key)] == []


def test_rows_are_deleted_where_it_is_declared_and_nowhere_else() -> None:
    found = {name for name, text in _sources() if _DELETION.search(text)}
    assert found == set(DELETING)


def test_the_application_may_delete_exactly_what_it_deletes() -> None:
    deleted = frozenset().union(*DELETING.values()) | {"sessions.Session"}
    assert set(settings.ROWS_THAT_GO) == deleted


def _named(key: str) -> bool:
    entries = Entry.objects.exclude(verb__endswith=".read")
    return entries.filter(object_id=key).exists() or entries.filter(body__contains=key).exists()


def _sources() -> Iterator[tuple[str, str]]:
    for package in ("governance", "policies", "incidents"):
        for file in sorted(Path(env.CHECKOUT, package).rglob("*.py")):
            if "migrations" not in file.parts:
                yield str(file.relative_to(env.CHECKOUT)), file.read_text()


@cache
def _written() -> frozenset[re.Pattern[str]]:
    """The texts of the source that look like verbs; of one that is put together, what is fixed."""
    found = set()
    for _, text in _sources():
        for node in ast.walk(ast.parse(text)):
            match node:
                case ast.Constant(value=str() as value) if "." in value and " " not in value:
                    found.add(re.escape(value))
                case ast.JoinedStr(values=[ast.Constant(value=str() as head), _]) if re.fullmatch(
                    r"[a-z_]+\.", head
                ):
                    found.add(re.escape(head) + r"(" + "|".join(_words()) + r")")
    return frozenset(re.compile(each) for each in found)


@cache
def _words() -> frozenset[str]:
    """Every plain word that stands in the source as a text: what a verb may end in."""
    return frozenset(
        node.value
        for _, text in _sources()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"[a-z_]+", node.value)
    )
