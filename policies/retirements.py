"""Ending a policy without a successor: it relaxes the rules, so it takes two people.

    ask(version, until=, comment=, by=, at=)   → PolicyVersion   an officer asks; nothing ends yet
    agree(version, by=, at=, comment=)         → PolicyVersion   another, who may approve, ends it
    cancel(version, comment=, by=, at=)        → PolicyVersion   takes it back, until the day

Errors as in `approvals`.
"""

from datetime import datetime

from django.db import transaction

from governance.accounts import people
from governance.errors import Conflict, Invalid, NotAllowed
from governance.ledger.ledger import Actor
from policies import acts, schedule, separation
from policies.acts import Act, Said, Status
from policies.models import PolicyVersion


def ask(
    version: PolicyVersion, *, until: datetime | None, comment: str, by: Actor, at: datetime
) -> PolicyVersion:
    """Ask that an approved version end at `until` (None: as soon as it is agreed), saying why.
    Raises Conflict when it ends already, PolicyProblems or Gap when the rest would not hold."""
    wanted = until or at
    with transaction.atomic():
        schedule.lock()
        rows = acts.held([version], Status.APPROVED)
        row = rows[0]
        if row.retire_at is not None:
            raise Conflict(f"Somebody asked already that {row} be retired. Agree or cancel that.")
        before_the_end = transaction.savepoint()
        _end(row, wanted, at)
        transaction.savepoint_rollback(before_the_end)
        person = people.behind(by)
        PolicyVersion.objects.filter(id=row.id).update(retire_at=wanted, retire_asked_by=person)
        said = Said(_words(comment), effective_until=wanted)
        return acts.record(rows, Act.RETIREMENT_ASKED, said, by=by, at=at)[0].version


def agree(version: PolicyVersion, *, by: Actor, at: datetime, comment: str = "") -> PolicyVersion:
    """A second person ends it at the instant asked for, or now when that has passed. Raises
    NotAllowed for the person who asked."""
    with transaction.atomic():
        schedule.lock()
        rows = acts.held([version], Status.APPROVED)
        row, person = rows[0], separation.approver(by)
        if row.retire_at is None or row.retired_by:
            raise Conflict(f"Nobody asks for {row} to be retired.")
        if person == row.retire_asked_by:
            raise NotAllowed(f"You asked for {row} to be retired. Somebody else must agree.")
        until = max(row.retire_at, at)
        _end(row, until, at)
        PolicyVersion.objects.filter(id=row.id).update(retired_by=person, retire_at=until)
        said = Said(comment.strip(), effective_until=until)
        return acts.record(rows, Act.RETIRED, said, by=by, at=at)[0].version


def cancel(version: PolicyVersion, *, comment: str, by: Actor, at: datetime) -> PolicyVersion:
    """Take back a retirement that was asked for, or one that was agreed and has not come. The
    person who asked may drop the question; anything else takes a person who may approve."""
    with transaction.atomic():
        schedule.lock()
        rows = acts.held([version], Status.APPROVED)
        row = rows[0]
        if row.retire_at is None or (row.retired_by and row.retire_at <= at):
            raise Conflict(f"There is no retirement of {row} ahead.")
        if row.retired_by or people.behind(by) != row.retire_asked_by:
            separation.approver(by)
        said = Said(_words(comment), effective_until=row.retire_at)
        ends = None if row.retired_by else row.effective_until
        with schedule.changing(rows, since=max(row.retire_at, at), at=at):
            PolicyVersion.objects.filter(id=row.id).update(
                retire_at=None,
                retire_asked_by="",
                retired_by="",
                effective_until=_until_next(row, ends),
            )
        return acts.record(rows, Act.RETIREMENT_CANCELLED, said, by=by, at=at)[0].version


def _end(row: PolicyVersion, until: datetime, at: datetime) -> None:
    if until < at:
        raise Invalid("A policy cannot end in the past: what was decided then stands.")
    if row.effective_until is not None:
        raise Conflict(f"{row} ends at {row.effective_until:%Y-%m-%d %H:%M} UTC already.")
    if row.effective_from is None or row.effective_from >= until:
        raise Conflict(f"{row} has not begun then. Unschedule it instead.")
    with schedule.changing([row], since=until, at=at):
        schedule.end(row, until)


def _until_next(row: PolicyVersion, ends: datetime | None) -> datetime | None:
    """A version goes on for good, or until the one that was scheduled to follow it."""
    follower = schedule.line(row).filter(effective_from__gt=row.effective_from).first()
    return follower.effective_from if follower is not None else ends


def _words(comment: str) -> str:
    if not comment.strip():
        raise Invalid("Say why.")
    return comment.strip()
