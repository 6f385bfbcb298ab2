from datetime import datetime, timedelta

from django.conf import settings

from governance.heartbeat import heartbeat
from incidents.models import Incident
from tests import factory
from tests.incidents.admin.desk import Desk, text


def cards(officer: Desk) -> dict[str, int]:
    found = text(officer.client.get("/"))
    counts = {}
    for part in found.split('class="by-count')[1:]:
        number = part.partition("<strong>")[2].partition("</strong>")[0]
        name = part.partition("<span>")[2].partition("</span>")[0]
        counts[name] = int(number)
    return counts


def test_each_thing_to_do_is_counted(incident: Incident, officer: Desk, now: datetime) -> None:
    asked = factory.report(personal_data={"breach": True}, harms=["privacy"])
    factory.submit(asked, at=now)
    assert cards(officer) == {
        "Overdue": 0,
        "At risk": 0,
        "Running": 1,
        "Not started": 5,
        "Paused": 0,
        "Open questions": 1,
        "Unconfirmed decisions": 4,
        "Not acknowledged": 2,
        "Rejected reports": 0,
        "Undeliverable messages": 0,
        "Notices to approve": 0,
        "Policies to approve": 0,
        "Requests to approve": 0,
    }


def test_a_card_leads_to_the_list_of_what_it_counts(incident: Incident, officer: Desk) -> None:
    assert "/incidents/clock/?standing=overdue&duty__shadow__exact=0" in text(
        officer.client.get("/")
    )


def test_the_next_deadlines_name_the_incident(incident: Incident, officer: Desk) -> None:
    found = text(officer.client.get("/"))
    assert incident.reference in found
    assert "in 6 h" in found


def test_a_job_that_stands_still_is_shown(officer: Desk, now: datetime) -> None:
    heartbeat.record("incidents.sweep", at=now - timedelta(days=1))
    assert "stands still" in text(officer.client.get("/"))


def test_jobs_that_finish_their_rounds_are_shown_to_work(officer: Desk, now: datetime) -> None:
    for job in settings.HEARTBEAT_JOBS:
        heartbeat.record(job, at=now)
    assert "stands still" not in text(officer.client.get("/"))


def test_without_incidents_it_says_what_to_do(officer: Desk, now: datetime) -> None:
    assert "Report an incident over the API" in text(officer.client.get("/"))


def test_ten_deadlines_are_shown_and_no_more(officer: Desk, now: datetime) -> None:
    for _ in range(12):
        factory.submit(factory.breach(now - factory.HOUR), at=now)
    assert text(officer.client.get("/")).count('data-label="Standing"') == 10
