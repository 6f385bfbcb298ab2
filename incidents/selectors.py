"""Reading incidents, for every screen and answer."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, TypeVar
from uuid import UUID

from django.db.models import Case, Count, DateTimeField, F, Model, Q, QuerySet, Value, When

from governance.access import reach, reads
from governance.access.rules import ANY, EVERYTHING, Access, Reach
from governance.accounts.models import User
from governance.errors import NotFound
from governance.ledger.models import Entry
from governance.outbox.models import Message
from incidents.clocks import OVER, STARTED
from incidents.holds import Hold
from incidents.models import (
    Attachment,
    Clock,
    Decision,
    Dispensation,
    Duty,
    Incident,
    Moment,
    Notice,
    Reassessment,
    ReassessmentRun,
    SeverityOverride,
    Submission,
    Timer,
)
from policies import releases
from policies.release import Release

_Row = TypeVar("_Row", bound=Model)


def incident(reference: str, access: Access = ANY) -> Incident:
    """By reference (`INC-2026-000123`) or key, for whoever has `access`. Raises NotFound for what
    is not there or may not be seen, and OutOfReach."""
    try:
        key = {"id": UUID(reference)}
    except ValueError:
        key = {"reference": reference.upper()}  # type: ignore[dict-item]
    found = None if "\0" in reference else Incident.objects.filter(**key).first()
    return reach.one(found, access, f"There is no incident {reference[:40]!r}.")


def latest_decision(incident: Incident) -> Decision:
    return incident.decisions.order_by("-id")[0]


def release_of(incident: Incident) -> Release:
    """The release that the incident is pinned to: the one of its last decision."""
    return releases.pinned(latest_decision(incident).release_id)


def severity_of(decision: Decision) -> dict[str, Any]:
    """The severity part of a decision as it was recorded: level, rules, reasons."""
    found: dict[str, Any] = json.loads(decision.text)["severity"]
    return found


def duties(incident: Incident) -> QuerySet[Duty]:
    return incident.duties.prefetch_related("clocks").order_by("shadow", "id")


def in_order(clocks: Iterable[Clock]) -> list[Clock]:
    """The clocks of a duty as its policy orders their stages, those of one stage as they came."""
    return sorted(clocks, key=lambda clock: (clock.position, clock.occurrence, clock.id))


def duty(id_: UUID, access: Access = ANY) -> Duty:
    """Raises NotFound, as do the others that read one row by its key."""
    return _one(Duty.objects.select_related("incident", "decision"), id_, access)


def clock(id_: UUID, access: Access = ANY) -> Clock:
    return _one(Clock.objects.select_related("incident", "duty__decision"), id_, access)


def moment(id_: UUID, access: Access = ANY) -> Moment:
    return _one(Moment.objects.select_related("incident"), id_, access)


def dispensation(id_: UUID, access: Access = ANY) -> Dispensation:
    return _one(dispensations(), id_, access)


def dispensations() -> QuerySet[Dispensation]:
    return Dispensation.objects.select_related("incident", "duty", "clock")


def severity_override(id_: UUID, access: Access = ANY) -> SeverityOverride:
    return _one(severity_overrides(), id_, access)


def severity_overrides() -> QuerySet[SeverityOverride]:
    return SeverityOverride.objects.select_related("incident")


def override_in_force(incident: Incident) -> SeverityOverride | None:
    """What a person says of its severity, where that holds beside what the policies compute."""
    held = SeverityOverride.State.IN_FORCE
    return severity_overrides().filter(incident=incident, state=held).first()


def holds(incident: Incident) -> Mapping[UUID, Sequence[Hold]]:
    """Clock → the delays and pauses that are or were in force for it."""
    found: dict[UUID, list[Hold]] = {}
    rows = incident.dispensations.filter(
        kind__in=[Dispensation.Kind.DELAY, Dispensation.Kind.PAUSE],
        state__in=[Dispensation.State.APPROVED, Dispensation.State.ENDED],
    )
    for row in rows.order_by("id"):
        end = row.ended_at or row.ends_at
        if row.clock_id is not None and end is not None:
            kind: Literal["delay", "pause"] = "pause" if row.kind == "pause" else "delay"
            found.setdefault(row.clock_id, []).append(Hold(kind, row.since, end))
    return found


def timeline(incident: Incident) -> QuerySet[Entry]:
    """Everything that the audit trail says happened to the incident, oldest first; of repeated
    signals it tells that they came in counts, not in a line each."""
    found = Entry.objects.filter(incident_id=incident.id).exclude(verb="signal.correlated")
    return reads.without(found).order_by("id")


def board() -> QuerySet[Clock]:
    """Every clock with what the deadline board shows, the most urgent first: running ones by their
    conservative due time, then those that stand still, those that wait, the longest wait first, and
    those that are over."""
    return (
        Clock.objects.select_related("duty", "incident")
        .defer("incident__report")
        .annotate(
            urgency=Case(
                When(state=Clock.State.RUNNING, shadow=False, then=Value(0)),
                When(state=Clock.State.PAUSED, shadow=False, then=Value(1)),
                When(state=Clock.State.NOT_STARTED, shadow=False, then=Value(2)),
                When(state__in=STARTED, then=Value(3)),
                When(state=Clock.State.NOT_STARTED, then=Value(4)),
                default=Value(5),
            ),
            next_due=Case(
                When(state__in=STARTED, then=F("conservative_due")),
                output_field=DateTimeField(),
            ),
            waits_since=Case(
                When(state=Clock.State.NOT_STARTED, then=F("waiting_since")),
                output_field=DateTimeField(),
            ),
        )
        .order_by(
            "urgency",
            F("next_due").asc(nulls_last=True),
            F("waits_since").asc(nulls_last=True),
            "id",
        )
    )


BY_DUE: Final = (F("conservative_due").asc(nulls_last=True), "id")


def board_parts(clocks: QuerySet[Clock]) -> Sequence[QuerySet[Clock]]:
    """Clocks in the order of the board, as parts that each have an index for it."""
    binding, shadow = clocks.filter(shadow=False), clocks.filter(shadow=True)
    by_due = BY_DUE
    by_wait = (F("waiting_since").asc(nulls_last=True), "id")
    return (
        binding.filter(state=Clock.State.RUNNING).order_by(*by_due),
        binding.filter(state=Clock.State.PAUSED).order_by(*by_due),
        binding.filter(state=Clock.State.NOT_STARTED).order_by(*by_wait),
        shadow.filter(state__in=STARTED).order_by(*by_due),
        shadow.filter(state=Clock.State.NOT_STARTED).order_by(*by_wait),
        clocks.filter(state__in=OVER).order_by("id"),
    )


def schedule() -> QuerySet[Timer]:
    """Everything that time sets in motion, or did, with what it is about; the latest due first."""
    about = ("incident", "duty", "clock", "dispensation__duty", "dispensation__clock")
    found = Timer.objects.select_related(*about).defer("incident__report")
    return found.order_by("-due_at", "-id")


def timer(id_: UUID, access: Access = ANY) -> Timer:
    return _one(schedule(), id_, access)


def messages_of(timer: Timer) -> QuerySet[Message]:
    """What the timer owes to whom."""
    of = Message.objects.filter(incident_id=timer.incident_id, occasion=f"timer:{timer.id}")
    return of.order_by("id")


def held_of(timer: Timer) -> Timer | None:
    """The timer of what is held back of its message while it is quiet, or was."""
    return Timer.objects.filter(key=f"held:timer:{timer.id}").first()


def notice(id_: UUID, access: Access = ANY) -> Notice:
    """With all that a page or an answer shows of it."""
    return _one(notices(), id_, access)


def notices() -> QuerySet[Notice]:
    return Notice.objects.select_related("incident", "clock__duty__decision", "message")


def notices_to_approve(person: User) -> QuerySet[Notice]:
    """Those in review that this person may judge: holds the role, and wrote none of it."""
    mine = Q(approval_role="") | Q(approval_role__in=person.roles)
    waiting = Notice.objects.filter(mine, state=Notice.State.IN_REVIEW)
    return waiting.exclude(editors__contains=[f"user:{person.id}"])


def attachments(incident: Incident) -> QuerySet[Attachment]:
    """Without their bytes, oldest first."""
    found = incident.attachments.select_related("incident", "content").defer("content__data")
    return found.order_by("id")


def attachment(id_: UUID, access: Access = ANY) -> Attachment:
    return _one(Attachment.objects.select_related("content", "incident"), id_, access)


def enclosable(notice: Notice, wanted: Sequence[UUID]) -> list[Attachment]:
    """Files of the notice's incident, in the order in which they are wanted. Raises NotFound."""
    rows = Attachment.objects.filter(incident=notice.incident_id, id__in=wanted)
    known = {row.id: row for row in rows.select_related("content").defer("content__data")}
    if unknown := [each for each in wanted if each not in known]:
        raise NotFound(f"{notice.incident.reference} has no attachment {unknown[0]}.")
    return [known[each] for each in dict.fromkeys(wanted)]


def to_reassess(*, at: datetime) -> QuerySet[Reassessment]:
    """The reassessments to try now: those not tried yet, and failed ones whose wait is over."""
    ready = Q(retry_at__isnull=True) | Q(retry_at__lte=at)
    return Reassessment.objects.filter(ready, state__in=Reassessment.WAITING)


def reassessed(run: ReassessmentRun) -> dict[str, int]:
    """State → how many incidents of the run stand so; every state is there."""
    return reassessed_by([run])[run.id]


def reassessed_by(runs: Collection[ReassessmentRun]) -> Mapping[UUID, dict[str, int]]:
    """The same by run, in one statement."""
    found = {run.id: dict.fromkeys(Reassessment.State.values, 0) for run in runs}
    rows = Reassessment.objects.filter(run__in=runs).order_by().values_list("run", "state")
    for run, state, count in rows.annotate(count=Count("id")):
        found[run][state] = count
    return found


def statistics(within: Reach = EVERYTHING) -> Mapping[str, Any]:
    """Counts of everything that is reached, for a sender that wants to be sure that nothing is
    lost."""
    sent = reach.within(Submission.objects.order_by(), within)
    opened = reach.within(Incident.objects.order_by(), within)
    submissions = sent.values_list("status").annotate(count=Count("id"))
    severities = opened.values_list("severity").annotate(count=Count("id"))
    by_severity = dict(severities)
    return {
        "submissions": {**dict.fromkeys(Submission.Status.values, 0), **dict(submissions)},
        "incidents": sum(by_severity.values()),
        "severities": by_severity,
    }


def _one(rows: QuerySet[_Row], id_: UUID, access: Access) -> _Row:
    found = rows.filter(id=id_).first()
    return reach.one(found, access, f"There is no {rows.model._meta.model_name} {id_}.")
