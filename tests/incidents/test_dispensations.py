"""Delays and pauses: asked for, approved by another, in force while clocks are counted, ended."""

import json
from datetime import timedelta

import pytest

from governance.errors import Invalid
from governance.ledger.models import Entry
from governance.outbox.models import Message
from incidents import dispensations, flow, states, sweep
from incidents.errors import DutiesOpen, WrongState
from incidents.models import Clock, Incident, Timer
from policies.errors import NotAllowed
from tests import factory
from tests.factory import AT, HOUR, MINUTE, PERSON, ask, deadline, finish, grant, pending, record

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def incident() -> Incident:
    """A breach known at AT: due by the law after eight hours."""
    factory.install()
    found = factory.submit(factory.breach(system="chat-bot"))
    flow.acknowledge(found, by=PERSON, at=AT)
    return found


@pytest.fixture
def clock(incident: Incident) -> Clock:
    return deadline(incident, "notify", "initial")


def now(clock: Clock) -> Clock:
    return Clock.objects.select_related("duty", "incident").get(id=clock.id)


def standing(clock: Clock, after: timedelta) -> str:
    return states.standing(now(clock), at=AT + after, shadow=False)


def subjects() -> set[str]:
    fresh = Message.objects.filter(state="pending")
    found = {" ".join(each.subject.split()[2:]) for each in fresh}
    fresh.update(state="sent", sent_at=AT)
    return found


# --- asking and deciding -------------------------------------------------------------------------


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


# --- a delay -------------------------------------------------------------------------------------


def test_a_delay_moves_both_dues_and_keeps_those_that_were_counted(clock: Clock) -> None:
    grant(clock, "delay", until=AT + 24 * HOUR)
    found = now(clock)
    assert (found.conservative_due, found.legal_due) == (AT + 24 * HOUR, AT + 24 * HOUR)
    assert found.counted_legal_due == found.counted_conservative_due == AT + 8 * HOUR


def test_a_delayed_clock_is_late_only_after_its_end(clock: Clock) -> None:
    grant(clock, "delay", until=AT + 24 * HOUR)
    assert standing(clock, 9 * HOUR) == "running"
    assert standing(clock, 24 * HOUR) == "overdue"
    assert ("overdue", "1") in pending(clock)


def test_an_earlier_moment_moves_what_was_counted_and_leaves_the_delay(
    incident: Incident, clock: Clock
) -> None:
    grant(clock, "delay", until=AT + 24 * HOUR)
    record(incident, "aware", AT - 5 * HOUR, at=AT + 2 * HOUR)
    found = now(clock)
    assert (found.counted_legal_due, found.legal_due) == (AT + 3 * HOUR, AT + 24 * HOUR)


def test_a_later_moment_may_outrun_the_delay(incident: Incident, clock: Clock) -> None:
    grant(clock, "delay", until=AT + 9 * HOUR)
    record(incident, "aware", AT + 2 * HOUR, at=AT + 2 * HOUR)
    assert now(clock).legal_due == AT + 10 * HOUR


def test_a_delay_that_ends_early_gives_back_what_was_counted(clock: Clock) -> None:
    finish(grant(clock, "delay", until=AT + 24 * HOUR), at=AT + 2 * HOUR)
    assert now(clock).legal_due == AT + 8 * HOUR
    assert now(clock).counted_legal_due is None


def test_a_delay_that_ends_beyond_what_was_counted_makes_it_due_at_that_instant(
    clock: Clock,
) -> None:
    finish(grant(clock, "delay", until=AT + 24 * HOUR), at=AT + 12 * HOUR)
    assert now(clock).legal_due == AT + 12 * HOUR
    assert standing(clock, 12 * HOUR) == "overdue"


def test_a_report_sent_within_the_delay_is_not_late(clock: Clock) -> None:
    grant(clock, "delay", until=AT + 24 * HOUR)
    factory.fulfil(now(clock), AT + 20 * HOUR)
    assert standing(clock, 99 * HOUR) == "met"


def test_at_its_end_a_delay_is_over_and_the_date_stays(clock: Clock) -> None:
    row = grant(clock, "delay", until=AT + 24 * HOUR)
    sweep.run(at=AT + 30 * HOUR)
    row.refresh_from_db()
    assert (row.state, row.ended_at) == ("ended", AT + 24 * HOUR)
    assert now(clock).legal_due == AT + 24 * HOUR


def test_what_has_no_date_cannot_be_delayed() -> None:
    factory.install()
    found = factory.submit(factory.breach(harms=["injury"]))
    with pytest.raises(WrongState, match="names no date"):
        ask(deadline(found, "serious", "investigate"), "delay")


def test_nor_what_has_none_once_it_starts() -> None:
    factory.install()
    found = factory.submit(factory.report(harms=["injury"]))
    waiting = deadline(found, "serious", "investigate")
    assert waiting.state == "not_started"
    with pytest.raises(WrongState, match="names no date"):
        ask(waiting, "delay")


def test_a_clock_that_waits_starts_delayed(incident: Incident) -> None:
    final = deadline(incident, "notify", "final")
    grant(final, "delay", until=AT + 99 * HOUR)
    factory.fulfil(deadline(incident, "notify", "initial"), AT + 2 * HOUR)
    assert (now(final).counted_legal_due, now(final).legal_due) == (
        AT + 26 * HOUR,
        AT + 99 * HOUR,
    )


# --- a pause -------------------------------------------------------------------------------------


def test_a_paused_clock_stands_still_and_says_nothing(clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    subjects()
    sweep.run(at=AT + 50 * HOUR)
    assert not {each for each in subjects() if "Notify the authority" in each}
    assert standing(clock, 50 * HOUR) == "paused"


def test_the_time_that_was_left_is_left_after_it(clock: Clock) -> None:
    row = grant(clock, "pause", at=AT + 3 * HOUR, until=AT + 53 * HOUR)
    finish(row, at=AT + 13 * HOUR)
    assert now(clock).legal_due == AT + 18 * HOUR
    assert standing(clock, 13 * HOUR) == "running"


def test_the_sweep_resumes_it_by_itself(clock: Clock) -> None:
    row = grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    sweep.run(at=AT + 51 * HOUR)
    row.refresh_from_db()
    assert (row.state, row.ended_because) == ("ended", "Its end has come.")
    assert (now(clock).state, now(clock).legal_due) == ("running", AT + 58 * HOUR)


def test_whoever_owns_the_duty_hears_that_it_runs_on(clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    subjects()
    sweep.run(at=AT + 51 * HOUR)
    assert "Ended: pause of Notify the authority" in subjects()


def test_a_sweep_that_comes_late_gives_no_time(clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 11 * HOUR)
    sweep.run(at=AT + 99 * HOUR)
    assert now(clock).legal_due == AT + 18 * HOUR
    assert standing(clock, 99 * HOUR) == "overdue"


def test_a_pause_whose_resumption_fails_is_over_all_the_same(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 11 * HOUR)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(dispensations, "end_due", broken)
    subjects()
    sweep.run(at=AT + 19 * HOUR)
    assert now(clock).state == "paused"
    assert standing(clock, 19 * HOUR) == "overdue"
    assert "OVERDUE: Notify the authority" in subjects()


def test_a_resumption_that_failed_is_tried_again(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = grant(clock, "pause", at=AT + HOUR, until=AT + 11 * HOUR)
    with monkeypatch.context() as broken:
        broken.setattr(dispensations, "end_due", None)
        sweep.run(at=AT + 11 * HOUR)
    row.refresh_from_db()
    assert (row.attempts, row.retry_at) == (1, AT + 11 * HOUR + timedelta(seconds=2))
    sweep.run(at=AT + 12 * HOUR)
    assert now(clock).state == "running"


def test_after_it_the_alarms_come_as_late_as_the_dates(clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    sweep.run(at=AT + 51 * HOUR)
    kinds = dict(clock.timers.filter(state="pending").values_list("step", "due_at"))
    assert kinds == {
        "our own target": AT + 53 * HOUR,
        "50%": AT + 54 * HOUR,
        "at risk": AT + 56 * HOUR,
        "1 hour before": AT + 57 * HOUR,
        "1": AT + 58 * HOUR,
    }


def test_it_may_reach_back_to_when_the_word_of_the_authority_came(clock: Clock) -> None:
    grant(clock, "pause", at=AT + 9 * HOUR, since=AT + 2 * HOUR, until=AT + 50 * HOUR)
    assert standing(clock, 9 * HOUR) == "paused"
    assert now(clock).legal_due == AT + 56 * HOUR


def test_what_was_overdue_before_it_cannot_stand_still(clock: Clock) -> None:
    row = ask(clock, "pause", at=AT + 9 * HOUR, until=AT + 50 * HOUR)
    with pytest.raises(WrongState, match="had expired"):
        dispensations.approve(row, note="", by=factory.approver(), at=AT + 9 * HOUR)


def test_counting_again_leaves_it_in_force(incident: Incident, clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    record(incident, "aware", AT - 2 * HOUR, at=AT + 5 * HOUR)
    found = now(clock)
    assert (found.state, found.counted_legal_due, found.legal_due) == (
        "paused",
        AT + 6 * HOUR,
        AT + 56 * HOUR,
    )


def test_new_facts_leave_it_in_force(incident: Incident, clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    factory.amend(incident, at=AT + 5 * HOUR, impact={"people_affected": 5000})
    assert (now(clock).state, now(clock).legal_due) == ("paused", AT + 58 * HOUR)


def test_a_moment_so_early_that_the_period_was_over_ends_the_silence(
    incident: Incident, clock: Clock
) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    record(incident, "aware", AT - 20 * HOUR, at=AT + 5 * HOUR)
    assert standing(clock, 5 * HOUR) == "overdue"
    assert ("overdue", "1") in pending(clock)


def test_a_clock_that_comes_back_comes_back_paused(incident: Incident, clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    factory.amend(incident, personal_data={"risk": "unlikely"})
    assert now(clock).state == "cancelled"
    factory.amend(incident, personal_data={"risk": "high"})
    assert (now(clock).state, now(clock).legal_due) == ("paused", AT + 58 * HOUR)


def test_a_report_sent_in_a_pause_ends_it_and_is_in_time(clock: Clock) -> None:
    row = grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    factory.fulfil(now(clock), AT + 40 * HOUR)
    row.refresh_from_db()
    assert (row.state, row.ended_at) == ("ended", AT + 40 * HOUR)
    assert (now(clock).legal_due, standing(clock, 99 * HOUR)) == (AT + 47 * HOUR, "met")


def test_an_extension_is_a_request_of_its_own(clock: Clock) -> None:
    first = grant(clock, "pause", at=AT + HOUR, until=AT + 11 * HOUR)
    second = grant(now(clock), "pause", at=AT + 9 * HOUR, until=AT + 31 * HOUR)
    first.refresh_from_db()
    assert (first.state, first.ended_at, second.since) == ("ended", AT + 9 * HOUR, AT + 9 * HOUR)
    assert now(clock).legal_due == AT + 38 * HOUR


def test_a_paused_clock_keeps_the_incident_open(incident: Incident, clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    with pytest.raises(DutiesOpen):
        factory.change(incident, "closed")


def test_what_the_law_wants_promptly_is_silent_in_a_pause_and_reminds_after_it() -> None:
    factory.install()
    found = factory.submit(factory.breach(harms=["injury"]))
    prompt = deadline(found, "serious", "investigate")
    grant(prompt, "pause", at=AT + HOUR, until=AT + 100 * HOUR)
    assert now(prompt).state == "paused"
    assert prompt.timers.filter(state="pending", due_at__lt=AT + 100 * HOUR).count() == 0
    assert prompt.timers.filter(state="pending", kind="reminder").exists()


def test_a_message_about_it_says_that_it_stands_still_and_what_was_counted(clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, until=AT + 51 * HOUR)
    text = Message.objects.filter(subject__contains="Approved: pause")[0].text
    assert "the period stands still until 2026-11-25 11:00 UTC at the latest" in text
    assert "without it, the legal end was 2026-11-23 16:00 UTC" in text


# --- reviews -------------------------------------------------------------------------------------


def test_a_review_is_asked_for_every_day_until_the_pause_resumes_by_itself(clock: Clock) -> None:
    row = grant(clock, "pause", at=AT + HOUR, review_at=AT + DAY)
    subjects()
    asked = []
    for day in range(1, 9):
        sweep.run(at=AT + day * DAY)
        asked.append("To review: pause of Notify the authority" in subjects())
    assert asked == [True] * 7 + [False]
    row.refresh_from_db()
    assert (row.state, row.ended_at) == ("ended", AT + 8 * DAY)
    assert row.ended_because == "Nobody answered its review within 7 days."
    assert now(clock).state == "running"


def test_a_review_says_when_the_pause_will_end_by_itself(clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, review_at=AT + DAY)
    sweep.run(at=AT + DAY)
    text = Message.objects.filter(subject__contains="To review")[0].because
    assert "It ends by itself at 2026-12-01 08:00 UTC." in text


def test_an_extension_answers_the_review(clock: Clock) -> None:
    first = grant(clock, "pause", at=AT + HOUR, review_at=AT + DAY)
    sweep.run(at=AT + DAY)
    grant(now(clock), "pause", at=AT + 25 * HOUR, review_at=AT + 30 * DAY)
    subjects()
    sweep.run(at=AT + 9 * DAY)
    assert not {each for each in subjects() if "pause of" in each}
    assert not first.timers.filter(state="pending").exists()
    assert now(clock).state == "paused"


# --- on record -----------------------------------------------------------------------------------


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
