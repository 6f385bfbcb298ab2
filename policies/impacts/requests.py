"""Asking what a change would make of stored incidents, and taking the question back."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from governance import canonical
from governance.errors import Conflict, Invalid
from governance.ledger import ledger
from governance.ledger.ledger import Actor
from policies import releases, selectors
from policies.documents import Document
from policies.impacts import slices
from policies.impacts.pair import Pair
from policies.models import Impact, PolicyVersion

Status = Impact.Status
DAYS: Final = 90
MOST_DAYS: Final = 3660
#: So few incidents are looked at before the request is answered.
AT_ONCE: Final = 2_000
_BUDGET_AT_ONCE: Final = timedelta(seconds=4)


def request(
    versions: Sequence[PolicyVersion],
    *,
    days: int = DAYS,
    by: Actor,
    at: datetime,
    effective_from: datetime | None = None,
) -> Impact:
    """The impact of putting these drafts or versions in review in force together, from
    `effective_from`: by default the day that their author asked for, else now.

    Asked again on the same day for the same texts, it gives the same row. Raises Conflict for a
    version that is approved already, PolicyProblems when the release cannot be compiled.
    """
    approved = [str(each) for each in versions if each.status == PolicyVersion.Status.APPROVED]
    if approved or not versions:
        raise Conflict(f"Name drafts or versions in review; approved: {', '.join(approved)}.")
    return _asked(
        [releases.document(each) for each in versions],
        versions=sorted(each.id for each in versions),
        days=days,
        effective_from=effective_from or _asked_day(versions),
        by=by,
        at=at,
    )


def request_documents(
    documents: Iterable[Document],
    *,
    days: int = DAYS,
    by: Actor,
    at: datetime,
    effective_from: datetime | None = None,
) -> Impact:
    """The same for texts that are no versions here yet. Those in force already are no change."""
    begin = max(effective_from or at, at)
    held = {(identity, digest) for _, identity, digest in releases.members_at(begin)}
    changed = [
        each
        for each in documents
        if each.kind not in releases.NOT_MEMBERS and (each.identity, each.digest) not in held
    ]
    return _asked(changed, versions=[], days=days, effective_from=begin, by=by, at=at)


def cancel(impact: Impact, *, by: Actor, at: datetime) -> Impact:
    """Stop the work; what was found so far stays. Raises Conflict when it is over already."""
    with transaction.atomic():
        waiting = Impact.objects.filter(id=impact.id, status__in=[Status.WAITING, Status.RUNNING])
        if not waiting.update(status=Status.CANCELLED, finished_at=at, lease_until=None, files=[]):
            raise Conflict("This is over already; there is nothing to cancel.")
        event = ledger.Event("policy.impact_cancelled", "policy_impact", impact.id)
        ledger.append(event, by=by, at=at)
    return Impact.objects.get(id=impact.id)


def _asked(
    documents: Sequence[Document],
    *,
    versions: Sequence[UUID],
    days: int,
    effective_from: datetime | None,
    by: Actor,
    at: datetime,
) -> Impact:
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(f"`days` is from 1 to {MOST_DAYS}.")
    _refuse_twice(documents)
    begin = max(effective_from or at, at)
    pair = Pair.planned(documents, at=begin)
    row = Impact(
        versions=list(versions),
        digests={each.identity: each.digest for each in documents},
        files=[list(file) for file in pair.files],
        before_members=list(pair.members),
        kept_members=list(pair.kept),
        before_digest=pair.before.digest,
        after_digest=pair.after.digest,
        effective_at=begin,
        days=days,
        since=at - timedelta(days=days),
        until=at,
        requested_by=str(by),
        requested_at=at,
    )
    row.key = _key(row)
    return _found(row) or _made(row, by=by, at=at)


def _found(row: Impact) -> Impact | None:
    """The same question of today, as far as it came."""
    usable = Impact.objects.exclude(status__in=[Status.FAILED, Status.CANCELLED])
    return usable.filter(key=row.key).first()


def _made(row: Impact, *, by: Actor, at: datetime) -> Impact:
    row.total = slices.count(row)
    at_once = row.total <= AT_ONCE
    if at_once:
        slices.take(row, at=at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            ledger.append(_event(row), by=by, at=at)
    except IntegrityError:  # somebody asked the same at the same time
        if (same := _found(row)) is None:
            raise
        return same
    if at_once:
        slices.advance(row, budget=_BUDGET_AT_ONCE)
    return Impact.objects.get(id=row.id)


def _event(row: Impact) -> ledger.Event:
    after = {
        "changed": sorted(row.digests),
        "before_digest": row.before_digest,
        "after_digest": row.after_digest,
        "effective_at": row.effective_at,
        "days": row.days,
    }
    return ledger.Event("policy.impact_requested", "policy_impact", row.id, after=after)


def _asked_day(versions: Sequence[PolicyVersion]) -> datetime | None:
    asked = [found.effective_from for each in versions if (found := selectors.submission(each))]
    return max((day for day in asked if day is not None), default=None)


def _key(row: Impact) -> str:
    """Equal when the answer would be, but for incidents of the same day."""
    days = [instant.astimezone(UTC).date() for instant in (row.requested_at, row.effective_at)]
    said = [row.digests, row.before_digest, row.after_digest, row.days, *map(str, days)]
    return canonical.digest(canonical.text([*said, *map(str, row.versions)]))


def _refuse_twice(documents: Iterable[Document]) -> None:
    counted = Counter(f"{each.kind}/{each.metadata.name}" for each in documents)
    if twice := [name for name, count in counted.items() if count > 1]:
        raise Conflict(f"Two versions of {', '.join(twice)} cannot hold at once; name one.")
