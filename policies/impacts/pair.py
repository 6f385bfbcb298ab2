"""The two releases of an impact: without the change and with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, Self
from uuid import UUID

from policies import releases, shipped
from policies.documents import Document
from policies.models import Impact, PolicyVersion
from policies.release import Release, compile_release
from policies.releases import Member

_KEPT: Final = (
    2  # compiled candidates a process keeps: the next slice is most often of the last one
)
_Files = tuple[tuple[str, str], ...]  # (path, text)


@dataclass(frozen=True)
class Pair:
    """`members` are those of `before`, of which `kept` are in `after` too; `files` are the texts
    that are in it in place of the others."""

    before: Release
    after: Release
    members: tuple[UUID, ...]
    kept: tuple[UUID, ...]
    files: _Files

    @classmethod
    def planned(cls, changed: Sequence[Document], *, at: datetime) -> Self:
        """The release at `at`, and the same with `changed` in the place of the same policies.
        Raises NoRelease, and PolicyProblems when the changed one cannot be compiled."""
        members = releases.members_at(at)
        before = releases.usable(members)
        deciding = [each for each in changed if each.kind not in releases.NOT_MEMBERS]
        replaced = {f"{each.kind}/{each.metadata.name}" for each in deciding}
        kept = tuple(id_ for id_, identity, _ in members if _policy(identity) not in replaced)
        files = tuple((each.identity, each.text) for each in deciding)
        return cls(
            before, _candidate(kept, files), tuple(id_ for id_, _, _ in members), kept, files
        )

    @classmethod
    def of(cls, impact: Impact) -> Self:
        """What a row was asked for. Raises NoRelease, PolicyProblems."""
        members = tuple(impact.before_members)
        kept = tuple(impact.kept_members)
        files = tuple((path, text) for path, text in impact.files)
        return cls(
            releases.usable(_members(members)), _candidate(kept, files), members, kept, files
        )


def _members(ids: Sequence[UUID]) -> list[Member]:
    rows = PolicyVersion.objects.filter(id__in=ids).defer("text")
    return sorted(((row.id, str(row), row.digest) for row in rows), key=lambda member: member[1])


def _policy(identity: str) -> str:
    return identity.partition("@")[0]


@lru_cache(maxsize=_KEPT)
def _candidate(kept: tuple[UUID, ...], files: _Files) -> Release:
    rows = PolicyVersion.objects.in_bulk(kept)
    return compile_release(
        [
            *(releases.document(rows[id_]) for id_ in kept),
            *(document for document, _ in shipped.read(files)),
        ]
    )
