"""Putting policy versions in force: the one function behind command line, admin and set-up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import connection, transaction
from django.db.models import Q

from governance import ids
from governance.errors import Conflict
from governance.ledger import ledger
from policies import releases
from policies.documents import Document
from policies.models import PolicyVersion

_INSTALL_LOCK = 0x6279_6C61_7701  # advisory: two hosts may set up one database at once


@dataclass(frozen=True)
class Installed:
    """What became of one document. `held_back`: another version is in force and was left alone."""

    identity: str
    outcome: Literal["installed", "unchanged", "held_back"]


def install(
    documents: Iterable[tuple[Document, str]], *, replace: bool, by: ledger.Actor, at: datetime
) -> Sequence[Installed]:
    """Put (document, origin) pairs in force from `at`, all or none.

    With `replace` a new version ends the one in force; without, a policy of which any version is
    in force is left alone, so that setting up again never undoes an officer's work. Raises Conflict
    when a version exists with another text, PolicyProblems when the resulting release would not
    work.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_INSTALL_LOCK])
        outcomes = [
            _install(document, origin, replace=replace, by=by, at=at)
            for document, origin in documents
        ]
        if any(outcome.outcome == "installed" for outcome in outcomes):
            releases.compiled(releases.members_at(at))
    return outcomes


def _install(
    document: Document, origin: str, *, replace: bool, by: ledger.Actor, at: datetime
) -> Installed:
    meta = document.metadata
    same = PolicyVersion.objects.filter(kind=document.kind, name=meta.name)
    existing = same.filter(version=meta.version).first()
    if existing is not None:
        if existing.digest != document.digest:
            raise Conflict(
                f"{document.identity} exists with another meaning. A version never changes: "
                "raise metadata.version."
            )
        if replace and existing.effective_until is not None and existing.effective_until <= at:
            raise Conflict(
                f"{document.identity} was in force until {existing.effective_until:%Y-%m-%d %H:%M} "
                "UTC and is retired. To have its rules again, give them a new metadata.version."
            )
        return Installed(document.identity, "unchanged")
    in_force = same.filter(
        Q(effective_until__isnull=True) | Q(effective_until__gt=at), effective_from__lte=at
    ).first()
    if in_force is not None:
        if not replace:
            return Installed(document.identity, "held_back")
        if in_force.effective_from == at:
            raise Conflict(
                f"{in_force} and {document.identity} cannot both come into force at once. Give one "
                "version of each policy."
            )
        PolicyVersion.objects.filter(id=in_force.id).update(
            effective_until=at, status=PolicyVersion.Status.RETIRED
        )
    version = PolicyVersion.objects.create(
        id=ids.new(),
        kind=document.kind,
        name=meta.name,
        version=meta.version,
        title=meta.title,
        text=document.text,
        digest=document.digest,
        status=PolicyVersion.Status.APPROVED,
        origin=origin,
        author=str(by),
        created_at=at,
        effective_from=at,
    )
    _record(version, in_force, by=by, at=at)
    return Installed(document.identity, "installed")


def _record(
    version: PolicyVersion, replaced: PolicyVersion | None, *, by: ledger.Actor, at: datetime
) -> None:
    event = ledger.Event(
        "policy.installed",
        "policy_version",
        version.id,
        before={"identity": str(replaced), "digest": replaced.digest} if replaced else None,
        after={"identity": str(version), "digest": version.digest, "effective_from": at},
        reason=version.origin,
    )
    ledger.append(event, by=by, at=at)
