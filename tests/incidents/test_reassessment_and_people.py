"""What people decided about duties and deadlines stays when an incident is decided anew."""

import pytest

from incidents import confirmations
from incidents.models import Incident
from tests import factory
from tests.factory import AT, HOUR, deadline, duty, grant
from tests.incidents.reassessing import OTHER, SHORTER, approve, breach, sweep_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    factory.install()
    return breach()


def test_a_duty_that_a_person_holds_to_apply_outlives_its_policy(incident: Incident) -> None:
    factory.amend(incident, at=AT + HOUR / 4, personal_data={"risk": "unlikely"})
    declined = duty(incident, "notify")
    confirmations.contest(declined, note="No.", by=factory.approver(), at=AT + HOUR / 2)
    approve(OTHER)
    sweep_at()
    assert duty(incident, "notify").state == "open"


def test_a_decision_that_came_of_it_is_to_be_confirmed(incident: Incident) -> None:
    approve(OTHER)
    sweep_at()
    found = duty(incident, "notify")
    assert found.confirmation == "unconfirmed"
    assert found.because.startswith("No policy in force has this duty any more.")
    assert incident.timers.filter(kind="confirm", due_at=found.confirm_by).exists()


def test_a_waived_duty_stays_waived(incident: Incident) -> None:
    grant(duty(incident, "notify"), "waiver", at=AT + HOUR / 2)
    approve(SHORTER)
    sweep_at()
    assert duty(incident, "notify").state == "waived"


def test_a_pause_stays_in_force_on_what_is_counted_anew(incident: Incident) -> None:
    initial = deadline(incident, "notify", "initial")
    grant(initial, "pause", at=AT + HOUR / 2, until=AT + 20 * HOUR)
    approve(SHORTER)
    sweep_at()
    initial.refresh_from_db()
    assert (initial.state, initial.counted_legal_due, initial.legal_due) == (
        "paused",
        AT + 6 * HOUR,
        AT + 25 * HOUR + HOUR / 2,
    )
