"""Why something was said, or not, at a moment."""

from datetime import timedelta

import pytest

from governance.outbox.models import Message
from incidents import explanations, flow, sweep
from incidents.explanations import Explanation
from incidents.models import Incident, Timer
from incidents.stages import alarms
from tests import factory
from tests.factory import AT, HOUR, MINUTE, PERSON, deadline
from tests.incidents import escalating

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    factory.install()


@pytest.fixture
def incident() -> Incident:
    """One clock of eight hours, acknowledged."""
    found = factory.submit(factory.breach(system="chat-bot"))
    return flow.acknowledge(found, by=PERSON, at=AT)


def timer(incident: Incident, kind: str, **fields: str) -> Timer:
    return incident.timers.filter(kind=kind, **fields).order_by("due_at")[0]


def explained(found: Timer, *, at: object = AT) -> Explanation:
    found.refresh_from_db()
    return explanations.of(found, at=at)  # type: ignore[arg-type]


def test_what_is_not_due_says_so(incident: Incident) -> None:
    assert explained(timer(incident, "overdue")).verdict == "Not said yet: its time has not come."


def test_what_is_due_and_not_swept_says_so(incident: Incident) -> None:
    found = explained(timer(incident, "overdue"), at=AT + 9 * HOUR)
    assert found.verdict == "Not said yet, though its time has come: the next sweep acts on it."


def test_what_was_said_counts_its_messages(incident: Incident) -> None:
    sweep.run(at=AT + 8 * HOUR)
    found = explained(timer(incident, "overdue"))
    assert found.verdict == "Said: 0 of 2 messages handed over, 2 still to be delivered."
    assert [each.destination for each in found.messages] == [
        "legal@example.org",
        "compliance@example.org",
    ]


def test_messages_that_were_sent_and_those_that_cannot_be_are_told_apart(
    incident: Incident,
) -> None:
    sweep.run(at=AT + 8 * HOUR)
    overdue = timer(incident, "overdue")
    first, second = Message.objects.filter(key__startswith=f"timer:{overdue.id}")
    Message.objects.filter(id=first.id).update(state="sent", sent_at=AT)
    Message.objects.filter(id=second.id).update(state="dead")
    verdict = explained(overdue).verdict
    assert verdict == "Said: 1 of 2 messages handed over, 1 undeliverable."


def test_what_came_late_says_by_how_much(incident: Incident) -> None:
    sweep.run(at=AT + 11 * HOUR)
    assert "It came 3 h after its time." in explained(timer(incident, "overdue")).verdict


def test_what_was_over_before_it_was_reported_is_not_called_late() -> None:
    found = factory.submit(factory.breach(AT - 9 * HOUR, system="chat-bot"))
    sweep.run(at=AT)
    explanation = explained(timer(found, "overdue"))
    assert "after its time" not in explanation.verdict
    assert all("said late" not in message.text for message in explanation.messages)


def test_a_tick_of_delay_is_not_called_late(incident: Incident) -> None:
    sweep.run(at=AT + 8 * HOUR + timedelta(seconds=20))
    assert "after its time" not in explained(timer(incident, "overdue")).verdict


def test_what_a_graver_word_spoke_for_names_it(incident: Incident) -> None:
    sweep.run(at=AT + 8 * HOUR)
    verdict = explained(timer(incident, "at_risk")).verdict
    assert verdict == "Not said on its own. Said by Overdue, due at the same time."


def test_what_was_fulfilled_before_is_not_said_and_says_why(incident: Incident) -> None:
    factory.fulfil(deadline(incident, "notify", "initial"), AT + HOUR)
    verdict = explained(timer(incident, "overdue")).verdict
    assert verdict == "Not said: The stage was fulfilled."


def test_a_step_of_the_ladder_after_the_acknowledgement_says_why() -> None:
    found = factory.submit(factory.report(harms=["death"]))
    flow.acknowledge(found, by=PERSON, at=AT + MINUTE)
    assert explained(timer(found, "escalation")).verdict == "Not said: Acknowledged."


def test_a_role_that_nobody_holds_is_named_as_the_reason() -> None:
    found = factory.submit(factory.report(harms=["death"]))
    for minutes in (10, 30):
        sweep.run(at=AT + minutes * MINUTE)
    verdict = explained(timer(found, "escalation", step="2")).verdict
    assert verdict.startswith("Nobody was told. Nobody to tell.")


def test_one_that_fails_says_so_and_that_it_is_tried_again(
    incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarms, "fire", None)
    sweep.run(at=AT + 8 * HOUR)
    verdict = explained(timer(incident, "overdue")).verdict
    assert verdict.startswith("Not said yet. Attempt 1 failed: TypeError")
    assert verdict.endswith("tried again by itself.")


def test_the_facts_are_those_that_counted_the_clock(incident: Incident) -> None:
    facts = dict(explained(timer(incident, "overdue")).facts)
    assert facts["Counting rule"] == "elapsed"
    assert facts["Legal end"] == AT + 8 * HOUR
    assert facts["Policy"] == "ObligationPolicy/breach@1.0.0"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("reminder", "The policy reminds of this stage"),
        ("at_risk", "Three quarters of the period"),
        ("overdue", "The legal period has expired"),
    ],
)
def test_each_kind_says_its_rule(incident: Incident, kind: str, words: str) -> None:
    assert words in explained(timer(incident, kind)).rule


def test_a_step_says_that_it_is_the_matrix_which_asks_for_it() -> None:
    found = factory.submit(factory.report(harms=["death"]))
    assert "escalation matrix" in explained(timer(found, "escalation")).rule


def test_every_kind_has_its_rule() -> None:
    assert set(explanations._RULES) == set(Timer.Kind)


# --- held back while it is quiet -----------------------------------------------------------------

QUIET = {"hours": {"from": "09:00", "to": "20:00"}, "zone": "UTC"}


@pytest.fixture
def step() -> Timer:
    """A step of the ladder that falls into the quiet hours."""
    steps = [{"after": "PT26H", "notify": ["executive"]}]
    escalating.house(levels={"SEV3": {"steps": steps, "quiet": QUIET}})
    found = escalating.low()
    sweep.run(at=AT + 26 * HOUR)
    return timer(found, "escalation", step="1")


def test_what_is_held_back_says_until_when(step: Timer) -> None:
    verdict = explained(step, at=AT + 26 * HOUR).verdict
    assert verdict == "Held back: the quiet hours of SEV3 last until 2026-11-24 20:00 UTC."


def test_what_was_held_back_and_then_said_says_so(step: Timer) -> None:
    sweep.run(at=AT + 36 * HOUR)
    verdict = explained(step).verdict
    assert verdict.endswith("quiet hours until 2026-11-24 20:00 UTC and then said.")


def test_what_lost_its_point_meanwhile_says_why(step: Timer) -> None:
    flow.acknowledge(step.incident, by=PERSON, at=AT + 27 * HOUR)
    sweep.run(at=AT + 36 * HOUR)
    assert explained(step).verdict.endswith("nothing left to say: The incident is acknowledged.")
