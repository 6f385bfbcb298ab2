"""The same report at once, the same fulfilment at once, two sweeps at once, two couriers at once:
with rows that are committed, in a database of its own."""

from collections import Counter
from datetime import datetime, timedelta
from threading import Barrier

from rest_framework.test import APIClient

from governance import clock
from governance.ledger.ledger import Actor
from governance.ledger.models import Entry
from governance.outbox import outbox
from governance.outbox.models import Message
from incidents import dispensations, firing, sweep, undelivered
from incidents.errors import WrongState
from incidents.models import (
    Clock,
    Decision,
    Dispensation,
    Incident,
    Reassessment,
    Submission,
    Timer,
)
from incidents.stages import runs
from policies import versions
from policies.models import PolicyVersion
from tests import factory, schedules
from tests.committed import at_once, once
from tests.incidents import reassessing

AT_ONCE = 4


def reports(database: str, count: int) -> None:
    """Incidents of the shipped example organisation, with clocks that were over long ago."""
    aware = {"moments": {"aware": "2026-01-05T09:00:00Z"}}
    facts = {**factory.report(**aware), "system": "support-assistant", "harms": ["death"]}
    facts["personal_data"] = {"breach": True, "risk": "high"}

    def submit() -> None:
        for _ in range(count):
            factory.submit(facts, at=clock.now())

    once(database, submit)


def test_a_report_that_is_retried_at_once_opens_one_incident(database: str) -> None:
    plain = once(database, factory.key)
    facts = {**factory.report(), "system": "support-assistant"}

    def send() -> int:
        caller = APIClient()
        caller.credentials(HTTP_AUTHORIZATION=f"Bearer {plain}")
        answer = factory.post(caller, "incidents", facts, **{"Idempotency-Key": "k"})
        return int(answer.status_code)

    statuses = Counter(at_once(database, *[send] * AT_ONCE))
    assert set(statuses) <= {201, 409}
    assert once(database, send) == 201
    assert once(database, Incident.objects.count) == 1
    assert once(database, Submission.objects.count) == 1


def recurring() -> Clock:
    """The first of the reports that come again, in an incident of the shipped organisation."""
    now = clock.now()
    text = schedules.text("model", ("impact.reversible: false", "impact.people_affected: 7"))
    versions.install([(factory.document(text), "files:test")], at=now)
    moments = {"aware": factory.iso(now - timedelta(hours=1))}
    facts = factory.report(moments=moments, impact={"people_affected": 7})
    incident = factory.submit({**facts, "system": "support-assistant"}, at=clock.now())
    factory.fulfil(schedules.clock(incident, "initial"), now)
    return schedules.clock(incident, "intermediate")


def test_a_fulfilment_that_is_sent_twice_at_once_opens_one_next_occurrence(database: str) -> None:
    first = once(database, recurring)

    def fulfil() -> str:
        mine = Clock.objects.select_related("duty__decision", "incident").get(id=first.id)
        together.wait(timeout=60)  # each has read the clock as running
        try:
            factory.fulfil(mine, clock.now())
        except WrongState as error:
            return error.message
        return "fulfilled"

    together = Barrier(AT_ONCE)
    outcomes = Counter(at_once(database, *[fulfil] * AT_ONCE))
    assert outcomes == {"fulfilled": 1, "This stage is fulfilled already.": AT_ONCE - 1}
    states = once(database, lambda: schedules.states(first.incident, "intermediate"))
    assert states == ["fulfilled", "running"]


def asked() -> tuple[Dispensation, list[Actor]]:
    """A pause that somebody asks for, and those who may approve it."""
    now = clock.now()
    moments = {"aware": factory.iso(now)}
    facts = {**factory.report(moments=moments), "system": "support-assistant"}
    incident = factory.submit({**facts, "harms": ["death"]}, at=now)
    running = incident.clocks.filter(state="running", legal_due__isnull=False).first()
    assert running is not None
    row = factory.ask(running, "pause", at=now, until=now + timedelta(hours=1))
    counsels = [factory.person(f"counsel-{n}", "legal-counsel") for n in range(AT_ONCE)]
    return row, counsels


def test_of_several_who_approve_at_once_one_does(database: str) -> None:
    row, counsels = once(database, asked)
    together = Barrier(AT_ONCE)

    def approve(who: Actor) -> str:
        mine = Dispensation.objects.select_related("incident").get(id=row.id)
        together.wait(timeout=60)  # each has read it as a request
        try:
            return dispensations.approve(mine, note="", by=who, at=clock.now()).state
        except WrongState as error:
            return error.message

    outcomes = Counter(at_once(database, *[lambda w=who: approve(w) for who in counsels]))
    assert outcomes == {"approved": 1, "This pause is in force already.": AT_ONCE - 1}


def test_two_sweeps_end_a_pause_once(database: str) -> None:
    row, counsels = once(database, asked)
    once(
        database,
        lambda: dispensations.approve(row, note="", by=counsels[0], at=clock.now()),
    )
    late = once(database, clock.now) + timedelta(hours=2)
    at_once(database, *[lambda: sweep.end_dispensations(at=late)] * 2)
    ended = Entry.objects.filter(verb="dispensation.ended", object_id=row.id)
    assert once(database, ended.count) == 1
    states = once(database, lambda: list(Dispensation.objects.values_list("state", "attempts")))
    assert states == [("ended", 0)]


def test_two_sweeps_act_on_each_timer_once(database: str) -> None:
    reports(database, 5)
    late = once(database, clock.now) + timedelta(hours=1)
    found = Timer.objects.filter(due_at__lte=late).values_list("id", flat=True)
    due = once(database, lambda: list(found))
    counts = at_once(database, *[lambda: firing.fire_due(by=sweep.SWEEP, at=late)] * 2)
    assert sum(counts) == len(due) > 0
    still = Timer.objects.filter(id__in=due, state="pending")
    assert once(database, still.count) == 0


def test_many_sweeps_tell_of_each_undeliverable_message_once(database: str) -> None:
    reports(database, 5)
    now = once(database, clock.now)
    dead = once(database, lambda: Message.objects.update(state="dead", last_error="550"))
    counts = at_once(database, *[lambda: undelivered.tell(by=sweep.SWEEP, at=now)] * AT_ONCE)
    once(database, lambda: undelivered.tell(by=sweep.SWEEP, at=now))
    entries = Entry.objects.filter(verb="message.escalated")
    assert sum(counts) == once(database, entries.count) == dead > 0


def test_two_sweeps_judge_what_was_left_behind_once(database: str) -> None:
    facts = {**factory.report(), "system": "support-assistant"}
    long_ago = once(database, clock.now) - timedelta(hours=1)
    once(database, lambda: [factory.left(facts, at=long_ago) for _ in range(5)])
    now = once(database, clock.now)
    at_once(database, *[lambda: sweep.recover(at=now)] * 2)
    statuses = once(database, lambda: list(Submission.objects.values_list("status", flat=True)))
    assert statuses == ["accepted"] * 5
    assert once(database, Incident.objects.count) == 5


def reassessable(database: str) -> datetime:
    """Incidents that a version concerns which has just come into force; when to look at them."""
    reports(database, 5)

    def approve() -> datetime:
        now = clock.now()
        severity = PolicyVersion.objects.get(kind="SeverityPolicy", effective_until=None)
        newer = severity.text.replace(f"version: {severity.version}", "version: 99.0.0")
        reassessing.approve(newer, at=now)
        sweep.reassess(at=now)
        return now + runs.SETTLE

    found: datetime = once(database, approve)
    return found


def test_two_sweeps_reassess_each_incident_once(database: str) -> None:
    due = reassessable(database)
    at_once(database, *[lambda: sweep.reassess(at=due)] * 2)
    once(database, lambda: sweep.reassess(at=due))  # neither may have seen the other finish
    states = once(database, lambda: list(Reassessment.objects.values_list("state", flat=True)))
    assert states == ["done"] * 5
    assert once(database, Decision.objects.count) == 2 * 5


def test_two_couriers_claim_different_messages(database: str) -> None:
    reports(database, 5)
    now = once(database, clock.now)
    owed = once(database, Message.objects.count)
    claimed = at_once(database, *[lambda: outbox.claim(at=now, limit=owed)] * 2)
    ids = [message.id for batch in claimed for message in batch]
    assert len(ids) == len(set(ids)) == owed > 0
