"""Taking a report in: stored before it is judged, kept when it is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from governance import bulk, english, ids
from governance.ledger import commitments, ledger
from incidents.errors import InProgress, KeyReused, WrongState
from incidents.models import Incident, Submission
from policies.release import Release
from policies.reports import Finding

#: A submission that still waits after this was left behind by a process that died.
LEFT_BEHIND_AFTER: Final = timedelta(seconds=60)
_SHA256: Final = "sha256:"


@dataclass(frozen=True)
class Sent:
    """A request's body as it came, and who sent it."""

    body: bytes
    content_type: str
    actor: ledger.Actor
    idempotency_key: str | None = None
    corrects: UUID | None = None


def store(sent: Sent, *, at: datetime) -> tuple[Submission, bool]:
    """Keep what was sent; (the submission, whether it is new).

    Commits on its own and before anything is judged. The commit does not wait for the disk: a
    process may die after it and the row stays; the judging transaction, which comes before any
    answer, waits and makes both durable. Raises KeyReused when the idempotency key came with
    another body before.
    """
    made = commitments.make(sent.body)
    submission = Submission(
        id=ids.new(),
        received_at=at,
        actor=str(sent.actor),
        content_type=sent.content_type[:120],
        body=sent.body,
        salt=made.salt,
        body_digest=_bare(made.text),
        idempotency_key=sent.idempotency_key,
        corrects_id=sent.corrects,
    )
    if not _stored(submission):
        return _earlier(sent), False
    bulk.mark([submission])
    return submission, True


def _stored(submission: Submission) -> bool:
    """INSERT it unless its key is there already, in one exchange with the server: what `set_config`
    sets holds for the transaction, which is this statement unless the caller has one open."""
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [getattr(submission, name) for name in _STORED])
        return bool(cursor.rowcount)


_STORED: Final = (
    "id",
    "received_at",
    "actor",
    "content_type",
    "body",
    "salt",
    "body_digest",
    "idempotency_key",
    "status",
    "problem_code",
    "attempts",
    "corrects_id",
)
_STORE: Final = f"""
INSERT INTO incidents_submission ({", ".join(_STORED)}, problems)
SELECT {", ".join(["%s"] * len(_STORED))}, '[]' FROM set_config('synchronous_commit', 'off', true)
ON CONFLICT DO NOTHING
"""  # noqa: S608 - names of our own columns


def claim(submission: Submission) -> None:
    """Take the submission for judging in this transaction. Raises InProgress if another has it."""
    held = (
        Submission.objects.select_for_update(skip_locked=True)
        .filter(id=submission.id, status=Submission.Status.RECEIVED)
        .values_list("id", flat=True)
    )
    if not held:
        raise InProgress("This submission is being judged by another process.")


def uncorrectable(submission: Submission) -> list[Finding]:
    """What keeps a correction from standing for what it corrects; empty if nothing does. Locks the
    original, so that of two corrections at once one is refused."""
    if submission.corrects_id is None:
        return []
    original = Submission.objects.select_for_update(no_key=True).get(id=submission.corrects_id)
    if original.status == Submission.Status.REJECTED:
        return []
    words = f"Submission {original.id} is {english.label(original, 'status')}."
    return [Finding("not-correctable", "", f"{words} Only a rejected one can be corrected, once.")]


def left_behind(*, at: datetime, limit: int) -> Sequence[Submission]:
    """Stored and never judged: what a process that died left. Not locked: `claim` decides who
    judges each, and a lock held here would make it refuse the one process that could."""
    ready = Q(retry_at__isnull=True) | Q(retry_at__lte=at)
    waiting = Submission.objects.filter(
        ready, status=Submission.Status.RECEIVED, received_at__lte=at - LEFT_BEHIND_AFTER
    )
    return list(waiting.order_by("received_at")[:limit])


def put_off(submission: Submission, *, at: datetime) -> None:
    """Judging failed by a fault of ours: try again later, less and less often."""
    wait = min(timedelta(seconds=2 ** min(submission.attempts + 4, 12)), timedelta(hours=1))
    Submission.objects.filter(id=submission.id).update(
        attempts=F("attempts") + 1, retry_at=at + wait
    )


def reject(
    submission: Submission,
    *,
    code: str,
    findings: Sequence[Finding],
    by: ledger.Actor,
    at: datetime,
) -> None:
    """Keep the submission with its problems. The ledger names codes and places, not contents."""
    _judge(
        submission,
        status=Submission.Status.REJECTED,
        problem_code=code,
        problems=[finding.as_dict() for finding in findings],
    )
    after = {
        "code": code,
        "problems": [{"code": each.code, "pointer": each.pointer} for each in findings],
        "body": _commitment(submission),
    }
    event = ledger.Event("submission.rejected", "submission", submission.id, after=after)
    ledger.append(event, by=by, at=at)


def open_incident(
    submission: Submission, report: dict[str, Any], release: Release, *, at: datetime
) -> Incident:
    """A new incident with a reference of its own; severity is given by classification."""
    incident = Incident(
        id=ids.new(),
        reference=f"INC-{at.year}-{_next_number():06d}",
        drill=bool(report.get("drill", False)),
        reported_at=at,
        reported_by=submission.actor,
    )
    describe(incident, report, release)
    return incident


DESCRIBED: Final = ("report", "title", "system", "system_name", "source")


def describe(incident: Incident, report: dict[str, Any], release: Release) -> None:
    """Put the facts of a report on the incident, in the fields that DESCRIBED names."""
    incident.report = report
    incident.title = report["incident"]["title"][:200]
    incident.system = report["system"]
    incident.system_name = str(release.register.systems[incident.system]["name"])[:250]
    incident.source = str(report.get("source", {}).get("name", ""))[:80]


def accept(submission: Submission, incident: Incident, *, by: ledger.Actor, at: datetime) -> None:
    """Tie the submission to its incident, and mark what it corrects as corrected."""
    bulk.copy([incident])
    _judge(submission, status=Submission.Status.ACCEPTED, incident=incident)
    events = [
        ledger.Event(
            "incident.reported",
            "incident",
            incident.id,
            incident.id,
            after={
                "reference": incident.reference,
                "system": incident.system,
                "submission": submission.id,
                "body": _commitment(submission),
            },
        )
    ]
    if submission.corrects_id is not None:
        events.append(_correct(submission.corrects_id, submission, incident))
    ledger.append_all(events, by=by, at=at)


def correlate(
    submission: Submission, incident: Incident, *, by: ledger.Actor, at: datetime
) -> None:
    """Tie the submission to an incident that is open already, and mark what it corrects as
    corrected. The caller writes the entry of its own."""
    _judge(submission, status=Submission.Status.CORRELATED, incident=incident)
    if submission.corrects_id is not None:
        ledger.append(_correct(submission.corrects_id, submission, incident), by=by, at=at)


def give_back(submission: Submission) -> Submission:
    """It was tied to an incident by mistake, and waits to be judged by itself."""
    tied = Submission.objects.filter(id=submission.id, status=Submission.Status.CORRELATED)
    if not tied.update(status=Submission.Status.RECEIVED, incident=None):
        raise WrongState("This submission is tied to no incident.")
    submission.refresh_from_db(fields=["status", "incident"])
    return submission


def _correct(original: UUID, correction: Submission, incident: Incident) -> ledger.Event:
    changed = Submission.objects.filter(id=original, status=Submission.Status.REJECTED).update(
        status=Submission.Status.CORRECTED, incident=incident
    )
    if not changed:
        raise WrongState("Only a rejected submission can be corrected, and only once.")
    return ledger.Event(
        "submission.corrected",
        "submission",
        original,
        incident.id,
        before={"status": "rejected"},
        after={"status": "corrected", "correction": correction.id},
    )


def _judge(submission: Submission, **fields: Any) -> None:
    waiting = Submission.objects.filter(id=submission.id, status=Submission.Status.RECEIVED)
    if not waiting.update(**fields):
        raise InProgress("This submission was judged by another process meanwhile.")
    for name, value in fields.items():
        setattr(submission, name, value)


def _earlier(sent: Sent) -> Submission:
    """What came under the same key; of a body that was erased, nobody can say any more whether it
    was the same."""
    earlier = Submission.objects.select_related("incident").get(
        actor=str(sent.actor), idempotency_key=sent.idempotency_key
    )
    if not earlier.erased and _other(earlier, sent.body):
        raise KeyReused(
            "This Idempotency-Key was used for another body. Use a new key for a new report; "
            "send the very same body to retry.",
            extra={"submission": str(earlier.id)},
        )
    return earlier


def _other(earlier: Submission, body: bytes) -> bool:
    return _bare(commitments.of(earlier.salt, body)) != earlier.body_digest


def _commitment(submission: Submission) -> str:
    return f"{_SHA256}{submission.body_digest}"


def _bare(commitment: str) -> str:
    return commitment.removeprefix(_SHA256)


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('incidents_reference')")
        (number,) = cursor.fetchone()
    return int(number)
