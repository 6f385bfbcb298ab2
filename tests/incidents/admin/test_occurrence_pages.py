"""Occurrence, recipient and doubt, as the screens and the messages show them."""

from datetime import datetime

import pytest

from governance.outbox.models import Message
from incidents import sweep
from incidents.models import Incident
from tests import factory, schedules
from tests.factory import HOUR, fulfil
from tests.incidents.admin.desk import Desk, text
from tests.schedules import DAY, WEEK, clock

CLOCKS, INCIDENTS = "incidents_clock", "incidents_incident"


def opened(name: str, now: datetime, *, aware: datetime) -> Incident:
    schedules.install(name, at=now - 60 * DAY)
    return factory.submit(schedules.report(aware), at=now)


@pytest.fixture
def second(now: datetime) -> Incident:
    """The second of the reports that come again has run for a day."""
    incident = opened("model", now, aware=now - 2 * WEEK)
    fulfil(clock(incident, "initial"), now - 2 * WEEK + HOUR, at=now)
    fulfil(clock(incident, "intermediate"), now - DAY, at=now)
    return incident


@pytest.mark.parametrize("number", [1, 2])
def test_board_and_incident_show_each_occurrence(
    second: Incident, officer: Desk, number: int
) -> None:
    title = f"Intermediate report, no. {number}"
    assert title in text(officer.list(CLOCKS))
    assert title in text(officer.page(INCIDENTS, second.id))


def test_the_page_of_a_deadline_shows_its_occurrence(second: Incident, officer: Desk) -> None:
    found = text(officer.page(CLOCKS, clock(second, "intermediate", occurrence=2).id))
    assert "Intermediate report, no. 2" in found


def test_recording_as_sent_opens_the_next(second: Incident, officer: Desk, now: datetime) -> None:
    sent = (now - factory.MINUTE).replace(microsecond=0)
    key = clock(second, "intermediate", occurrence=2).id
    officer.act(CLOCKS, key, "fulfil", submitted_at=f"{sent:%Y-%m-%dT%H:%M:%S}")
    assert clock(second, "intermediate", occurrence=3).legal_due == sent + 4 * WEEK


def test_a_deadline_names_its_recipient(now: datetime, officer: Desk) -> None:
    incident = opened("both", now, aware=now)
    found = text(officer.page(CLOCKS, clock(incident, "warning", "agency").id))
    assert "Early warning (Security agency)" in found
    assert "Early warning (Response team)" in text(officer.list(CLOCKS))


def test_a_deadline_says_that_it_may_not_be_owed(now: datetime, officer: Desk) -> None:
    incident = opened("people", now, aware=now)
    found = text(officer.page(CLOCKS, clock(incident, "people").id))
    assert "Whether this stage is owed is not determined yet" in found
    assert "personal_data.risk" in found


def test_a_cancelled_deadline_says_why(second: Incident, officer: Desk, now: datetime) -> None:
    factory.record(second, "resolved", now, at=now)
    because = "The moment 'resolved' has come, which ends these reports."
    key = clock(second, "intermediate", occurrence=2).id
    assert because in text(officer.page(CLOCKS, key))
    assert because in text(officer.page(INCIDENTS, second.id))


def test_an_overdue_occurrence_is_called_by_its_number(second: Incident, now: datetime) -> None:
    due = clock(second, "intermediate", occurrence=2).legal_due
    assert due is not None
    sweep.run(at=due + factory.MINUTE)
    told = Message.objects.filter(subject__contains="OVERDUE: Intermediate report, no. 2")
    assert told.filter(destination="legal@example.org").count() == 1


def test_each_recipient_s_clock_alarms_for_itself(now: datetime) -> None:
    incident = opened("both", now, aware=now)
    fulfil(clock(incident, "warning", "team"), now)
    sweep.run(at=now + 25 * HOUR)
    overdue = Message.objects.filter(
        subject__contains="OVERDUE: Early", destination="legal@example.org"
    )
    (message,) = overdue
    assert message.subject.endswith("Early warning (Security agency)")


def test_a_message_names_the_fact_that_would_settle_whether_a_stage_is_owed(
    now: datetime,
) -> None:
    opened("people", now, aware=now)
    texts = Message.objects.values_list("text", flat=True)
    assert any("Is it owed? Until somebody finds out, yes: personal_data.risk" in t for t in texts)
