"""Requests for a delay or a pause: asked for, decided by another, on record."""

import json
from datetime import timedelta

import pytest

from governance.errors import Invalid, NotAllowed
from governance.ledger.models import Entry
from governance.outbox.models import Message
from incidents import dispensations, sweep
from incidents.errors import WrongState
from incidents.models import Clock, Incident, Timer
from tests import factory
from tests.factory import AT, HOUR, MINUTE, ask, deadline, finish, grant
from tests.incidents.dispensing.standing import now, standing
from tests.incidents.said import subjects

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize("kind", ["delay", "pause"])
def test_a_request_changes_nothing_until_it_is_approved(clock: Clock, kind: str) -> None:
    ask(clock, kind, until=AT + DAY)
    assert standing(clock, 9 * HOUR) == "overdue"
    assert now(clock).legal_due == AT + 8 * HOUR


def test_whoever_may_decide_hears_of_a_request_and_nobody_else(clock: Clock) -> None:
    Message.objects.all().delete()
    ask(clock, "delay")
    found = Message.objects.filter(subject__contains="To decide: delay of Notify the authority")
    assert factory.names(found.values_list("destination", flat=True)) == [
        "compliance@example.org",
        "legal@example.org",
    ]


def test_a_request_that_nobody_decides_is_brought_to_mind_every_day(clock: Clock) -> None:
    row = ask(clock, "pause", at=AT + HOUR, until=AT + 9 * DAY)
    subjects()
    sweep.run(at=AT + HOUR + 3 * HOUR + 30 * MINUTE)  # half of the seven hours that are left
    assert "To decide: pause of Notify the authority" in subjects()
    assert [timer.due_at for timer in row.timers.filter(state="pending")] == [
        AT + 4 * HOUR + 30 * MINUTE + DAY
    ]


def test_a_decided_request_says_no_more(clock: Clock) -> None:
    row = ask(clock, "delay")
    dispensations.refuse(row, note="No ground.", by=factory.approver(), at=AT + HOUR)
    assert list(row.timers.values_list("state", flat=True)) == ["cancelled"]
    assert now(clock).legal_due == AT + 8 * HOUR


@pytest.mark.parametrize("decide", [dispensations.approve, dispensations.refuse])
def test_nobody_decides_on_a_request_of_their_own(clock: Clock, decide: object) -> None:
    counsel = factory.approver()
    row = ask(clock, "delay", by=counsel)
    with pytest.raises(NotAllowed, match="yourself"):
        decide(row, note="", by=counsel, at=AT + HOUR)  # type: ignore[operator]


def test_nor_by_a_key_of_theirs(clock: Clock) -> None:
    counsel = factory.approver()
    row = ask(clock, "delay", by=factory.key_of(counsel))
    for who in (counsel, factory.key_of(counsel)):
        with pytest.raises(NotAllowed, match="yourself"):
            dispensations.approve(row, note="", by=who, at=AT + HOUR)


def test_a_superuser_without_the_role_approves_nothing(clock: Clock) -> None:
    root = factory.superuser("root", "administrator")
    with pytest.raises(NotAllowed, match="incidents:approve"):
        dispensations.approve(ask(clock, "delay"), note="", by=root, at=AT + HOUR)


def test_a_key_of_no_person_approves_nothing(clock: Clock) -> None:
    with pytest.raises(NotAllowed, match="Only a person"):
        dispensations.approve(ask(clock, "delay"), note="", by=factory.TOOL, at=AT + HOUR)


def test_only_who_asked_withdraws(clock: Clock) -> None:
    row = ask(clock, "delay")
    with pytest.raises(NotAllowed, match="Only who asked"):
        dispensations.withdraw(row, note="", by=factory.approver(), at=AT + HOUR)
    done = dispensations.withdraw(row, note="Not needed.", by=factory.asker(), at=AT + HOUR)
    assert (done.state, done.ended_because) == ("withdrawn", "Not needed.")


def test_what_is_decided_is_not_decided_again(clock: Clock) -> None:
    row = grant(clock, "delay")
    with pytest.raises(WrongState, match="delay is in force already"):
        dispensations.approve(row, note="", by=factory.approver(), at=AT + HOUR)


def test_one_request_of_a_kind_waits_at_a_time(clock: Clock) -> None:
    ask(clock, "delay")
    with pytest.raises(WrongState, match="asked for already"):
        ask(clock, "delay")


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        ("delay", {"until": None}, "give `until`"),
        ("pause", {}, "`until` or `review_at`"),
        ("delay", {"ground": " "}, "legal ground"),
        ("delay", {"reason": ""}, "reason"),
        ("delay", {"until": AT}, "`until` lies in the past"),
        ("pause", {"review_at": AT}, "`review_at` lies in the past"),
        ("pause", {"until": AT + DAY, "review_at": AT + DAY}, "before `until`"),
        ("pause", {"until": AT + DAY, "since": AT + 2 * HOUR}, "lies in the future"),
        ("delay", {"since": AT}, "Only a pause"),
    ],
)
def test_what_could_not_be_granted_is_refused(
    clock: Clock, kind: str, given: dict[str, object], words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        ask(clock, kind, **given)


def test_a_stage_that_was_sent_is_not_dispensed_from(clock: Clock) -> None:
    factory.fulfil(clock, AT + HOUR)
    with pytest.raises(WrongState, match="it is fulfilled"):
        ask(now(clock), "delay")


def test_an_approval_that_comes_too_late_is_refused(clock: Clock) -> None:
    row = ask(clock, "delay", until=AT + 2 * HOUR)
    with pytest.raises(Invalid, match="end has passed"):
        dispensations.approve(row, note="", by=factory.approver(), at=AT + 3 * HOUR)


def test_approving_and_ending_are_entries_with_the_clock_before_and_after(clock: Clock) -> None:
    finish(grant(clock, "delay", until=AT + 24 * HOUR), at=AT + 2 * HOUR)
    found = {
        entry.verb: json.loads(entry.body)
        for entry in Entry.objects.filter(object_kind="dispensation")
    }
    assert set(found) == {
        "dispensation.requested",
        "dispensation.approved",
        "dispensation.ended",
    }
    approved = found["dispensation.approved"]
    assert approved["before"]["clock"]["legal_due"] == "2026-11-23T16:00:00.000000Z"
    assert approved["after"]["clock"]["legal_due"] == "2026-11-24T08:00:00.000000Z"
    assert approved["after"]["ground"] == "Art. 9"


def test_closing_the_incident_ends_what_waits_and_what_is_in_force(incident: Incident) -> None:
    amendment = deadline(incident, "notify", "amendment")
    granted = grant(amendment, "pause", until=AT + 50 * HOUR)
    asked = ask(amendment, "delay")
    factory.fulfil(deadline(incident, "notify", "initial"), AT + 2 * HOUR)
    factory.fulfil(deadline(incident, "notify", "final"), AT + 3 * HOUR)
    factory.change(incident, "closed", at=AT + 4 * HOUR)
    granted.refresh_from_db()
    asked.refresh_from_db()
    assert (granted.state, asked.state) == ("ended", "withdrawn")
    assert not Timer.objects.filter(state="pending").exists()


@pytest.mark.parametrize("kind", ["delay", "pause"])
def test_a_request_lapses_when_the_stage_is_sent(clock: Clock, kind: str) -> None:
    asked = ask(clock, kind, until=AT + DAY)
    factory.fulfil(clock, AT + 2 * HOUR)
    asked.refresh_from_db()
    assert (asked.state, asked.ended_because) == ("withdrawn", "The stage was submitted.")
    assert not asked.timers.filter(state="pending").exists()
    assert "dispensation.withdrawn" in factory.verbs(clock.incident)


def test_a_delay_ends_when_the_stage_is_sent(clock: Clock) -> None:
    delay = grant(clock, "delay", until=AT + 2 * DAY, review_at=AT + DAY)
    factory.fulfil(clock, AT + 2 * HOUR)
    delay.refresh_from_db()
    assert delay.state == "ended"
    assert not delay.timers.filter(state="pending").exists()


def test_an_extension_ends_what_was_approved_before_it(clock: Clock) -> None:
    grant(clock, "pause", until=AT + DAY)
    grant(clock, "pause", at=AT + 2 * HOUR, until=AT + 2 * DAY)
    ended = Entry.objects.get(verb="dispensation.ended")
    assert json.loads(ended.body)["before"]["state"] == "approved"
