"""A duty that applies and need not be performed, on a legal ground that two persons answer for."""

from datetime import timedelta

import pytest

from governance.errors import Invalid, NotAllowed
from incidents import dispensations, sweep
from incidents.errors import WrongState
from incidents.models import Duty, Incident
from tests import factory
from tests.factory import AT, HOUR, ask, deadline, duty, finish, grant
from tests.incidents.said import subjects

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def notify(incident: Incident) -> Duty:
    return duty(incident, "notify")


def now(duty_: Duty) -> Duty:
    return Duty.objects.get(id=duty_.id)


def test_a_request_for_it_changes_nothing(notify: Duty) -> None:
    ask(notify, "waiver")
    sweep.run(at=AT + 8 * HOUR)
    assert now(notify).state == "open"
    assert "OVERDUE: Notify the authority" in subjects()


def test_a_waived_duty_owes_nothing_and_says_why(notify: Duty) -> None:
    grant(notify, "waiver")
    clocks = dict(notify.clocks.values_list("state", "cancelled_because"))
    assert now(notify).state == "waived"
    assert set(clocks) == {"cancelled"}
    assert clocks["cancelled"] == "Waiver approved: Art. 9"


def test_it_stops_an_overdue_duty_from_being_said_every_day(notify: Duty) -> None:
    sweep.run(at=AT + 8 * HOUR)
    grant(notify, "waiver", at=AT + 9 * HOUR)
    subjects()
    sweep.run(at=AT + 5 * DAY)
    assert not {each for each in subjects() if each.startswith("OVERDUE")}


def test_until_it_is_approved_an_overdue_duty_is_said_every_day(notify: Duty) -> None:
    ask(notify, "waiver")
    said = []
    for day in range(3):
        sweep.run(at=AT + 8 * HOUR + day * DAY)
        said.append("OVERDUE: Notify the authority" in subjects())
    assert said == [True] * 3


def test_the_incident_can_be_closed(incident: Incident, notify: Duty) -> None:
    grant(notify, "waiver")
    assert factory.change(incident, "closed", at=AT + 2 * HOUR).state == "closed"


def test_nobody_waives_a_duty_at_their_own_request(notify: Duty) -> None:
    counsel = factory.approver()
    row = ask(notify, "waiver", by=counsel)
    with pytest.raises(NotAllowed):
        dispensations.approve(row, note="", by=counsel, at=AT + HOUR)
    assert now(notify).state == "open"


def test_it_has_no_end(notify: Duty) -> None:
    with pytest.raises(Invalid, match="no end"):
        ask(notify, "waiver", until=AT + DAY)


def test_what_does_not_apply_is_not_waived(incident: Incident, notify: Duty) -> None:
    factory.amend(incident, personal_data={"risk": "unlikely"})
    with pytest.raises(WrongState, match="cannot be waived"):
        ask(now(notify), "waiver", at=AT + 2 * HOUR)


@pytest.mark.parametrize(
    "changes", [{"personal_data": {"risk": "likely"}}, {"personal_data": {"risk": None}}]
)
def test_new_facts_do_not_reopen_it_in_silence(
    incident: Incident, notify: Duty, changes: dict[str, object]
) -> None:
    grant(notify, "waiver")
    factory.amend(incident, at=AT + 2 * HOUR, **changes)
    factory.record(incident, "aware", AT - HOUR, at=AT + 3 * HOUR)
    assert now(notify).state == "waived"
    assert set(notify.clocks.values_list("state", flat=True)) == {"cancelled"}


def test_graver_facts_have_its_ground_looked_at_again(incident: Incident, notify: Duty) -> None:
    grant(notify, "waiver")
    factory.amend(incident, at=AT + 2 * HOUR, impact={"people_affected": 5000})
    subjects()
    sweep.run(at=AT + 2 * HOUR)
    assert "To review: waiver of Notify the authority" in subjects()
    sweep.run(at=AT + 9 * DAY)
    assert "To review: waiver of Notify the authority" not in subjects()


def test_other_facts_do_not(incident: Incident, notify: Duty) -> None:
    row = grant(notify, "waiver")
    factory.amend(incident, at=AT + 2 * HOUR, impact={"people_affected": 5})
    assert not row.timers.filter(kind="review").exists()


def test_when_it_ends_the_duty_is_owed_from_its_moment_again(notify: Duty) -> None:
    finish(grant(notify, "waiver"), at=AT + 2 * HOUR)
    initial = deadline(notify.incident, "notify", "initial")
    assert now(notify).state == "open"
    assert (initial.state, initial.legal_due) == ("running", AT + 8 * HOUR)


def test_when_it_ends_on_what_has_no_answer_yet_the_question_is_asked_again() -> None:
    factory.install()
    incident = factory.submit(
        factory.report(personal_data={"breach": True}, moments={"aware": factory.iso(AT)})
    )
    question = duty(incident, "notify")
    finish(grant(question, "waiver"), at=AT + 2 * HOUR)
    assert now(question).state == "undetermined"
    assert question.timers.filter(kind="question", state="pending").count() == 1


def test_when_it_ends_on_what_does_not_apply_any_more_nothing_is_owed(
    incident: Incident, notify: Duty
) -> None:
    row = grant(notify, "waiver")
    factory.amend(incident, at=AT + 2 * HOUR, personal_data={"risk": "unlikely"})
    finish(row, at=AT + 3 * HOUR)
    assert now(notify).state == "not_applicable"


def test_a_review_is_asked_for_daily_at_first_and_then_every_week(notify: Duty) -> None:
    grant(notify, "waiver", review_at=AT + 10 * DAY)
    asked = []
    for day in range(1, 30):
        sweep.run(at=AT + day * DAY)
        if "To review: waiver of Notify the authority" in subjects():
            asked.append(day)
    assert asked == [10, 11, 12, 19, 26]


def test_it_can_be_extended_and_stays_waived(notify: Duty) -> None:
    first = grant(notify, "waiver", review_at=AT + 2 * DAY)
    grant(now(notify), "waiver", at=AT + DAY, review_at=AT + 90 * DAY)
    first.refresh_from_db()
    assert (first.state, now(notify).state) == ("ended", "waived")


def test_it_is_on_record(incident: Incident, notify: Duty) -> None:
    finish(grant(notify, "waiver"), at=AT + 2 * HOUR)
    verbs = factory.verbs(incident)
    told = [each for each in verbs if each.startswith(("duty.", "dispensation."))]
    assert told == [
        "duty.opened",
        "dispensation.requested",
        "duty.waived",
        "dispensation.approved",
        "duty.reopened",
        "dispensation.ended",
    ]
