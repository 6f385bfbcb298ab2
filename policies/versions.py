"""Putting policies in force at set-up: what ships with the product, and an operator's first files.

The only way past an approval, so it is narrow: it never touches a policy of which any version
exists. Everything else goes through `drafts` and `approvals`, or `plans` for whole directories.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from django.db import transaction

from governance import ids
from governance.errors import Conflict
from governance.ledger import ledger
from policies import releases, schedule
from policies.documents import Document
from policies.models import PolicyVersion

SETUP: Final = ledger.system("setup")


@dataclass(frozen=True)
class Installed:
    """What became of one document. `held_back`: other versions exist and were left alone."""

    identity: str
    outcome: Literal["installed", "unchanged", "held_back"]


def install(documents: Iterable[tuple[Document, str]], *, at: datetime) -> Sequence[Installed]:
    """Put (document, origin) pairs in force from `at`, all or none, as the actor `system:setup`.

    Their author is the origin up to its first slash (`pack:eu-gdpr`) and no person approved them,
    which the version says for good. A policy of which any version exists, a draft included, is left
    alone, so that setting up again never undoes an officer's work. Raises Conflict when a version
    exists with another meaning or two documents are one policy, PolicyProblems when the resulting
    release would not work. Takes the schedule's lock: two hosts may set up one database at once.
    """
    with transaction.atomic():
        schedule.lock()
        outcomes = [_install(document, origin, at=at) for document, origin in _one_each(documents)]
        if any(outcome.outcome == "installed" for outcome in outcomes):
            releases.compiled(releases.members_at(at))
    return outcomes


def _one_each(documents: Iterable[tuple[Document, str]]) -> Iterable[tuple[Document, str]]:
    seen: dict[tuple[str, str], str] = {}
    for document, origin in documents:
        policy = (document.kind, document.metadata.name)
        if policy in seen:
            raise Conflict(
                f"{seen[policy]} and {document.identity} are one policy; only one version of it "
                "can come into force."
            )
        seen[policy] = document.identity
        yield document, origin


def _install(document: Document, origin: str, *, at: datetime) -> Installed:
    meta = document.metadata
    same = PolicyVersion.objects.filter(kind=document.kind, name=meta.name)
    existing = same.filter(version=meta.version).first()
    if existing is not None and existing.digest != document.digest:
        raise Conflict(
            f"{document.identity} exists with another meaning. A version never changes: raise "
            "metadata.version."
        )
    if existing is not None:
        return Installed(document.identity, "unchanged")
    if same.exists():
        return Installed(document.identity, "held_back")
    version = PolicyVersion.objects.create(
        id=ids.new(),
        kind=document.kind,
        name=meta.name,
        version=meta.version,
        title=meta.title,
        text=document.text,
        digest=document.digest,
        status=PolicyVersion.Status.APPROVED,
        origin=origin[:120],
        author=str(SETUP),
        authors=[origin.partition("/")[0][:120]],
        approved_by=str(SETUP),
        approved_at=at,
        created_at=at,
        effective_from=at,
    )
    _record(version, at=at)
    return Installed(document.identity, "installed")


def _record(version: PolicyVersion, *, at: datetime) -> None:
    after = {
        "identity": str(version),
        "digest": version.digest,
        "text_digest": version.text_digest,
        "effective_from": at,
    }
    event = ledger.Event(
        "policy.installed", "policy_version", version.id, after=after, because=version.origin
    )
    ledger.append(event, by=SETUP, at=at)
