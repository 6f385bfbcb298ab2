"""Policies from a repository: what a directory would change, and making it so.

    plan(documents, at=)                                            → Plan
    apply(documents, by=, at=, origin=, comment=, effective_from=, approve=)  → Applied

`documents` are (Document, path) pairs. Applying drafts and submits everything new as one change
set; it never retires, and never approves for the one who applies. Doing it again does nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.db import transaction

from governance.errors import Conflict
from governance.ledger.ledger import Actor
from policies import approvals, drafts, releases, schedule
from policies.acts import Status
from policies.documents import Document
from policies.models import PolicyVersion, Standing

Outcome = Literal["create", "edit", "submit", "in_review", "unchanged", "older", "conflict"]
#: What apply acts on.
CHANGES: Final = frozenset({"create", "edit", "submit"})


@dataclass(frozen=True)
class Change:
    """What applying would do with one file. `create`: a new version; `edit`: it is a draft with
    another text; `submit`: it is a draft with this text; `in_review`: it waits for approval;
    `unchanged`: it is approved with this meaning; `older`: a later version is approved, so it is
    left alone; `conflict`: it cannot be applied, and `why` says what to do."""

    path: str
    identity: str
    outcome: Outcome
    why: str = ""
    version: PolicyVersion | None = None

    def as_dict(self) -> dict[str, Any]:
        id_ = self.version.id if self.version is not None else None
        return {
            "path": self.path,
            "identity": self.identity,
            "outcome": self.outcome,
            "why": self.why,
            "id": id_,
        }


@dataclass(frozen=True)
class Plan:
    """One change a file, in the order given; `absent` names what is in force without a file."""

    changes: tuple[Change, ...]
    absent: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether applying would do nothing."""
        return not any(change.outcome in CHANGES for change in self.changes)

    @property
    def conflicts(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.outcome == "conflict")


@dataclass(frozen=True)
class Approval:
    """A second person's word, given with the files. `by` must be another than who applies."""

    by: Actor
    comment: str = ""
    reassess: str = "none"
    impact: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Applied:
    """What was planned, and the versions that came of it: submitted, and approved if asked to."""

    plan: Plan
    submitted: tuple[PolicyVersion, ...] = ()
    approved: tuple[PolicyVersion, ...] = ()

    @property
    def changed(self) -> bool:
        return bool(self.submitted or self.approved)


def plan(documents: Iterable[tuple[Document, str]], *, at: datetime) -> Plan:
    """What applying these files would do; changes nothing."""
    pairs = list(documents)
    known = _known(pairs)
    seen: dict[tuple[str, str], str] = {}
    changes = []
    for document, path in pairs:
        policy = _policy(document)
        if policy in seen:
            why = f"{seen[policy]} is the same policy. Keep one file of each."
            changes.append(Change(path, document.identity, "conflict", why))
            continue
        seen[policy] = path
        changes.append(_change(document, path, known.get(policy, []), at))
    held = releases.versions_at(at).order_by("kind", "name")
    absent = tuple(str(each) for each in held if (each.kind, each.name) not in seen)
    return Plan(tuple(changes), absent)


def apply(
    documents: Iterable[tuple[Document, str]],
    *,
    by: Actor,
    at: datetime,
    origin: str = "apply",
    comment: str = "",
    effective_from: datetime | None = None,
    approve: Approval | None = None,
) -> Applied:
    """Make it so, all or nothing. With `approve` the second person approves in the same
    transaction what was submitted now and what of these files waited already. Raises Conflict
    with every conflict of the plan (`extra.conflicts`), and whatever `approvals` raises."""
    pairs = list(documents)
    with transaction.atomic():
        schedule.lock()
        planned = plan(pairs, at=at)
        if planned.conflicts:
            raise _refused(planned.conflicts)
        made = [
            _draft(document, change, by=by, at=at, origin=origin)
            for (document, _), change in zip(pairs, planned.changes, strict=True)
            if change.outcome in CHANGES
        ]
        submitted = (
            approvals.submit(made, by=by, at=at, effective_from=effective_from, comment=comment)
            if made
            else []
        )
        waiting = [
            change.version
            for change in planned.changes
            if change.outcome == "in_review" and change.version is not None
        ]
        approved = _approved([*submitted, *waiting], approve, effective_from, at)
    return Applied(planned, tuple(submitted), tuple(approved))


def _approved(
    versions: Sequence[PolicyVersion],
    approve: Approval | None,
    effective_from: datetime | None,
    at: datetime,
) -> list[PolicyVersion]:
    if approve is None or not versions:
        return []
    return approvals.approve(
        versions,
        by=approve.by,
        at=at,
        effective_from=effective_from,
        reassess=approve.reassess,
        comment=approve.comment,
        impact=approve.impact,
    )


def _draft(
    document: Document, change: Change, *, by: Actor, at: datetime, origin: str
) -> PolicyVersion:
    if change.version is None:
        where = f"{origin}:{change.path}" if change.path else origin
        return drafts.create(document.text, origin=where, by=by, at=at)
    return drafts.edit(change.version, document.text, by=by, at=at)


def _change(document: Document, path: str, same: Sequence[PolicyVersion], at: datetime) -> Change:
    identity = document.identity
    found = next((each for each in same if each.version == document.metadata.version), None)
    later = _later(document, same)
    if found is None:
        if later is not None:
            return Change(path, identity, "older", f"{later} is approved already.")
        return Change(path, identity, "create")
    if found.status == Status.DRAFT:
        outcome: Outcome = "submit" if found.text == document.text else "edit"
        return Change(path, identity, outcome, version=found)
    if found.digest != document.digest:
        return Change(path, identity, "conflict", _other_meaning(found), found)
    if found.status == Status.IN_REVIEW:
        return Change(path, identity, "in_review", version=found)
    if found.standing(at) == Standing.RETIRED:
        why = f"It was retired at {found.effective_until:%Y-%m-%d %H:%M} UTC."
        if later is None:
            why += " To have its rules again, raise metadata.version."
            return Change(path, identity, "conflict", why, found)
        return Change(path, identity, "older", f"{later} is approved already.", found)
    return Change(path, identity, "unchanged", version=found)


def _other_meaning(found: PolicyVersion) -> str:
    if found.status == Status.IN_REVIEW:
        return (
            "It is in review with another meaning. Withdraw it there first, or raise "
            "metadata.version."
        )
    return "It is approved with another meaning. A version never changes: raise metadata.version."


def _later(document: Document, same: Sequence[PolicyVersion]) -> PolicyVersion | None:
    own = _number(document.metadata.version)
    approved = [each for each in same if each.status == Status.APPROVED]
    later = [each for each in approved if _number(each.version) > own]
    return max(later, key=lambda each: _number(each.version), default=None)


def _known(
    pairs: Iterable[tuple[Document, str]],
) -> Mapping[tuple[str, str], list[PolicyVersion]]:
    names = {document.metadata.name for document, _ in pairs}
    found: dict[tuple[str, str], list[PolicyVersion]] = {}
    for version in PolicyVersion.objects.filter(name__in=names).order_by("id"):
        found.setdefault((version.kind, version.name), []).append(version)
    return found


def _policy(document: Document) -> tuple[str, str]:
    return document.kind, document.metadata.name


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _refused(conflicts: Sequence[Change]) -> Conflict:
    first = conflicts[0]
    more = f" (and {len(conflicts) - 1} more)" if len(conflicts) > 1 else ""
    return Conflict(
        f"{first.path}: {first.identity}: {first.why}{more}",
        extra={"conflicts": [change.as_dict() for change in conflicts]},
    )
