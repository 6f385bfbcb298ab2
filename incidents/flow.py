"""What a request sets in motion, in order. Every door (REST, admin, command line) comes through
here; each function is one transaction, and each stage writes its ledger entry in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import structlog
from django.db import transaction

from governance.accounts import people
from governance.errors import Conflict, Invalid
from governance.ledger import ledger
from incidents import (
    decisions,
    drawing,
    duties,
    ending,
    facts,
    ladders,
    locks,
    previews,
    selectors,
    signals,
    wholes,
)
from incidents.errors import Rejected, WrongState
from incidents.models import Clock, Incident, Reassessment, Signal, Submission
from incidents.previews import Effect
from incidents.stages import (
    calling,
    calling_off,
    classification,
    confirmations,
    dispensations,
    escalation,
    filing,
    fulfilling,
    handing,
    intake,
    lifecycle,
    moments,
    obligations,
    reassessment,
    snoozing,
)
from incidents.wholes import Whole
from policies import releases, reports
from policies.merge_patch import merge
from policies.release import Release


@dataclass(frozen=True)
class Reported:
    """What became of a report. `outcome` is `repeated` when the same one had come before, and
    `correlated` when it was counted on an incident that is open already: then `signal` says how it
    differs. `whole` is all that was made of a new one, as it was stored."""

    submission: Submission
    outcome: Literal["accepted", "repeated", "correlated"]
    incident: Incident
    whole: Whole | None = None
    signal: Signal | None = None


def report(sent: intake.Sent, parsed: Any, *, at: datetime) -> Reported:
    """Take in a report: keep it, check it, decide on it, open its duties and tell people.

    Raises Rejected (kept, with every error), KeyReused, InProgress; NoRelease leaves it kept and
    waiting, and the sweep judges it once policies are in force.
    """
    submission, new = intake.store(sent, at=at)
    if not new and submission.status != Submission.Status.RECEIVED:
        return _repeated(submission)
    # Without a key nobody else can know of it before it counts as left behind; should this process
    # be halted for so long, whoever judges second finds it judged.
    alone = new and sent.idempotency_key is None
    return judge(submission, parsed, claimed=alone, by=sent.actor, at=at)


def refuse(sent: intake.Sent, *, code: str, detail: str, at: datetime) -> Submission:
    """Keep a body that could not even be read, with the reason."""
    submission, new = intake.store(sent, at=at)
    if new:
        refuse_stored(submission, code=code, detail=detail, by=sent.actor, at=at)
    return submission


def refuse_stored(
    submission: Submission, *, code: str, detail: str, by: ledger.Actor, at: datetime
) -> None:
    """Reject a stored body as a whole: it could not be read as a report."""
    finding = reports.Finding(code, "", detail)
    with transaction.atomic():
        intake.reject(submission, code=code, findings=[finding], by=by, at=at)


def judge(
    submission: Submission, parsed: Any, *, claimed: bool = False, by: ledger.Actor, at: datetime
) -> Reported:
    """Check a stored submission and, if it holds, open its incident.

    1. Take the submission, so that no other process judges it too, unless it is `claimed`.
    2. Check it against the release in force; reject it with every finding.
    3. Tie a signal to the open incident that has its fingerprint; else intake, classification,
       moments, obligations, escalation, calling; one transaction.
    """
    findings: tuple[reports.Finding, ...]
    signal: Signal | None = None
    with transaction.atomic():
        if not claimed:
            intake.claim(submission)
        members = releases.members_at(at)
        release = releases.usable(members)
        report = reports.known_facts(parsed)
        findings = (*intake.uncorrectable(submission), *reports.check(report, release, at=at))
        if findings:
            intake.reject(
                submission, code=reports.code_of(findings), findings=findings, by=by, at=at
            )
        else:
            observed = signals.taken_from(report, release, at=at)
            former = signals.last(observed, report) if observed is not None else None
            if observed is not None and former is not None:
                signal = signals.join(submission, observed, report, former, by=by, at=at)
            if signal is None:
                releases.pin(release, members, at=at)
                whole = _open(submission, report, release, observed=observed, by=by, at=at)
                if former is not None:
                    signals.recur(whole.incident, former, by=by, at=at)
    if findings:
        raise rejection(submission)
    if signal is not None:
        return Reported(submission, "correlated", signal.incident, signal=signal)
    return Reported(submission, "accepted", whole.incident, whole if former is None else None)


def split(signal: Signal, *, reason: str, by: ledger.Actor, at: datetime) -> Incident:
    """Take a signal off the incident that it was tied to wrongly: its report, as it was sent, opens
    an incident of its own under the release in force. Raises WrongState for the signal that opened
    the incident or one whose body was erased, and Rejected where the report does not fit any more;
    then nothing has changed."""
    with transaction.atomic():
        locks.changeable(signal.incident)
        submission = signals.split(signal, reason=reason, by=by, at=at)
        members = releases.members_at(at)
        release = releases.usable(members)
        report = signals.report_of(submission)
        if findings := reports.check(report, release, at=at):
            raise Rejected(
                "The report does not fit the policies in force any more; the signal stays.",
                extra={"errors": [finding.as_dict() for finding in findings]},
            )
        signals.taken_from(report, release, at=at)
        releases.pin(release, members, at=at)
        return _open(submission, report, release, observed=None, by=by, at=at).incident


def _open(
    submission: Submission,
    report: dict[str, Any],
    release: Release,
    *,
    observed: signals.Observed | None,
    by: ledger.Actor,
    at: datetime,
) -> Whole:
    incident = intake.open_incident(submission, report, release, at=at)
    structlog.contextvars.bind_contextvars(incident=incident.reference)
    known = facts.of_report(report, release)
    decided, decision = classification.classify(
        incident, release, facts=known, because="The incident was reported.", at=at
    )
    incident.lead = ladders.lead(incident, release, at)
    incident.fingerprint = observed.fingerprint if observed is not None else ""
    with ledger.together() as entries:
        intake.accept(submission, incident, by=by, at=at)
        if observed is not None:
            signals.begin(submission, observed, incident, at=at)
        classification.keep(decision, decided, before="", by=by, at=at)
        starts = facts.moments_of(report)
        stated = moments.state(incident, starts, basis="Stated in the report.", by=by, at=at)
        changes = obligations.begin(
            incident, decided, decision, release=release, facts=known, starts=starts, at=at
        )
        because = " ".join(decided.severity.because)
        told = [each for each in changes.duties if each.state in duties.ACTIVE]
        call = escalation.start(incident, told, changes, release=release, because=because, at=at)
        changes.store(fresh=True, by=by, at=at)
        escalation.hasten(calling.tell([call], release=release, by=by, at=at), at=at)
    return wholes.made(
        incident,
        decision,
        decided.severity,
        duties=changes.duties,
        candidates=stated,
        entries=entries,
    )


def amend(
    incident: Incident, changes: Mapping[str, Any], *, reason: str, by: ledger.Actor, at: datetime
) -> Incident:
    """Add or correct facts (a JSON merge patch, RFC 7396, on the report) and decide again under
    the release that the incident is pinned to. Raises Rejected with every error; then nothing has
    changed."""
    with transaction.atomic():
        incident = locks.changeable(incident)
        release = selectors.release_of(incident)
        before = incident.report
        report = reports.known_facts(merge(before, changes))
        _same_identity(before, report)
        if findings := reports.check(report, release, at=at):
            raise Rejected(
                "The facts do not fit the policies; nothing was changed.",
                extra={"errors": [finding.as_dict() for finding in findings]},
            )
        intake.describe(incident, report, release)
        # Only what this amendment says: a moment corrected since the report stays corrected.
        stated = facts.moments_of(report).items() - facts.moments_of(before).items()
        moments.record(
            incident, dict(sorted(stated)), basis=reason, source="Amendment", by=by, at=at
        )
        ledger.append(_amended(incident, before, report, reason), by=by, at=at)
        decisions.again(incident, release, because="Facts were amended.", by=by, at=at)
    return incident


def acknowledge(incident: Incident, *, by: ledger.Actor, at: datetime) -> Incident:
    """Take the incident on; escalation stops. Raises WrongState when somebody has already."""
    with transaction.atomic():
        incident = locks.changeable(incident)
        escalation.acknowledge(incident, by=by, person=people.behind(by), at=at)
    return incident


def snooze(
    incident: Incident, until: datetime, *, reason: str, by: ledger.Actor, at: datetime
) -> Incident:
    """Put the next step of the ladder off until then. Raises WrongState where there is none, and
    Invalid for a time that is too far, or past the next due time of a duty."""
    with transaction.atomic():
        incident = locks.changeable(incident)
        release = selectors.release_of(incident)
        snoozing.snooze(incident, until, reason=reason, release=release, by=by, at=at)
    return incident


def hand_over(
    incident: Incident, to: handing.Lead, *, reason: str, by: ledger.Actor, at: datetime
) -> Incident:
    """Give the incident to another lead, who is told and must acknowledge in time; else the ladder
    begins anew. Raises Invalid for a role or person that cannot take it."""
    with transaction.atomic():
        incident = locks.changeable(incident)
        release = selectors.release_of(incident)
        call = handing.hand_over(incident, to, reason=reason, release=release, by=by, at=at)
        escalation.hasten(calling.tell([call], release=release, by=by, at=at), at=at)
    return incident


def fulfil(
    clock: Clock, fulfilment: fulfilling.Fulfilment, *, by: ledger.Actor, at: datetime
) -> Clock:
    """Record that a stage of a duty was met; stages that count from its submission start, the next
    report of one that recurs is opened, and a duty that owes nothing more is fulfilled.

    What was sent outside of Bylaw needs no approval, for the law's deadline counts more than ours;
    where the policy wants one, it is marked and needs its reason."""
    with transaction.atomic():
        incident = locks.changeable(clock.incident)
        release = selectors.release_of(incident)
        if fulfilment.notice is None and drawing.demanded(clock, release):
            fulfilment = replace(fulfilment, unapproved=True)
        because = f"The stage {clock.stage!r} was submitted."
        person, sent_at = people.behind(by), fulfilment.submitted_at
        if dispensations.end_by_sending(clock, sent_at, person=person, by=by, at=at):
            decisions.recount(incident, release, because=because, by=by, at=at)
        fulfilling.fulfil(clock, fulfilment, by=by, at=at)
        filing.overtake(clock, by=by, at=at)
        decisions.recount(incident, release, because=because, by=by, at=at)
        dispensations.lapse(clock, by=by, at=at)
        clock.refresh_from_db()  # its duty has moved with it
    return clock


def change_state(
    incident: Incident, state: Incident.State, *, reason: str, by: ledger.Actor, at: datetime
) -> Incident:
    """Contain, resolve, reopen or close. Closing raises DutiesOpen while anything is owed; that
    decisions not to notify are unconfirmed does not hinder it, and its entry says how many."""
    with transaction.atomic():
        incident = locks.changeable(incident)
        if state == Incident.State.CLOSED:
            owed = calling_off.open_count(incident)
            unconfirmed = confirmations.unconfirmed(incident)
            lifecycle.close(
                incident,
                open_duties=owed,
                unconfirmed=unconfirmed,
                reason=reason,
                by=by,
                at=at,
            )
            calling_off.end(incident, by=by, at=at)
            ending.let_go(incident, by=by, at=at)
        else:
            lifecycle.change(incident, state, reason=reason, by=by, at=at)
    return incident


def reassess(id_: UUID, *, by: ledger.Actor, at: datetime) -> Reassessment | None:
    """Decide an open incident anew under the release in force, because versions came into force
    whose approver chose so. None when another process has this reassessment, or it is over.

    1. Take its row, then the incident; one that was closed meanwhile is left as it is.
    2. Pin the release in force and decide under it, with the facts as they are.
    3. Keep each changed duty before and after, and what the report's schema now finds wrong, for
       somebody to correct: a finding loses nothing.

    Raises NoRelease, and whatever goes wrong; then nothing has changed.
    """
    with transaction.atomic():
        row = reassessment.claim(id_, at=at)
        if row is None:
            return None
        incident = locks.hold(row.incident_id)
        if incident.state == Incident.State.CLOSED:
            reassessment.leave(row, by=by, at=at)
            return row
        because = reassessment.because(row)
        effect = decisions.catch_up(
            incident, because=because, told=decisions.NEW_POLICIES, by=by, at=at
        )
        reassessment.keep(row, effect, by=by, at=at)
    return row


def preview_reassessment(incident: Incident, *, at: datetime) -> Effect:
    """What deciding the incident anew under the release in force would change; nothing of it stays.
    Raises NoRelease."""
    with previews.taken_back():
        incident = locks.changeable(incident)
        words = "What if it were decided anew."
        return decisions.catch_up(incident, because=words, told=words, by=previews.NOBODY, at=at)


def reassess_by_hand(
    incident: Incident, *, shown: str, reason: str, by: ledger.Actor, at: datetime
) -> Reassessment:
    """Decide an open incident anew under the release in force because a person asks for it, who has
    seen what that changes: `shown` is the digest of a preview.

    Raises Conflict when it would do something else by now, or when the release in force has decided
    already; then nothing has changed.
    """
    with transaction.atomic():
        incident = locks.changeable(incident)
        row = reassessment.asked(incident, reason=reason, shown=shown, by=by)
        because = reassessment.because(row)
        effect = decisions.catch_up(incident, because=because, told=decisions.BY_HAND, by=by, at=at)
        if effect.before.release_id == effect.after.release_id:
            raise WrongState(f"{incident.reference} follows the policies in force already.")
        if effect.digest != shown:
            raise Conflict("What this would change is not what you were shown; look again.")
        reassessment.keep(row, effect, by=by, at=at)
    return row


def rejection(submission: Submission) -> Rejected:
    """The error that tells the sender everything about a rejected submission."""
    count = len(submission.problems)
    errors = "1 error" if count == 1 else f"{count} errors"
    error = Rejected(
        f"The report has {errors}. It is kept as submission {submission.id}; send a corrected "
        f"report to /api/v1/submissions/{submission.id}/correction.",
        extra={"errors": submission.problems, "submission": str(submission.id)},
    )
    error.code = submission.problem_code or error.code
    return error


def _repeated(submission: Submission) -> Reported:
    if submission.incident is None:
        raise rejection(submission)
    signal = signals.of(submission)
    return Reported(submission, "repeated", submission.incident, signal=signal)


def _same_identity(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    if "signal" in after:
        raise Invalid("A signal belongs to a report and is no fact of the incident; leave it out.")
    if before.get("drill", False) != after.get("drill", False):
        raise Invalid("A drill stays a drill, and a real incident stays real; report it anew.")


def _amended(
    incident: Incident, before: dict[str, Any], after: dict[str, Any], reason: str
) -> ledger.Event:
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return ledger.Event(
        "incident.amended",
        "incident",
        incident.id,
        incident.id,
        after={"changed": changed},
        reason=reason,
    )
