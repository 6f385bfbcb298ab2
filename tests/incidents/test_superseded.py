"""A superseded duty: its owner looks after it until the duty in its place is performed."""

import pytest

from incidents import flow, sweep
from incidents.models import Incident, Timer
from tests import factory
from tests.factory import AT, HOUR, PERSON, amend, duty
from tests.incidents.said import subjects, told

pytestmark = pytest.mark.django_db
DAY = 24 * HOUR
SAID = "Superseded: Report serious harm"


@pytest.fixture
def incident() -> Incident:
    """A death, whose report takes the place of that of a serious incident."""
    factory.install()
    found = factory.submit(factory.breach(harms=["death"]))
    flow.acknowledge(found, by=PERSON, at=AT)
    told()
    return found


def reminders(incident: Incident) -> list[tuple[str, str]]:
    rows = duty(incident, "serious").timers.filter(kind="superseded").order_by("due_at")
    return list(rows.values_list("step", "state"))


def heard(at_days: int) -> bool:
    sweep.run(at=AT + at_days * DAY)
    return SAID in subjects()


def because(incident: Incident) -> str:
    sweep.run(at=AT + DAY)
    return duty(incident, "serious").timers.get(kind="superseded", step="1").outcome


def test_its_owner_is_asked_after_a_day_and_then_every_week(incident: Incident) -> None:
    assert [heard(day) for day in (1, 2, 7, 8, 9, 15)] == [True, False, False, True, False, True]


def test_only_its_owner_is(incident: Incident) -> None:
    Timer.objects.exclude(kind="superseded").delete()
    sweep.run(at=AT + DAY)
    assert told() == ["legal@example.org"]


def test_what_a_downtime_swallowed_is_said_once(incident: Incident) -> None:
    assert heard(40)
    pending = duty(incident, "serious").timers.get(kind="superseded", state="pending")
    assert pending.due_at == AT + 43 * DAY


def test_it_says_which_duty_takes_its_place_and_that_it_is_owed(incident: Incident) -> None:
    assert f"{duty(incident, 'death').title} takes its place and is owed" in because(incident)


def test_it_says_when_that_one_is_waived(incident: Incident) -> None:
    factory.grant(duty(incident, "death"), "waiver", at=AT + HOUR)
    assert "is WAIVED, so nothing is sent for either" in because(incident)


def test_once_that_one_is_performed_nothing_is_said(incident: Incident) -> None:
    for clock in duty(incident, "death").clocks.all():
        factory.fulfil(clock, AT + HOUR)
    assert duty(incident, "death").state == "fulfilled"
    assert not heard(1)
    assert reminders(incident) == [("1", "cancelled")]


def test_one_that_is_owed_again_asks_no_more(incident: Incident) -> None:
    amend(incident, harms=["injury"])
    assert reminders(incident) == [("1", "cancelled")]


def test_one_that_is_superseded_later_asks_from_then_on(incident: Incident) -> None:
    amend(incident, harms=["injury"])
    amend(incident, at=AT + 3 * HOUR, harms=["death"])
    pending = duty(incident, "serious").timers.get(kind="superseded", state="pending")
    assert pending.due_at == AT + 3 * HOUR + DAY


def test_the_timer_says_why_it_is_there(incident: Incident) -> None:
    timer = duty(incident, "serious").timers.get(kind="superseded")
    assert str(timer) == "Duty superseded"
    assert timer.state == "pending"
