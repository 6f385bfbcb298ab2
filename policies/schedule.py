"""The line of one policy's versions in time: no two at once, no hole that nobody meant.

Every change of dates goes through here, inside the caller's transaction, which holds the one lock
of the schedule: two changes that are each sound could otherwise break the release together.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from typing import Final

from django.db import connection
from django.db.models import QuerySet

from governance.errors import Conflict
from policies import candidates
from policies.errors import Gap, Overlap
from policies.models import PolicyVersion

_LOCK: Final = 0x6279_6C61_7701  # advisory, of this database


def lock() -> None:
    """Take the schedule's lock until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def line(version: PolicyVersion) -> QuerySet[PolicyVersion]:
    """The approved versions of one policy, in the order in which they hold."""
    return PolicyVersion.objects.filter(
        kind=version.kind, name=version.name, status=PolicyVersion.Status.APPROVED
    ).order_by("effective_from")


def room(version: PolicyVersion, begin: datetime) -> tuple[PolicyVersion | None, datetime | None]:
    """The version that one beginning at `begin` would end, and when the new one must end because
    another is scheduled. Raises Overlap, Conflict."""
    before = after = None
    for other in line(version):
        if other.effective_from == begin:
            raise Overlap(
                f"{other} comes into force at {_said(begin)} already. Unschedule it first, or "
                "choose another day."
            )
        if other.effective_from is not None and other.effective_from > begin:
            after = after or other
        elif other.effective_until is None or other.effective_until > begin:
            before = other
    if before is not None and before.retired_by:
        raise Conflict(
            f"{before} is to be retired at {_said(before.effective_until)}. Cancel that first, or "
            "let the new version begin then."
        )
    return before, after.effective_from if after else None


def end(version: PolicyVersion, until: datetime | None) -> None:
    """Give an approved version another end. Raises Conflict when it changed meanwhile."""
    changed = PolicyVersion.objects.filter(
        id=version.id,
        status=PolicyVersion.Status.APPROVED,
        effective_until=version.effective_until,
    ).update(effective_until=until)
    if not changed:
        raise Conflict(f"{version} was changed at the same time; look at it again.")


@contextmanager
def changing(versions: Iterable[PolicyVersion], *, since: datetime, at: datetime) -> Iterator[None]:
    """Around a change of dates from `since` on. Afterwards raises Gap when one of these policies
    has a hole ahead, PolicyProblems when the release would not work then or on a later day on which
    anything changes. The caller holds the lock."""
    before = {instant: candidates.findings(instant) for instant in [since, *changes_after(since)]}
    yield
    for version in versions:
        _refuse_gap(version, at)
    for instant in sorted({*before, *changes_after(since)}):
        known = max(each for each in before if each <= instant)
        candidates.refuse_worse(instant, before[known])


def changes_after(at: datetime) -> list[datetime]:
    """The instants after `at` at which some version begins or ends."""
    rows = PolicyVersion.objects.filter(status=PolicyVersion.Status.APPROVED)
    begins = rows.filter(effective_from__gt=at).values_list("effective_from", flat=True)
    ends = rows.filter(effective_until__gt=at).values_list("effective_until", flat=True)
    return sorted({instant for instant in (*begins, *ends) if instant is not None})


def _refuse_gap(version: PolicyVersion, at: datetime) -> None:
    for former, later in pairwise(line(version)):
        until, begin = former.effective_until, later.effective_from
        if until is None or begin is None or until <= at or until >= begin:
            continue
        raise Gap(
            f"Nothing of {former.kind}/{former.name} would be in force from {_said(until)} to "
            f"{_said(begin)}: {former} ends and {later} has not begun. Close the hole."
        )


def _said(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC" if instant else "no day"
