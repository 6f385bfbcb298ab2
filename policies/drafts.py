"""Writing a policy version: a draft may change, may have problems still, and may be thrown away.

create(text, origin=, by=, at=)        → PolicyVersion
edit(version, text, by=, at=, seen=)   → PolicyVersion
discard(version, by=, at=, reason=)
problems(version, at=)                 → tuple[Problem, ...]   what would keep it from review
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from governance import canonical, ids
from governance.accounts import people
from governance.errors import Conflict
from governance.ledger.ledger import Actor
from policies import acts, candidates, documents, yaml_source
from policies.acts import Status
from policies.documents import schema
from policies.documents.document import METADATA
from policies.documents.schema import mapping
from policies.errors import PolicyProblems
from policies.models import PolicyVersion
from policies.problems import Problem

_IDENTITY = {
    **mapping(
        {"kind": {"enum": sorted(documents.KINDS)}, "metadata": METADATA},
        required=("kind", "metadata"),
    ),
    "additionalProperties": True,
}


@dataclass(frozen=True)
class _Named:
    """As much of a text as a draft needs: what it is called, and the digest of what it says."""

    kind: str
    name: str
    version: str
    title: str
    digest: str


def create(text: str, *, origin: str, by: Actor, at: datetime) -> PolicyVersion:
    """A draft of this YAML. It must say which version of which policy it is; other problems only
    keep it from review. Raises PolicyProblems, and Conflict when that version exists."""
    named = _named(text)
    try:
        with transaction.atomic():
            version = PolicyVersion.objects.create(
                id=ids.new(),
                kind=named.kind,
                name=named.name,
                version=named.version,
                title=named.title,
                text=text,
                digest=named.digest,
                origin=origin[:120],
                author=str(by),
                authors=[people.behind(by)],
                created_at=at,
            )
            acts.note("policy.drafted", version, by=by, at=at, after=acts.state(version))
    except IntegrityError as error:
        raise _taken(named, error) from error
    return version


def edit(
    version: PolicyVersion, text: str, *, by: Actor, at: datetime, seen: str | None = None
) -> PolicyVersion:
    """Give a draft another text; who edits becomes an author. `seen` is the `text_digest` of the
    text that the editor began with: when somebody else changed it since, that is a Conflict. Kind
    and name stay, and the version number once it was submitted. The same text changes nothing."""
    named = _named(text)
    try:
        with transaction.atomic():
            (row,) = acts.held([version], Status.DRAFT)
            if seen is not None and seen != row.text_digest:
                raise Conflict(f"Somebody changed {row} since you opened it. Open it again.")
            if text == row.text:
                return row
            _refuse_another_policy(row, named)
            before = acts.state(row)
            row.version, row.title, row.text = named.version, named.title, text
            row.digest = named.digest
            row.authors = list(dict.fromkeys([*row.authors, people.behind(by)]))
            row.save(update_fields=["version", "title", "text", "digest", "authors"])
            acts.note("policy.edited", row, by=by, at=at, before=before, after=acts.state(row))
    except IntegrityError as error:
        raise _taken(named, error) from error
    return row


def discard(version: PolicyVersion, *, by: Actor, at: datetime, reason: str = "") -> None:
    """Throw away an own draft that was never submitted. What was submitted is kept for good."""
    with transaction.atomic():
        (row,) = acts.held([version], Status.DRAFT)
        if row.revision:
            raise Conflict(f"{row} was submitted once and is kept; leave it as a draft.")
        if people.behind(by) not in row.authors:
            raise Conflict(f"Only an author discards the draft {row}.")
        before = {**acts.state(row), "authors": row.authors}
        acts.note("policy.discarded", row, by=by, at=at, before=before, reason=reason)
        PolicyVersion.objects.filter(id=row.id, status=Status.DRAFT, revision=0).delete()


def problems(version: PolicyVersion, *, at: datetime) -> tuple[Problem, ...]:
    """What lint and tests find, were this version in force at `at` with all else unchanged."""
    return candidates.problems(at, {str(version): version.text})


def _named(text: str) -> _Named:
    source = yaml_source.read(text)
    if source.data is None:
        raise PolicyProblems(source.problems or (Problem("empty-file", "The text is empty."),))
    found = list(schema.problems(_IDENTITY, source.data))
    if found:
        raise PolicyProblems(source.located(problem) for problem in found)
    data: Any = source.data
    meta = data["metadata"]
    return _Named(
        kind=data["kind"],
        name=meta["name"],
        version=meta["version"],
        title=meta["title"],
        digest=canonical.digest(canonical.text(data)),
    )


def _refuse_another_policy(row: PolicyVersion, named: _Named) -> None:
    if (named.kind, named.name) != (row.kind, row.name):
        raise Conflict(
            f"This text is {named.kind}/{named.name}; the draft is {row.kind}/{row.name}. Make a "
            "draft of its own for another policy."
        )
    if row.revision and named.version != row.version:
        raise Conflict(
            f"{row} was submitted under this number and keeps it. For another number make a draft "
            "of its own."
        )


def _taken(named: _Named, error: IntegrityError) -> Exception:
    if "policy_version_never_reused" not in str(error):
        return error
    return Conflict(
        f"{named.kind}/{named.name}@{named.version} exists. A version is never reused: raise "
        "metadata.version."
    )
