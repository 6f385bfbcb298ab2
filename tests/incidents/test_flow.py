"""Reporting: what a report opens, keeps and refuses."""

import pytest

from incidents import flow
from incidents.errors import KeyReused, Rejected
from incidents.models import Incident, Submission
from policies.errors import NoRelease
from tests import factory
from tests.factory import AT, HOUR, MINUTE, deadline, duty

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    factory.install()


def test_a_report_opens_an_incident_with_everything_in_it() -> None:
    incident = factory.submit(factory.breach(harms=["injury"]))
    assert (incident.severity, incident.state, incident.title) == ("SEV2", "open", "It went wrong")
    assert factory.verbs(incident) == [
        "incident.reported",
        "incident.classified",
        "moment.recorded",
        "moment.chosen",
        "duty.opened",
        "duty.opened",
        "duty.opened",
        "duty.found_not_applicable",
        "message.queued",
    ]


def test_each_incident_has_a_reference_of_its_own() -> None:
    first, second = (factory.submit(factory.report()).reference for _ in range(2))
    assert first != second
    assert first.startswith("INC-2026-")


def test_the_decision_keeps_what_it_saw() -> None:
    incident = factory.submit(factory.breach())
    decision = incident.decisions.get()
    assert '"aware":"2026-11-23T08:00:00.000000Z"' in decision.facts
    assert '"risk_class":"high"' in decision.facts
    assert decision.release_id == factory.release().digest


@pytest.mark.parametrize("value", [None, "unknown"])
def test_what_is_not_known_is_a_question(value: object) -> None:
    incident = factory.submit(factory.breach(harms=value))
    assert (duty(incident, "serious").state, duty(incident, "serious").missing) == (
        "undetermined",
        ["harms"],
    )
    assert "harms" not in incident.report


def test_a_question_shows_the_due_time_that_it_would_have() -> None:
    incident = factory.submit(factory.breach())
    assert deadline(incident, "serious", "report").legal_due == AT + 48 * HOUR


def test_what_does_not_apply_is_a_decision_where_its_regime_concerns_the_incident() -> None:
    incident = factory.submit(factory.report(harms=["privacy"], personal_data={"breach": False}))
    assert dict(incident.duties.values_list("duty", "state")) == {
        "announce": "open",
        "serious": "not_applicable",
        "death": "not_applicable",
    }
    assert factory.names(incident.clocks.values_list("duty__duty", flat=True)) == ["announce"]


def test_a_superseded_duty_is_kept_and_runs_no_clock() -> None:
    incident = factory.submit(factory.breach(harms=["death"]))
    serious = duty(incident, "serious")
    assert (serious.state, serious.superseded_by, serious.clocks.count()) == (
        "superseded",
        "death",
        0,
    )


def test_a_law_to_come_is_a_shadow() -> None:
    announce = duty(factory.submit(factory.breach()), "announce")
    assert announce.shadow
    assert announce.shadow_because == "The rule applies from 2990-01-01."


def test_a_report_that_does_not_hold_is_kept_and_opens_nothing() -> None:
    with pytest.raises(Rejected):
        factory.submit({"system": "triag"})
    assert Submission.objects.get().status == "rejected"
    assert not Incident.objects.exists()


def test_a_report_before_any_policy_waits() -> None:
    with pytest.raises(NoRelease):
        factory.submit(factory.report(), at=factory.INSTALLED - HOUR)
    assert Submission.objects.get().status == "received"


def test_the_same_key_gives_the_same_incident() -> None:
    sent = factory.sent(factory.report(), key="k")
    first = flow.report(sent, factory.report(), at=AT)
    second = flow.report(sent, factory.report(), at=AT + MINUTE)
    assert (first.outcome, second.outcome) == ("accepted", "repeated")
    assert first.incident == second.incident


def test_the_same_key_with_another_body_is_refused() -> None:
    flow.report(factory.sent(factory.report(), key="k"), factory.report(), at=AT)
    with pytest.raises(KeyReused):
        flow.report(factory.sent(factory.breach(), key="k"), factory.breach(), at=AT)


def test_a_rejected_report_is_rejected_again_with_the_same_words() -> None:
    sent = factory.sent({}, key="k")
    errors = []
    for _ in range(2):
        with pytest.raises(Rejected) as raised:
            flow.report(sent, {}, at=AT)
        errors.append((raised.value.message, raised.value.extra))
    assert errors[0] == errors[1]
