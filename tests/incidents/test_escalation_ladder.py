"""Ladders that repeat, end with everyone, vary with the hour, and begin anew with the severity."""

from datetime import datetime, timedelta

import pytest

from governance.outbox.models import Message
from incidents import flow, sweep
from incidents.models import Timer
from tests import factory
from tests.factory import AT, HOUR, MINUTE, PERSON
from tests.incidents.escalating import at_length, death, entry, house, low, told

pytestmark = pytest.mark.django_db
EVERYBODY = ["commander", "compliance", "executive", "legal", "responder"]
EVERYONE = [{"after": "PT10M", "notify": ["executive"]}, {"after": "PT30M", "everyone": True}]


def sev1(**more: object) -> None:
    house(levels={"SEV1": {"notify": [], **more}})


# --- repeating -----------------------------------------------------------------------------------


def test_the_last_step_tells_everyone_and_is_repeated_until_somebody_acknowledges() -> None:
    sev1(steps=EVERYONE, repeat={"every": "PT15M"})
    incident = death()
    found = at_length(AT + 50 * MINUTE, step=5 * MINUTE)
    assert found == {
        "0:00:00": ["commander"],
        "0:10:00": ["executive"],
        "0:30:00": EVERYBODY,
        "0:45:00": EVERYBODY,
    }
    flow.acknowledge(incident, by=PERSON, at=AT + 55 * MINUTE)
    sweep.run(at=AT + 2 * HOUR)
    assert told() == []


def test_repetitions_end_after_their_number() -> None:
    sev1(steps=EVERYONE, repeat={"every": "PT15M", "times": 1})
    death()
    found = at_length(AT + 2 * HOUR, step=15 * MINUTE)
    assert list(found) == ["0:00:00", "0:15:00", "0:30:00", "0:45:00"]


def test_a_repetition_says_that_it_is_one() -> None:
    sev1(steps=EVERYONE, repeat={"every": "PT15M"})
    incident = death()
    for minutes in (10, 30, 45):
        sweep.run(at=AT + minutes * MINUTE)
    assert "step 2 of 2, repetition 1" in Message.objects.latest("id").because
    assert "repetition 1" in entry(incident, "escalation.stepped").body


def test_after_downtime_a_repetition_is_told_once() -> None:
    sev1(steps=EVERYONE, repeat={"every": "PT15M"})
    death()
    sweep.run(at=AT + 10 * MINUTE)
    sweep.run(at=AT + 30 * MINUTE)
    told()
    for _ in range(3):
        sweep.run(at=AT + 9 * HOUR)
    told_again = Message.objects.filter(state="pending", subject__contains="Nobody has acknow")
    assert told_again.count() == len(EVERYBODY)


def test_a_repetition_that_reaches_nobody_waits_its_time() -> None:
    sev1(steps=[{"after": "PT10M", "notify": ["vacant"]}], repeat={"every": "PT15M"})
    incident = death()
    for _ in range(5):
        sweep.run(at=AT + 10 * MINUTE)
    steps = incident.timers.filter(kind="escalation")
    assert list(steps.values_list("step", "state", "due_at")) == [
        ("1", "fired", AT + 10 * MINUTE),
        ("2", "pending", AT + 25 * MINUTE),
    ]


def test_a_step_that_reaches_nobody_gives_way_to_everyone_at_once() -> None:
    sev1(steps=[{"after": "PT10M", "notify": ["vacant"]}, {"after": "P1D", "everyone": True}])
    death()
    sweep.run(at=AT + 10 * MINUTE)
    assert told() == ["commander"]  # of the first notice
    sweep.run(at=AT + 10 * MINUTE)
    assert told() == EVERYBODY


# --- working hours -------------------------------------------------------------------------------

AT_NIGHT = {
    "lead": "executive",
    "acknowledge_within": "PT3M",
    "steps": [{"after": "PT1H", "notify": ["compliance-officer"]}],
}
HOURS = {"calendar": "office", "from": "09:00", "to": "17:00"}
NIGHT = datetime.fromisoformat("2026-11-23T21:00:00+00:00")


def office(**levels: object) -> None:
    house(working_hours=HOURS, levels={"SEV1": {"notify": [], "outside_hours": AT_NIGHT, **levels}})


def test_at_night_another_lead_is_told_and_has_another_time() -> None:
    office()
    factory.submit(factory.report(harms=["death"]), at=NIGHT)
    message = Message.objects.get()
    assert message.destination == "executive@example.org"
    assert "Acknowledge by: 2026-11-23 21:03 UTC" in message.text


def test_at_night_the_row_names_the_lead_of_the_night() -> None:
    office()
    incident = factory.submit(factory.report(harms=["death"]), at=NIGHT)
    assert incident.lead == "role:executive"


def test_the_variant_is_that_of_the_instant_at_which_a_step_is_told() -> None:
    office()
    evening = datetime.fromisoformat("2026-11-23T15:55:00+00:00")  # 16:55 in Brussels
    factory.submit(factory.report(harms=["death"]), at=evening)
    told()
    sweep.run(at=evening + 10 * MINUTE)
    assert told() == ["compliance"]


# --- severity ------------------------------------------------------------------------------------


def test_a_raised_severity_escalates_though_a_lower_one_was_acknowledged() -> None:
    house()
    incident = low()
    flow.acknowledge(incident, by=PERSON, at=AT)
    raised = factory.amend(incident, harms=["death"])
    told()
    assert (raised.acknowledged_at, raised.lead) == (None, "role:incident-commander")
    assert "has to be acknowledged anew" in entry(incident, "incident.reescalated").body
    sweep.run(at=AT + HOUR + 10 * MINUTE)
    assert told() == ["executive"]


def test_the_message_of_a_raised_severity_says_by_when_to_acknowledge() -> None:
    house()
    incident = low()
    flow.acknowledge(incident, by=PERSON, at=AT)
    factory.amend(incident, harms=["death"])
    text = Message.objects.filter(subject__contains="Raised to SEV1")[0].text
    assert "Acknowledge by: 2026-11-23 09:05 UTC" in text


def test_a_severity_that_comes_back_stays_acknowledged() -> None:
    house()
    incident = death()
    flow.acknowledge(incident, by=PERSON, at=AT)
    factory.amend(incident, harms=["injury"])
    again = factory.amend(incident, harms=["death"])
    assert again.acknowledged_severity == "SEV1"
    assert not incident.timers.filter(kind="escalation", state="pending").exists()


def test_a_lowered_severity_stays_acknowledged() -> None:
    house()
    incident = death()
    flow.acknowledge(incident, by=PERSON, at=AT)
    lowered = factory.amend(incident, harms=["injury"])
    assert lowered.acknowledged_at == AT
    assert "incident.reescalated" not in factory.verbs(incident)


def test_acknowledging_takes_the_lead() -> None:
    house()
    incident = death()
    assert incident.lead == "role:incident-commander"
    taken = flow.acknowledge(incident, by=PERSON, at=AT)
    assert (taken.lead, taken.acknowledged_severity) == (str(PERSON), "SEV1")


def test_who_acknowledges_by_a_key_leads_in_person() -> None:
    house()
    owner = factory.person("ann", "responder")
    taken = flow.acknowledge(death(), by=factory.key_of(owner), at=AT)
    assert taken.lead == str(owner)


# --- duties --------------------------------------------------------------------------------------


def breach() -> None:
    incident = factory.submit(factory.breach(system="chat-bot"))
    flow.acknowledge(incident, by=PERSON, at=AT)
    told()


def test_what_is_at_risk_is_told_to_the_roles_of_the_matrix() -> None:
    house(duties={"at_risk": {"notify": ["executive"]}})
    breach()
    sweep.run(at=AT + 6 * HOUR - MINUTE)
    told()
    sweep.run(at=AT + 6 * HOUR)
    assert told() == ["executive", "legal"]


def test_an_owner_who_would_watch_is_watched_by_the_next_above() -> None:
    factory.install()
    owner = ("owner: legal-counsel\n", "owner: compliance-officer\n")
    factory.install(at=AT, breach=factory.text("breach", owner, ("1.0.0", "1.0.1")))
    breach()
    sweep.run(at=AT + 6 * HOUR - MINUTE)
    told()
    sweep.run(at=AT + 6 * HOUR)
    assert told() == ["compliance", "executive"]


def test_what_is_overdue_climbs_its_ladder_until_it_is_sent() -> None:
    steps = [
        {"after": "PT0S", "notify": ["compliance-officer"]},
        {"after": "PT2H", "notify": ["executive"]},
    ]
    house(duties={"overdue": {"steps": steps, "repeat": {"every": "PT6H"}}})
    breach()
    sweep.run(at=AT + 8 * HOUR - MINUTE)
    told()
    found = {}
    for hours in range(8, 23):
        sweep.run(at=AT + hours * HOUR)
        found[hours] = told()
    three = ["compliance", "executive", "legal"]
    assert {hours: who for hours, who in found.items() if who} == {
        8: ["compliance", "legal"],
        10: three,
        16: three,
        22: three,
    }


def test_by_default_overdue_reaches_the_executive_after_a_day() -> None:
    house()
    breach()
    sweep.run(at=AT + 8 * HOUR)
    told()
    sweep.run(at=AT + 32 * HOUR)
    assert told() == ["compliance", "executive", "legal"]


def test_after_downtime_overdue_is_said_once_to_all_who_would_know_by_then() -> None:
    house()
    breach()
    sweep.run(at=AT + timedelta(days=4))
    sweep.run(at=AT + timedelta(days=4))
    assert told() == ["compliance", "executive", "legal"]


def test_what_was_sent_is_overdue_no_more() -> None:
    house()
    incident = factory.submit(factory.breach(system="chat-bot"))
    flow.acknowledge(incident, by=PERSON, at=AT)
    sweep.run(at=AT + 8 * HOUR)
    initial = factory.deadline(incident, "notify", "initial")
    factory.fulfil(initial, AT + 9 * HOUR)
    told()
    pending = Timer.objects.filter(clock=initial, state="pending")
    assert not pending.exists()
