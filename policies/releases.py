"""Which rules held when: from rows to compiled releases, and pinning them to decisions."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final
from uuid import UUID
from weakref import WeakValueDictionary

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from policies import documents, models
from policies.documents import Document, policy_test
from policies.errors import NoRelease, PolicyProblems
from policies.models import PolicyVersion
from policies.release import Release, compile_release, digest_of

Member = tuple[UUID, str, str]  # id, identity, digest
#: Kinds that have versions and dates but decide nothing, and so are in no release.
NOT_MEMBERS: Final = frozenset({policy_test.KIND.name})
_KEPT: Final = (
    16  # compiled releases a process keeps: the present one and those of recent incidents
)
_READ: Final = 512  # documents a process keeps: checking a change reads every text of a release


def members_at(at: datetime) -> Sequence[Member]:
    """The deciding versions in force at `at`, which tests are not, sorted by identity.

    One query, mostly answered with one digest: the rows themselves come only when they are others
    than those that this process has seen before.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MARK, {"at": at, "not_members": sorted(NOT_MEMBERS)})
        (mark,) = cursor.fetchone()
    if mark is None:
        return []
    known = _known.get(mark)
    return known if known is not None else _read_members(at)


def _read_members(at: datetime) -> Sequence[Member]:
    rows = versions_at(at).exclude(kind__in=NOT_MEMBERS).order_by("id")
    found = list(rows.values_list("id", "kind", "name", "version", "digest"))
    members = sorted(
        ((id_, f"{kind}/{name}@{version}", digest) for id_, kind, name, version, digest in found),
        key=lambda member: member[1],
    )
    # By what was read now: other versions may be in force than a moment ago.
    mark = "\n".join("|".join(map(str, each)) for each in found)
    if len(_known) >= _KEPT:
        _known.clear()
    _known[hashlib.sha256(mark.encode()).hexdigest()] = members
    return members


#: SHA-256 over all that `members_at` gives, in the form that `_read_members` hashes.
_MARK: Final = """
SELECT encode(sha256(convert_to(string_agg(
           concat_ws('|', id, kind, name, version, digest), E'\\n' ORDER BY id), 'UTF8')), 'hex')
FROM policies_policyversion
WHERE effective_from <= %(at)s AND (effective_until IS NULL OR effective_until > %(at)s)
      AND kind <> ALL(%(not_members)s)
"""
_known: dict[str, Sequence[Member]] = {}


def versions_at(at: datetime) -> QuerySet[PolicyVersion]:
    """Every version in force at `at`, of all kinds: the release's members and the tests."""
    return PolicyVersion.objects.filter(
        Q(effective_until__isnull=True) | Q(effective_until__gt=at), effective_from__lte=at
    )


def in_force(at: datetime) -> Release:
    """The compiled release at `at`. Raises NoRelease when there is none that works."""
    return usable(members_at(at))


def usable(members: Sequence[Member]) -> Release:
    """The release of these versions. Raises NoRelease when it does not work: that is our fault and
    no reporter's, who is told to come back."""
    try:
        return compiled(members)
    except PolicyProblems as error:
        raise NoRelease(f"The policies in force do not work together: {error}") from error


def compiled(members: Sequence[Member]) -> Release:
    """The release of these versions, compiled once a process. Raises PolicyProblems, NoRelease."""
    if not members:
        raise NoRelease("No policy is in force. Run `manage.py policies install`.")
    return _compiled(tuple(members))


def pinned(digest: str) -> Release:
    """The release that a decision names, however old. One that this process has compiled is not
    looked up again: its digest is that of its texts."""
    known = _by_digest.get(digest)
    if known is not None:
        return known
    row = models.Release.objects.get(digest=digest)
    found = PolicyVersion.objects.filter(id__in=row.members)
    return compiled(
        sorted(((each.id, str(each), each.digest) for each in found), key=lambda m: m[1])
    )


def pin(release: Release, members: Sequence[Member], *, at: datetime) -> None:
    """Keep the release's membership, in the transaction of the decision that names it first."""
    if release.digest in _pinned:
        return
    row = models.Release(
        digest=release.digest, members=[id_ for id_, _, _ in members], first_used_at=at
    )
    models.Release.objects.bulk_create([row], ignore_conflicts=True)
    transaction.on_commit(lambda: _pinned.add(release.digest))


_pinned: set[str] = set()  # releases known to be stored, to spare most decisions an INSERT


@lru_cache(maxsize=_KEPT)
def _compiled(members: tuple[Member, ...]) -> Release:
    texts = PolicyVersion.objects.in_bulk([id_ for id_, _, _ in members])
    release = compile_release(document(texts[id_]) for id_, _, _ in members)
    expected = digest_of((identity, digest) for _, identity, digest in members)
    if release.digest != expected:
        raise NoRelease("A stored policy text does not match its digest; see the audit trail.")
    _by_digest[release.digest] = release
    return release


#: Those that `_compiled` keeps.
_by_digest: WeakValueDictionary[str, Release] = WeakValueDictionary()


def document(version: PolicyVersion) -> Document:
    """The document that a version is. Raises PolicyProblems: a draft's text may have them."""
    return parsed(version.text, path=str(version))


@lru_cache(maxsize=_READ)
def parsed(text: str, *, path: str = "") -> Document:
    """The document of a text. Raises PolicyProblems."""
    reading = documents.read(text, path=path)
    if reading.document is None:
        raise PolicyProblems(reading.problems)
    return reading.document
