"""Decisions not to notify: rows with an owner, brought to mind until a person answers for them."""

import json
from datetime import timedelta

import pytest

from governance.errors import NotAllowed
from governance.ledger.models import Entry
from governance.outbox.models import Message
from incidents import confirmations, flow, reasons, sweep
from incidents.errors import WrongState
from incidents.models import Duty, Incident
from tests import factory
from tests.factory import AT, HOUR, PERSON, deadline, duty
from tests.incidents import reassessing
from tests.incidents.said import subjects

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def house() -> None:
    factory.install()


@pytest.fixture
def incident() -> Incident:
    """A breach without harm: of the law on harm, which concerns its system, two duties do not
    apply, nor does the notification, because the risk is unlikely."""
    facts = factory.report(
        harms=[],
        personal_data={"breach": True, "risk": "unlikely"},
        moments={"aware": factory.iso(AT)},
    )
    found = factory.submit(facts)
    flow.acknowledge(found, by=PERSON, at=AT)
    return found


@pytest.fixture
def notify(incident: Incident) -> Duty:
    return duty(incident, "notify")


def now(duty_: Duty) -> Duty:
    return Duty.objects.select_related("incident").get(id=duty_.id)


def heard() -> list[str]:
    """Without what the law in shadow reminds of."""
    return subjects(without="Announce")


def confirm(duty_: Duty, at: object = AT + HOUR, by: object = None) -> Duty:
    by = by or factory.approver()
    return confirmations.confirm(now(duty_), note="Right.", by=by, at=at)  # type: ignore[arg-type]


def contest(duty_: Duty, at: object = AT + HOUR, by: object = None) -> Duty:
    by = by or factory.approver()
    return confirmations.contest(now(duty_), note="Wrong.", by=by, at=at)  # type: ignore[arg-type]


# --- the row -------------------------------------------------------------------------------------


def test_it_has_an_owner_and_a_time_by_which_to_confirm_it(notify: Duty) -> None:
    assert (notify.state, notify.owner, notify.confirmation) == (
        "not_applicable",
        "legal-counsel",
        "unconfirmed",
    )
    assert (notify.confirm_by, notify.closed_at) == (AT + 6 * HOUR, AT)


def test_a_regime_that_does_not_concern_the_incident_decides_nothing() -> None:
    other = factory.submit(factory.report(personal_data={"breach": False}))
    assert not other.duties.filter(policy_name="breach").exists()


def test_a_law_in_shadow_that_does_not_apply_decides_nothing() -> None:
    text = factory.text(
        "coming",
        (
            "owner: legal-counsel\n      stages",
            "owner: legal-counsel\n      when: {harms: {includes: death}}\n      stages",
        ),
        ("1.0.0", "1.1.0"),
    )
    factory.install(at=AT, coming=text)
    other = factory.submit(factory.report(harms=[]))
    assert not other.duties.filter(duty="announce").exists()


def test_it_says_why(notify: Duty) -> None:
    assert reasons.of(notify) == ("personal_data.risk is unlikely, so that “is unlikely” holds.")


def test_of_several_conditions_it_names_those_that_failed(incident: Incident) -> None:
    said = reasons.of(duty(incident, "serious"))
    assert said == "harms is none, so that “includes any of death, injury” does not hold."


def test_one_found_later_says_why_by_the_facts_of_that_day(notify: Duty) -> None:
    incident = factory.submit(factory.breach())
    factory.amend(incident, personal_data={"breach": False})
    found = duty(incident, "notify")
    assert found.because == "personal_data.breach is no, so that “is yes” does not hold."
    assert (found.confirmation, found.confirm_by) == ("unconfirmed", AT + 7 * HOUR)


def test_it_is_an_entry_of_its_own(notify: Duty) -> None:
    entry = Entry.objects.get(verb="duty.found_not_applicable", object_id=notify.id)
    after = json.loads(entry.body)["after"]
    assert (after["state"], after["confirmation"]) == ("not_applicable", "unconfirmed")


def test_one_timer_an_owner_is_set_however_many_there_are(incident: Incident) -> None:
    assert incident.duties.filter(confirmation="unconfirmed").count() == 3
    assert list(incident.timers.filter(kind="confirm").values_list("step", "due_at")) == [
        ("legal-counsel", AT + 6 * HOUR)
    ]


def test_it_keeps_nothing_open_and_closing_says_how_many_there_are(incident: Incident) -> None:
    factory.change(incident, "closed")
    after = json.loads(Entry.objects.get(verb="incident.closed").body)["after"]
    assert after["unconfirmed_decisions"] == 3


# --- reminders -----------------------------------------------------------------------------------


def test_one_message_speaks_for_all_that_should_be_confirmed_by_now(incident: Incident) -> None:
    heard()
    sweep.run(at=AT + 6 * HOUR)
    assert heard() == ["To confirm: not to notify"]
    assert Message.objects.filter(subject__contains="To confirm")[0].because.startswith("1 duty")
    sweep.run(at=AT + 24 * HOUR)
    assert (
        Message.objects.filter(subject__contains="To confirm")
        .latest("id")
        .because.startswith("3 duties")
    )


def test_it_says_what_does_not_apply_and_why(incident: Incident) -> None:
    sweep.run(at=AT + 6 * HOUR)
    text = Message.objects.filter(subject__contains="To confirm")[0].text
    assert "Duty: Notify the authority" in text
    assert "Does not apply: personal_data.risk is unlikely" in text


def test_it_is_said_daily_at_first_and_then_every_week(notify: Duty) -> None:
    Duty.objects.exclude(id=notify.id).filter(confirmation="unconfirmed").update(
        confirm_by=AT + 6 * HOUR
    )
    said = []
    for day in range(25):
        sweep.run(at=AT + 6 * HOUR + day * DAY)
        if "To confirm: not to notify" in heard():
            said.append(day)
    assert said == [0, 1, 2, 9, 16, 23]


def test_after_downtime_it_is_said_once(incident: Incident) -> None:
    factory.amend(incident, at=AT + HOUR, personal_data={"risk": "high"})
    factory.amend(incident, at=AT + 2 * HOUR, personal_data={"risk": "unlikely"})
    assert incident.timers.filter(kind="confirm", state="pending").count() == 2
    heard()
    sweep.run(at=AT + 5 * DAY)
    assert heard() == ["To confirm: not to notify"]
    assert incident.timers.filter(kind="confirm", state="pending").count() == 1


def test_a_new_owner_is_reminded_of_what_is_theirs_to_confirm(notify: Duty) -> None:
    text = factory.text("breach", ("1.0.0", "2.0.0"), ("owner: legal-counsel", "owner: executive"))
    reassessing.approve(text)
    reassessing.sweep_at()
    assert now(notify).owner == "executive"
    sweep.run(at=AT + 7 * DAY)
    told_ = Message.objects.filter(subject__contains="To confirm")
    assert "executive@example.org" in set(told_.values_list("destination", flat=True))


def test_what_is_confirmed_says_no_more(incident: Incident) -> None:
    for each in incident.duties.filter(confirmation="unconfirmed"):
        confirm(each)
    heard()
    for day in range(1, 10):
        sweep.run(at=AT + day * DAY)
    assert heard() == []


def test_what_applies_after_all_says_no_more(notify: Duty) -> None:
    factory.amend(notify.incident, personal_data={"risk": "high"})
    found = now(notify)
    assert (found.state, found.confirmation, found.confirm_by) == ("open", "", None)


# --- confirming ----------------------------------------------------------------------------------


def test_confirming_names_the_person_and_changes_nothing_else(notify: Duty) -> None:
    found = confirm(notify)
    assert (found.confirmation, found.confirmed_by, found.confirmed_at, found.state) == (
        "confirmed",
        str(factory.approver()),
        AT + HOUR,
        "not_applicable",
    )


def test_it_takes_somebody_who_may_approve(notify: Duty) -> None:
    with pytest.raises(NotAllowed):
        confirm(notify, by=factory.person("responder", "responder"))


def test_it_is_confirmed_once(notify: Duty) -> None:
    confirm(notify)
    with pytest.raises(WrongState):
        confirm(notify)


def test_a_confirmed_decision_gives_way_to_facts(notify: Duty) -> None:
    confirm(notify)
    factory.amend(notify.incident, at=AT + 2 * HOUR, personal_data={"risk": "high"})
    assert (now(notify).state, now(notify).confirmed_by) == ("open", "")


# --- contesting ----------------------------------------------------------------------------------


def test_a_contested_decision_opens_the_duty_from_its_moments(notify: Duty) -> None:
    contest(notify, at=AT + 2 * HOUR)
    initial = deadline(notify.incident, "notify", "initial")
    assert (now(notify).state, now(notify).contested_by) == ("open", str(factory.approver()))
    assert (initial.state, initial.legal_due) == ("running", AT + 8 * HOUR)


def test_the_owner_hears_of_it(notify: Duty) -> None:
    heard()
    contest(notify)
    assert heard() == ["Contested, so it applies: Notify the authority"]


def test_one_that_was_open_before_takes_up_its_clocks(notify: Duty) -> None:
    incident = factory.submit(factory.breach())
    factory.amend(incident, personal_data={"risk": "unlikely"})
    contest(duty(incident, "notify"), at=AT + 2 * HOUR)
    assert deadline(incident, "notify", "initial").state == "running"


@pytest.mark.parametrize("risk", ["unlikely", None, "high"])
def test_no_later_decision_closes_it(notify: Duty, risk: str | None) -> None:
    contest(notify)
    factory.amend(notify.incident, at=AT + 2 * HOUR, personal_data={"risk": risk})
    factory.amend(notify.incident, at=AT + 3 * HOUR, personal_data={"risk": "unlikely"})
    factory.record(notify.incident, "aware", AT - HOUR, at=AT + 4 * HOUR)
    assert (now(notify).state, now(notify).confirmation) == ("open", "contested")
    assert deadline(notify.incident, "notify", "initial").legal_due == AT + 7 * HOUR


def test_it_keeps_the_incident_open_and_is_overdue_like_any_other(notify: Duty) -> None:
    contest(notify)
    heard()
    sweep.run(at=AT + 8 * HOUR)
    assert "OVERDUE: Notify the authority" in heard()


def test_fulfilling_it_ends_it(notify: Duty) -> None:
    contest(notify)
    factory.fulfil(deadline(notify.incident, "notify", "initial"), AT + 2 * HOUR)
    factory.fulfil(deadline(notify.incident, "notify", "final"), AT + 3 * HOUR)
    assert now(notify).state == "fulfilled"


def test_a_second_person_may_overrule_the_contest(notify: Duty) -> None:
    contest(notify)
    found = confirm(notify, by=factory.person("other", "compliance-officer"))
    assert (found.state, found.confirmation) == ("not_applicable", "confirmed")
    assert set(notify.clocks.values_list("state", flat=True)) == {"cancelled"}


def test_who_contested_it_does_not(notify: Duty) -> None:
    contest(notify)
    with pytest.raises(NotAllowed, match="contested this yourself"):
        confirm(notify)


def test_nobody_overrules_what_the_facts_say(notify: Duty) -> None:
    contest(notify)
    factory.amend(notify.incident, at=AT + 2 * HOUR, personal_data={"risk": "high"})
    with pytest.raises(WrongState, match="correct the facts"):
        confirm(notify, by=factory.person("other", "compliance-officer"))


def test_what_applies_is_not_contested(notify: Duty) -> None:
    contest(notify)
    with pytest.raises(WrongState):
        contest(notify)


def test_both_are_entries(notify: Duty) -> None:
    confirm(notify)
    contest(notify, at=AT + 2 * HOUR)
    verbs = factory.verbs(notify.incident)
    assert "duty.decision_confirmed" in verbs
    assert "duty.decision_contested" in verbs


# --- superseded ----------------------------------------------------------------------------------


def test_a_superseded_duty_is_owed_again_when_the_other_falls_away() -> None:
    incident = factory.submit(factory.breach(harms=["death"]))
    serious = duty(incident, "serious")
    assert (serious.state, serious.superseded_by, serious.owner) == (
        "superseded",
        "death",
        "legal-counsel",
    )
    factory.amend(incident, harms=["injury"])
    assert now(serious).state == "open"
    assert deadline(incident, "serious", "report").legal_due == AT + 48 * HOUR


def test_one_that_was_open_before_it_was_superseded_is_too() -> None:
    incident = factory.submit(factory.breach(harms=["injury"]))
    factory.amend(incident, harms=["death"])
    assert deadline(incident, "serious", "report").state == "cancelled"
    factory.amend(incident, at=AT + 2 * HOUR, harms=["injury"])
    assert deadline(incident, "serious", "report").state == "running"
    assert duty(incident, "death").confirmation == "unconfirmed"


# --- questions -----------------------------------------------------------------------------------


def test_a_question_is_asked_before_its_limit_at_it_and_every_day_after() -> None:
    incident = factory.submit(factory.report(system="chat-bot", personal_data={"breach": True}))
    flow.acknowledge(incident, by=PERSON, at=AT)
    heard()
    said = []
    for hours in (2, 3, 5, 6, 29, 30, 54):
        sweep.run(at=AT + hours * HOUR)
        said += [(hours, each) for each in sorted(set(heard())) if "determined" in each]
    assert said == [
        (3, "To be determined: Notify the authority"),
        (6, "Still undetermined: Notify the authority"),
        (30, "Still undetermined: Notify the authority"),
        (54, "Still undetermined: Notify the authority"),
    ]


def test_an_answered_question_is_asked_no_more() -> None:
    incident = factory.submit(factory.report(system="chat-bot", personal_data={"breach": True}))
    sweep.run(at=AT + 3 * HOUR)
    factory.amend(incident, at=AT + 4 * HOUR, personal_data={"risk": "high"})
    question = duty(incident, "notify")
    assert set(question.timers.filter(kind="question").values_list("state", flat=True)) == {
        "fired",
        "cancelled",
    }
