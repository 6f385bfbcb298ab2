"""A stage that goes to several recipients: a clock for each, all of them owed."""

import pytest

from incidents.models import Incident
from tests import factory, schedules
from tests.factory import AT, HOUR, duty, fulfil, pending
from tests.schedules import WEEK, clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    schedules.install("both")
    return factory.submit(schedules.report())


def test_each_recipient_has_a_clock_that_names_it(incident: Incident) -> None:
    found = incident.clocks.filter(stage="warning").order_by("id")
    assert list(found.values_list("title", "recipient_id", "recipient", "legal_due")) == [
        ("Early warning (Response team)", "team", "Response team", AT + 24 * HOUR),
        ("Early warning (Security agency)", "agency", "Security agency", AT + 24 * HOUR),
    ]


def test_what_one_has_the_other_is_still_owed(incident: Incident) -> None:
    fulfil(clock(incident, "warning", "team"), AT + HOUR)
    other = clock(incident, "warning", "agency")
    assert other.state == "running"
    assert pending(other) == [("at_risk", "at risk"), ("overdue", "1")]


@pytest.mark.parametrize("order", [("team", "agency"), ("agency", "team")])
def test_the_first_submission_starts_what_follows(
    incident: Incident, order: tuple[str, str]
) -> None:
    fulfil(clock(incident, "warning", order[0]), AT + HOUR)
    assert clock(incident, "final").legal_due == AT + 73 * HOUR
    fulfil(clock(incident, "warning", order[1]), AT + 2 * HOUR)
    assert clock(incident, "final").legal_due == AT + 73 * HOUR


def test_a_submission_recorded_later_may_have_been_the_first(incident: Incident) -> None:
    fulfil(clock(incident, "warning", "team"), AT + 2 * HOUR)
    fulfil(clock(incident, "warning", "agency"), AT + HOUR, at=AT + 3 * HOUR)
    assert clock(incident, "final").legal_due == AT + 73 * HOUR


def test_the_duty_is_fulfilled_when_everyone_has_everything(incident: Incident) -> None:
    for recipient in ("team", "agency"):
        fulfil(clock(incident, "warning", recipient), AT + HOUR)
        assert duty(incident, "warn").state == "open"
    fulfil(clock(incident, "final"), AT + 2 * HOUR)
    assert duty(incident, "warn").state == "fulfilled"


def test_reports_that_recur_follow_each_recipient_s_own_submissions() -> None:
    goes_to = "\n          recipients: [{id: office, title: Office}, {id: court, title: Court}]"
    schedules.install("model", ("title: Intermediate report", f"title: Status{goes_to}"))
    incident = factory.submit(schedules.report())
    fulfil(clock(incident, "initial"), AT)
    fulfil(clock(incident, "intermediate", "office"), AT + WEEK)
    following = clock(incident, "intermediate", "office", occurrence=2)
    assert (following.title, following.legal_due) == ("Status, no. 2 (Office)", AT + 5 * WEEK)
    assert clock(incident, "intermediate", "court").legal_due == AT + 4 * WEEK
    assert schedules.states(incident, "intermediate") == ["fulfilled", "running", "running"]


def test_the_title_of_a_long_stage_still_tells_its_recipient() -> None:
    schedules.install("both", ("title: Early warning", f"title: {'x' * 600}"))
    incident = factory.submit(schedules.report())
    title = clock(incident, "warning", "team").title
    assert (len(title), title[-16:]) == (500, "x (Response team)"[-16:])
