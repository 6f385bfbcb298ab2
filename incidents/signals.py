"""Repeated signals: those of one trouble are counted on the incident that it has already."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max, Min, Sum

from governance import ids
from governance.access import reach
from governance.access.rules import ANY, Access
from governance.api.parsing import loads
from governance.ledger import ledger
from incidents import links, locks
from incidents.errors import WrongState
from incidents.models import Incident, Signal, Submission
from incidents.stages import intake
from policies import reports
from policies.release import Release

#: Of what differs, so much is named.
MOST_NAMED: Final = 50
_LONGEST: Final = 250
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


@dataclass(frozen=True)
class Observed:
    """What a sender says of the signal itself, besides the facts of the incident."""

    fingerprint: str
    count: int
    at: datetime


@dataclass(frozen=True)
class Tally:
    """`count` is how often the trouble was seen, in so many `reports`."""

    count: int
    reports: int
    first: datetime
    last: datetime


def taken_from(report: dict[str, Any], release: Release, *, at: datetime) -> Observed | None:
    """Take the signal out of a checked report, where it has one: it is no fact of an incident."""
    if "signal" not in report or not release.takes_signals:
        return None
    said = report.pop("signal")
    fingerprint = hashlib.sha256(said["fingerprint"].encode()).hexdigest()
    seen = reports.instant_of(said.get("observed_at")) or at
    return Observed(fingerprint, said.get("count", 1), seen)


def last(observed: Observed, report: Mapping[str, Any]) -> Incident | None:
    """The latest incident of this system with this fingerprint, or the one it was merged into,
    open or not. Others with the same fingerprint wait here until the transaction ends, so that of
    several first signals at once one opens an incident."""
    drill = bool(report.get("drill", False))
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"{report['system']} {observed.fingerprint} {drill}"])
    same = Incident.objects.filter(
        system=report["system"], fingerprint=observed.fingerprint, drill=drill
    )
    found = same.order_by("-id").first()
    while found is not None and found.merged_into is not None:
        found = found.merged_into
    return found


def join(
    submission: Submission,
    observed: Observed,
    report: Mapping[str, Any],
    incident: Incident,
    *,
    by: ledger.Actor,
    at: datetime,
) -> Signal | None:
    """Tie the submission to an incident, whose facts stay as they are; it is held from here on.
    None where it is closed."""
    incident = locks.hold(incident.id)
    if incident.state == Incident.State.CLOSED:
        return None
    intake.correlate(submission, incident, by=by, at=at)
    different = differing(report, incident.report)
    signal = _make(submission, observed, incident, differs=different, at=at)
    event = ledger.Event(
        "signal.correlated",
        "submission",
        submission.id,
        incident.id,
        after={
            "signal": signal.id,
            "count": signal.count,
            "observed_at": signal.observed_at,
            "differs": signal.differs,
            "split": False,
            "body": f"sha256:{submission.body_digest}",
        },
    )
    ledger.append(event, by=by, at=at)
    return signal


def begin(submission: Submission, observed: Observed, incident: Incident, *, at: datetime) -> None:
    """The submission has opened the incident: it is its first signal. The caller has set the
    fingerprint; the entry is the report's."""
    _make(submission, observed, incident, opened=True, at=at)


def recur(incident: Incident, former: Incident, *, by: ledger.Actor, at: datetime) -> None:
    """The trouble of a closed incident is back in a new one."""
    because = "Its signal has the same fingerprint."
    links.record(incident, former, links.Kind.RECURRENCE, because=because, by=by, at=at)


def split(signal: Signal, *, reason: str, by: ledger.Actor, at: datetime) -> Submission:
    """Take a signal off its incident, and give its submission back to be judged by itself. Raises
    WrongState for the one that opened the incident, or that was split off already. To be called
    with the incident held."""
    if signal.opened:
        raise WrongState("This signal opened the incident; void the incident if it is none.")
    standing = Signal.objects.filter(id=signal.id, split_at__isnull=True)
    if not standing.update(split_at=at, split_by=str(by)):
        raise WrongState("This signal was split off already.")
    event = ledger.Event(
        "signal.split",
        "submission",
        signal.submission_id,
        signal.incident_id,
        before={"signal": signal.id, "incident": signal.incident_id},
        after={"signal": signal.id, "incident": None, "split": True},
        reason=reason,
    )
    ledger.append(event, by=by, at=at)
    return intake.give_back(signal.submission)


def tally(incident: Incident) -> Tally | None:
    """How often the trouble was seen; None where no signal was counted."""
    found = incident.signals.filter(split_at__isnull=True).aggregate(
        sum=Sum("count"), reports=Count("id"), first=Min("observed_at"), last=Max("observed_at")
    )
    if not found["reports"]:
        return None
    return Tally(found["sum"], found["reports"], found["first"], found["last"])


def report_of(submission: Submission) -> Any:
    """What it says, as it was sent. Raises WrongState once that was erased."""
    if submission.erased:
        raise WrongState("The report of this signal was erased, so nothing can be opened of it.")
    return reports.known_facts(loads(bytes(submission.body)))


def of(submission: Submission) -> Signal | None:
    """How a submission that opened no incident is tied to one."""
    if submission.status != Submission.Status.CORRELATED:
        return None
    standing = submission.signals.filter(split_at__isnull=True)
    return standing.select_related("incident").first()


def one(id_: UUID, access: Access = ANY) -> Signal:
    """For whoever has `access`. Raises NotFound, OutOfReach."""
    found = Signal.objects.select_related("incident", "submission").filter(id=id_).first()
    return reach.one(found, access, f"There is no signal {id_}.")


def differing(report: Mapping[str, Any], known: Mapping[str, Any]) -> Sequence[str]:
    """Pointers of what `report` states and `known` has otherwise, or not at all; what `report` does
    not mention differs from nothing."""
    found = sorted(_differing(report, known, ""))
    return [pointer[:_LONGEST] for pointer in found[:MOST_NAMED]]


def _differing(stated: Any, known: Any, pointer: str) -> Iterator[str]:
    if isinstance(stated, Mapping) and isinstance(known, Mapping):
        for name, value in stated.items():
            step = name.replace("~", "~0").replace("/", "~1")
            yield from _differing(value, known.get(name), f"{pointer}/{step}")
    elif stated != known:
        yield pointer


def _make(
    submission: Submission,
    observed: Observed,
    incident: Incident,
    *,
    opened: bool = False,
    differs: Sequence[str] = (),
    at: datetime,
) -> Signal:
    return Signal.objects.create(
        id=ids.new(),
        incident=incident,
        submission=submission,
        opened=opened,
        observed_at=observed.at,
        count=observed.count,
        differs=list(differs),
        received_at=at,
    )
