"""From draft to force, by two people at least. The functions behind every door:

    drafts.create(text, origin=, by=, at=)                     → PolicyVersion   (see drafts)
    drafts.edit(version, text, by=, at=, seen=)                → PolicyVersion
    drafts.discard(version, by=, at=, reason=)
    approvals.submit(versions, by=, at=, effective_from=, comment=)              → [PolicyVersion]
    approvals.withdraw(version, by=, at=, comment=)                              → PolicyVersion
    approvals.comment(version, text, by=, at=)                                   → PolicyVersion
    approvals.reject(version, by=, at=, comment=)                                → PolicyVersion
    approvals.approve(versions, by=, at=, effective_from=, reassess=, comment=, impact=, seen=)
                                                                                 → [PolicyVersion]
    approvals.unschedule(version, by=, at=, comment=)                            → PolicyVersion
    retirements.ask / agree / cancel                                             (see retirements)

Each is one transaction with a `PolicyReview` row and a ledger entry for each version, and returns
the rows as they became. Whoever wrote, edited or submitted a text is one of its `authors` and may
neither approve nor reject it; the person behind an API key counts, and superusers are no exception.
Errors: Conflict (the version's state forbids it), NotAllowed (another person must), PolicyProblems
(lint or tests; `problems` lists them), Gap and Overlap (dates), Invalid (a day in the past).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.accounts import people
from governance.errors import Conflict, Invalid
from governance.ledger.ledger import Actor
from policies import acts, candidates, schedule, selectors, separation
from policies.acts import Act, Said, Status
from policies.models import PolicyReview, PolicyVersion

Reassess = PolicyReview.Reassess


def submit(
    versions: Sequence[PolicyVersion],
    *,
    by: Actor,
    at: datetime,
    effective_from: datetime | None = None,
    comment: str = "",
) -> list[PolicyVersion]:
    """Put drafts in review as one change set: they are linted and tested together, in the release
    of the day that the author asks for (None: as soon as approved). From now on their texts are
    fixed. Who submits counts as an author. Raises PolicyProblems, Conflict, Invalid."""
    begin = _ahead(effective_from, at)
    with transaction.atomic():
        rows = acts.held(versions, Status.DRAFT)
        candidates.check(begin, {str(row): row.text for row in rows})
        person = people.behind(by)
        for row in rows:
            authors = list(dict.fromkeys([*row.authors, person]))
            acts.move(row, Status.IN_REVIEW, revision=row.revision + 1, authors=authors)
        said = Said(comment, effective_from=effective_from)
        return _recorded(rows, Act.SUBMITTED, said, by=by, at=at)


def withdraw(
    version: PolicyVersion, *, by: Actor, at: datetime, comment: str = ""
) -> PolicyVersion:
    """An author takes a text back to change it; what was submitted stays on record."""
    with transaction.atomic():
        rows = acts.held([version], Status.IN_REVIEW)
        if people.behind(by) not in rows[0].authors:
            raise Conflict(f"Only an author withdraws {rows[0]}; an approver rejects it.")
        acts.move(rows[0], Status.DRAFT)
        return _recorded(rows, Act.WITHDRAWN, Said(comment), by=by, at=at)[0]


def comment(version: PolicyVersion, text: str, *, by: Actor, at: datetime) -> PolicyVersion:
    """Say something about a text that was submitted or holds; kept for good, like the rest."""
    with transaction.atomic():
        rows = acts.held([version], *Status)
        if rows[0].status == Status.DRAFT and not rows[0].revision:
            raise Conflict(f"{rows[0]} was not submitted yet: there is no fixed text to discuss.")
        said = Said(_words(text, "Say something."))
        return _recorded(rows, Act.COMMENTED, said, by=by, at=at)[0]


def reject(version: PolicyVersion, *, by: Actor, at: datetime, comment: str) -> PolicyVersion:
    """A second person sends a text back to its authors, saying what should change."""
    said = Said(_words(comment, "Say what should change."))
    with transaction.atomic():
        rows = acts.held([version], Status.IN_REVIEW)
        separation.refuse_authors(rows, separation.approver(by))
        acts.move(rows[0], Status.DRAFT)
        return _recorded(rows, Act.REJECTED, said, by=by, at=at)[0]


def approve(
    versions: Sequence[PolicyVersion],
    *,
    by: Actor,
    at: datetime,
    effective_from: datetime | None = None,
    reassess: str = Reassess.NONE,
    comment: str = "",
    impact: Mapping[str, object] | None = None,
    seen: Mapping[UUID, str] | None = None,
) -> list[PolicyVersion]:
    """A second person puts texts in force from `effective_from`, ending the versions they replace
    at that instant. None means the day that the authors asked for, or now when they asked for none
    or it has passed; `at` means now whatever they asked for.

    `seen` gives, by version id, the `text_digest` of the text that the approver read: another text
    is a Conflict. `reassess` is recorded and given to whoever reassesses; `impact` is the summary
    that was shown. The release must work at that instant and on every later day on which something
    changes. Takes the schedule's lock.
    """
    if reassess not in Reassess.values:
        raise Invalid(f"`reassess` is one of {', '.join(Reassess.values)}.")
    with transaction.atomic():
        schedule.lock()
        rows = acts.held(versions, Status.IN_REVIEW)
        person = separation.approver(by)
        separation.refuse_authors(rows, person)
        _refuse_other_text(rows, seen or {})
        begin = _asked(rows, at) if effective_from is None else _ahead(effective_from, at)
        with schedule.changing(rows, since=begin, at=at):
            for row in rows:
                _place(row, begin, person=person, at=at)
        said = Said(comment, effective_from=begin, reassess=reassess, impact=impact)
        return _recorded(rows, Act.APPROVED, said, by=by, at=at)


def unschedule(version: PolicyVersion, *, by: Actor, at: datetime, comment: str) -> PolicyVersion:
    """Take back an approval before its day: the version is in review again, and the one that it was
    to replace goes on. Needs a person who may approve. Raises Conflict once it has begun."""
    said = Said(_words(comment, "Say why."))
    with transaction.atomic():
        schedule.lock()
        rows = acts.held([version], Status.APPROVED)
        row, begin = rows[0], rows[0].effective_from
        separation.approver(by)
        if begin is None or begin <= at:
            raise Conflict(
                f"{row} is in force already. Approve a newer version, or have it retired."
            )
        with schedule.changing(rows, since=begin, at=at):
            _take_back(row, begin)
        return _recorded(rows, Act.UNSCHEDULED, said, by=by, at=at)[0]


def _place(row: PolicyVersion, begin: datetime, *, person: str, at: datetime) -> None:
    former, until = schedule.room(row, begin)
    if former is not None:
        schedule.end(former, begin)
    acts.move(
        row,
        Status.APPROVED,
        approved_by=person,
        approved_at=at,
        effective_from=begin,
        effective_until=until,
    )


def _take_back(row: PolicyVersion, begin: datetime) -> None:
    acts.move(
        row,
        Status.IN_REVIEW,
        approved_by="",
        approved_at=None,
        effective_from=None,
        effective_until=None,
        retire_at=None,
        retire_asked_by="",
        retired_by="",
    )
    former = schedule.line(row).filter(effective_until=begin, retired_by="").first()
    if former is not None:
        schedule.end(former, row.effective_until)


def _recorded(
    rows: Sequence[PolicyVersion], act: Act, said: Said, *, by: Actor, at: datetime
) -> list[PolicyVersion]:
    return [review.version for review in acts.record(rows, act, said, by=by, at=at)]


def _ahead(effective_from: datetime | None, at: datetime) -> datetime:
    if effective_from is None:
        return at
    if effective_from < at:
        raise Invalid(
            "A policy cannot come into force in the past: what was decided then stands. Choose a "
            "day from now on."
        )
    return effective_from


def _asked(rows: Sequence[PolicyVersion], at: datetime) -> datetime:
    asked = {max(selectors.asked_from(row) or at, at) for row in rows}
    if len(asked) > 1:
        days = " and ".join(f"{day:%Y-%m-%d %H:%M} UTC" for day in sorted(asked))
        raise Invalid(f"Their authors ask for different days, {days}: say from when they hold.")
    return asked.pop()


def _refuse_other_text(rows: Sequence[PolicyVersion], seen: Mapping[UUID, str]) -> None:
    for row in rows:
        if seen.get(row.id, row.text_digest) != row.text_digest:
            raise Conflict(f"The text of {row} changed since you read it. Read it again.")


def _words(text: str, otherwise: str) -> str:
    if not text.strip():
        raise Invalid(otherwise)
    return text.strip()
