"""What a report would get: decided and counted as a real one is, and not kept.

No row of an incident is written, no lock taken and no reference number used. What stays is that
somebody asked, with a commitment to what was sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from governance import ids
from governance.errors import Invalid, NotFound
from governance.ledger import commitments, ledger
from incidents import facts, ladders, signals
from incidents.errors import Rejected
from incidents.models import Incident
from incidents.stages import classification, intake, obligations
from incidents.timetable import Changes
from policies import candidates, ladder, releases, reports
from policies.documents.escalation_matrix import Response
from policies.errors import NoRelease, PolicyProblems
from policies.evaluation import Decision
from policies.ladder import Rung
from policies.models import PolicyVersion
from policies.models import Release as ReleaseRow
from policies.release import Release


@dataclass(frozen=True)
class Wanted:
    """By which policies: a release by its digest, the one in force at `at`, or that one with drafts
    in the place of the same policies."""

    at: datetime
    release: str = ""
    drafts: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Foreseen:
    """`changes` are the duties and clocks as they would be stored; `asked` commits to what was
    sent, and `salt` opens it."""

    incident: Incident
    release: Release
    decision: Decision
    changes: Changes
    response: Response
    first: Rung | None
    asked: str
    salt: str


def foresee(
    body: bytes, parsed: Any, wanted: Wanted, *, by: ledger.Actor, at: datetime
) -> Foreseen:
    """Decide on a report that is not made. Raises Rejected with every error, of which nothing is
    kept; NotFound for a release or draft that there is not; Invalid where the drafts do not work
    together with what is in force, or nothing is in force then."""
    release = _release(wanted)
    report = reports.known_facts(parsed)
    if findings := reports.check(report, release, at=wanted.at):
        raise _refusal(findings)
    signals.taken_from(report, release, at=at)
    made = _decided(report, release, at=wanted.at, made=commitments.make(body))
    with transaction.atomic():
        ledger.append(_event(made, wanted), by=by, at=at)
    return made


def _decided(
    report: dict[str, Any], release: Release, *, at: datetime, made: commitments.Commitment
) -> Foreseen:
    incident = Incident(id=ids.new(), reported_at=at, drill=bool(report.get("drill", False)))
    intake.describe(incident, report, release)
    known, starts = facts.of_report(report, release), facts.moments_of(report)
    decided, row = classification.classify(incident, release, facts=known, because="", at=at)
    response = ladders.response(incident, release, at)
    return Foreseen(
        incident,
        release,
        decided,
        obligations.begin(
            incident, decided, row, release=release, facts=known, starts=starts, at=at
        ),
        response,
        ladder.first(response, at),
        made.text,
        made.salt,
    )


def _release(wanted: Wanted) -> Release:
    if wanted.drafts:
        return _with_drafts(wanted.drafts, at=wanted.at)
    if wanted.release and not ReleaseRow.objects.filter(digest=wanted.release).exists():
        found = _in_force(wanted.at)
        if found.digest != wanted.release:
            raise NotFound(f"There is no release {wanted.release[:64]!r} that was ever used.")
        return found
    return releases.pinned(wanted.release) if wanted.release else _in_force(wanted.at)


def _in_force(at: datetime) -> Release:
    if not (members := releases.members_at(at)):
        raise Invalid(f"No policy is in force at {at:%Y-%m-%d %H:%M} UTC; ask for another time.")
    return releases.usable(members)


def _with_drafts(drafts: Sequence[UUID], *, at: datetime) -> Release:
    rows = PolicyVersion.objects.in_bulk(drafts)
    if missing := [str(id_) for id_ in drafts if id_ not in rows]:
        raise NotFound(f"There is no version {', '.join(missing)}.")
    try:
        return candidates.release(at, [releases.document(rows[id_]) for id_ in drafts])
    except (PolicyProblems, NoRelease) as error:
        raise Invalid(f"The drafts and what is in force do not work together: {error}") from error


def _refusal(findings: Sequence[reports.Finding]) -> Rejected:
    count = len(findings)
    errors = "1 error" if count == 1 else f"{count} errors"
    error = Rejected(
        f"The report has {errors}. Nothing of it is kept.",
        extra={"errors": [each.as_dict() for each in findings]},
    )
    error.code = reports.code_of(findings)
    return error


def _event(made: Foreseen, wanted: Wanted) -> ledger.Event:
    """That somebody asked, and nothing of what."""
    after = {"body": made.asked, "at": wanted.at, "drafts": [str(each) for each in wanted.drafts]}
    return ledger.Event("decision.asked", "release", made.release.digest, after=after)
