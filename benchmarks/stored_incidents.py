"""A database full of incidents: rows of the real tables, written in bulk instead of one by one.

Each incident has its moments, its decision with the facts that it saw, and a duty with a fulfilled
first stage for each duty that applies. What a simulation does not read stays out: the record of a
decision (100,000 of them would take two gigabytes), timers, messages and the audit trail.
"""

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Model

from benchmarks.cases import AT, Cases
from governance import canonical, ids
from incidents import facts
from incidents.models import Clock, Decision, Duty, Incident, Moment, MomentChoice
from policies import evaluation, models
from policies.evaluation import DutyDecision
from policies.release import Release

_BATCH: Final = 2_000
_CLOSED_EVERY: Final = 4  # one in four is still open
_REFERENCE_YEAR: Final = 2026


def fill(release: Release, count: int, *, told: Callable[[int], None]) -> None:
    """Write `count` incidents as this release decides on them; `told` hears how many there are."""
    models.Release.objects.bulk_create(
        [models.Release(digest=release.digest, members=[], first_used_at=AT)], ignore_conflicts=True
    )
    drawn = enumerate(Cases(release).reports(count), 1)
    done = 0
    while batch := list(itertools.islice(drawn, _BATCH)):
        _store([_rows(number, report, release) for number, report in batch])
        done += len(batch)
        told(done)


def _store(listed: list[list[Any]]) -> None:
    rows = list(itertools.chain.from_iterable(listed))
    with transaction.atomic():
        for model in (Incident, Moment, MomentChoice, Decision, Duty, Clock):
            _copy(model, [row for row in rows if isinstance(row, model)])


def _copy(model: type[Model], rows: list[Any]) -> None:
    """COPY, which takes a tenth of the time of an INSERT."""
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{each.column}"' for each in fields)
    with connection.cursor() as cursor:
        into = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
        with cursor.copy(into) as copy:
            for row in rows:
                copy.write_row(
                    [
                        each.get_db_prep_save(getattr(row, each.attname), connection)
                        for each in fields
                    ]
                )


def _rows(number: int, report: dict[str, Any], release: Release) -> list[Any]:
    known = facts.of_report(report, release)
    decided = evaluation.decide(release, known, at=AT)
    stated = facts.moments_of(report)
    reported_at = max(stated.values(), default=AT)
    closed_at = None if number % _CLOSED_EVERY == 0 else AT
    incident = Incident(
        id=ids.new(),
        reference=f"INC-{_REFERENCE_YEAR}-{number:06}",
        title=report["incident"]["title"][:200],
        system=report["system"],
        system_name=known["system"]["name"],
        report=report,
        state=Incident.State.CLOSED if closed_at else Incident.State.OPEN,
        severity=decided.severity.level,
        severity_rank=release.severity.rank(decided.severity.level),
        source=report["source"]["name"],
        reported_at=reported_at,
        reported_by="api_key:benchmark",
        closed_at=closed_at,
    )
    decision = Decision(
        id=ids.new(),
        incident=incident,
        at=reported_at,
        release_id=release.digest,
        facts=decided.facts_text,
        severity=decided.severity.level,
        text="",
        digest=canonical.digest(""),
        because="Reported.",
    )
    moments = [_moment(incident, name, at, reported_at) for name, at in stated.items()]
    choices = [_choice(moment) for moment in moments]
    owed = [each for each in decided.of("applies") if not each.superseded_by]
    return [incident, decision, *moments, *choices, *_duties(incident, decision, owed, reported_at)]


def _moment(incident: Incident, name: str, at: datetime, recorded_at: datetime) -> Moment:
    return Moment(
        id=ids.new(),
        incident=incident,
        name=name,
        at=at,
        recorded_at=recorded_at,
        recorded_by=incident.reported_by,
    )


def _choice(moment: Moment) -> MomentChoice:
    return MomentChoice(
        id=ids.new(),
        incident=moment.incident,
        name=moment.name,
        number=1,
        moment=moment,
        chosen_by=moment.recorded_by,
        chosen_at=moment.recorded_at,
    )


def _duties(
    incident: Incident, decision: Decision, owed: list[DutyDecision], at: datetime
) -> Iterator[Any]:
    for each in owed:
        duty = Duty(
            id=ids.new(),
            incident=incident,
            decision=decision,
            policy=each.policy,
            policy_name=each.subject.name,
            policy_digest=each.policy_digest,
            regime=each.regime,
            duty=each.duty.id,
            title=each.duty.title,
            citation=each.duty.citation,
            recipient=each.duty.recipient,
            owner=each.duty.owner,
            state=Duty.State.OPEN,
            opened_at=at,
        )
        yield duty
        stage = each.duty.stages[0]
        yield Clock(
            id=ids.new(),
            incident=incident,
            duty=duty,
            stage=stage.id,
            position=0,
            title=stage.title,
            citation=stage.citation,
            recipient=stage.recipient,
            content=[],
            state=Clock.State.FULFILLED,
            fulfilled_at=at + timedelta(hours=2),
            fulfilled_by=incident.reported_by,
        )
