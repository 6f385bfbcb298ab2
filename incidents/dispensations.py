"""Asking for a delay, pause or waiver, deciding on it and ending it. Each function is one
transaction; every door comes through here, as through `flow`."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from governance.accounts import people
from governance.ledger import ledger
from incidents import (
    decisions,
    differences,
    duties,
    locks,
    previews,
    requests,
    selectors,
    separation,
)
from incidents.models import Clock, Dispensation, Duty, Incident
from incidents.previews import Effect
from incidents.requests import REVIEW_WITHIN, Asked
from incidents.stages import calling, dispensations, reviews, waivers
from policies.release import Release

#: Who decides in a preview: a person, as the database wants it, and never who asked.
_ANOTHER: Final = "user:another"


def request_for_clock(
    clock: Clock, asked: Asked, *, by: ledger.Actor, at: datetime
) -> Dispensation:
    """Ask for a delay or a pause of one deadline. Nothing changes until another person approves."""
    with transaction.atomic():
        incident = locks.changeable(clock.incident)
        held = Clock.objects.select_related("duty__decision").get(id=clock.id)
        return _request(incident, held.duty, held, asked, by=by, at=at)


def request_waiver(duty: Duty, asked: Asked, *, by: ledger.Actor, at: datetime) -> Dispensation:
    """Ask that a duty, which applies, need not be performed."""
    with transaction.atomic():
        incident = locks.changeable(duty.incident)
        return _request(incident, Duty.objects.get(id=duty.id), None, asked, by=by, at=at)


def approve(
    dispensation: Dispensation, *, note: str, by: ledger.Actor, at: datetime
) -> Dispensation:
    """Put it in force: dues move, the clock stands still, or the duty is waived. One that it
    extends ends at this instant. Raises NotAllowed for the requester, WrongState, Invalid."""
    with transaction.atomic():
        row, incident, release = _held(dispensation)
        person = separation.approver(by, system=incident.system)
        _approve(row, incident, release, person=person, note=note, by=by, at=at)
    return row


def preview(dispensation: Dispensation, *, at: datetime) -> Effect:
    """What approving a request, or ending what is in force, would do; nothing of it stays. Raises
    what keeps everybody from it: WrongState, Invalid."""
    with previews.taken_back():
        row, incident, release = _held(dispensation)
        last, before = selectors.latest_decision(incident), differences.picture(incident)
        nobody = previews.NOBODY
        if row.state == Dispensation.State.REQUESTED:
            _approve(row, incident, release, person=_ANOTHER, note="", by=nobody, at=at)
        else:
            _end(
                row,
                incident,
                release,
                ended_at=at,
                person=_ANOTHER,
                because="",
                by=nobody,
                at=at,
            )
        changes = differences.between(before, differences.picture(incident))
        return Effect(last, selectors.latest_decision(incident), changes)


def refuse(
    dispensation: Dispensation, *, note: str, by: ledger.Actor, at: datetime
) -> Dispensation:
    with transaction.atomic():
        row, incident, release = _held(dispensation)
        person = separation.approver(by, system=incident.system)
        dispensations.refuse(row, person=person, note=note, by=by, at=at)
        calling.tell([reviews.decided(row)], release=release, by=by, at=at)
    return row


def withdraw(
    dispensation: Dispensation, *, note: str, by: ledger.Actor, at: datetime
) -> Dispensation:
    """Take back a request; only who made it can."""
    with transaction.atomic():
        row, _, _ = _held(dispensation)
        person = people.behind(by)
        dispensations.withdraw(row, person=person, note=note, by=by, at=at)
    return row


def end(
    dispensation: Dispensation, *, because: str, by: ledger.Actor, at: datetime
) -> Dispensation:
    """End what is in force, before its time: dues move earlier, the clock runs on, or the duty is
    owed again. That is the strict side, so one person is enough."""
    with transaction.atomic():
        row, incident, release = _held(dispensation)
        person = people.behind(by)
        _end(row, incident, release, ended_at=at, person=person, because=because, by=by, at=at)
    return row


def end_due(id_: UUID, *, by: ledger.Actor, at: datetime) -> None:
    """What came to its enforced end is over since then, whenever this runs. Without effect on one
    that somebody has ended meanwhile."""
    with transaction.atomic():
        incident_id = Dispensation.objects.values_list("incident_id", flat=True).get(id=id_)
        incident = locks.hold(incident_id)
        row = _row(id_)
        if row.state != Dispensation.State.APPROVED or row.ends_at is None or row.ends_at > at:
            return
        because = "Its end has come."
        if row.until is None:
            because = f"Nobody answered its review within {REVIEW_WITHIN.days} days."
        _end(
            row,
            incident,
            selectors.release_of(incident),
            ended_at=row.ends_at,
            person=str(by),
            because=because,
            by=by,
            at=at,
        )


def _request(
    incident: Incident,
    duty: Duty,
    clock: Clock | None,
    asked: Asked,
    *,
    by: ledger.Actor,
    at: datetime,
) -> Dispensation:
    person, release = people.behind(by), selectors.release_of(incident)
    if clock is not None and asked.kind == Dispensation.Kind.DELAY:
        stages, _ = duties.stages(duty, release)
        requests.refuse_undated(clock, stages)
    row = dispensations.request(duty, clock, asked, person=person, by=by, at=at)
    calling.tell([reviews.requested(row)], release=release, by=by, at=at)
    return row


def _approve(
    row: Dispensation,
    incident: Incident,
    release: Release,
    *,
    person: str,
    note: str,
    by: ledger.Actor,
    at: datetime,
) -> None:
    before = {"state": row.state, **dispensations.subject(row)}
    kind = Dispensation.Kind(row.kind)
    former = dispensations.in_force(row.duty, row.clock, kind)
    if former is not None and former.id != row.id:
        because = "Another was approved in its place."
        dispensations.end(former, because=because, ended_by=person, at=at)
    dispensations.approve(row, person=person, note=note, at=at)
    because = f"{kind.value.capitalize()} approved: {row.ground}"
    if kind == Dispensation.Kind.WAIVER:
        waivers.waive(row.duty, because=because, by=by, at=at)
    else:
        decisions.recount(incident, release, because=because, by=by, at=at)
    _record("approved", row, before, note, release, by=by, at=at)
    if former is not None and former.id != row.id:
        was = {**before, "state": Dispensation.State.APPROVED}
        entry = dispensations.event("ended", former, was, because=former.ended_because)
        ledger.append(entry, by=by, at=at)


def _end(
    row: Dispensation,
    incident: Incident,
    release: Release,
    *,
    ended_at: datetime,
    person: str,
    because: str,
    by: ledger.Actor,
    at: datetime,
) -> None:
    before = {"state": row.state, **dispensations.subject(row)}
    dispensations.end(row, because=because, ended_by=person, at=ended_at)
    said = f"The {row.kind} ended."
    if row.kind == Dispensation.Kind.WAIVER:
        waivers.lift(row.duty, because=said, by=by, at=at)
        decisions.again(incident, release, because=said, by=by, at=at)
    else:
        decisions.recount(incident, release, because=said, by=by, at=at)
    _record("ended", row, before, because, release, by=by, at=at)


def _record(
    verb: str,
    row: Dispensation,
    before: dict[str, object],
    why: str,
    release: Release,
    *,
    by: ledger.Actor,
    at: datetime,
) -> None:
    """The entry, with the clock or duty as it then is, and the call that says so."""
    row.about.refresh_from_db()
    ledger.append(dispensations.event(verb, row, before, why), by=by, at=at)
    calling.tell([reviews.decided(row)], release=release, by=by, at=at)


def _held(dispensation: Dispensation) -> tuple[Dispensation, Incident, Release]:
    incident = locks.changeable(dispensation.incident)
    return _row(dispensation.id), incident, selectors.release_of(incident)


def _row(id_: UUID) -> Dispensation:
    return Dispensation.objects.select_related("incident", "duty", "clock__duty").get(id=id_)
