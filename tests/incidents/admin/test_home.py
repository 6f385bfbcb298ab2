from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from pytest_django import Settings

from governance.heartbeat import heartbeat
from governance.heartbeat.models import Ping
from incidents.models import Incident
from tests import factory
from tests.factory import AT
from tests.incidents.admin.desk import Desk, text


def cards(officer: Desk) -> dict[str, int]:
    found = text(officer.client.get("/"))
    counts = {}
    for part in found.split('class="by-count by-')[1:]:
        number = part.partition("<strong>")[2].partition("</strong>")[0]
        name = part.partition("<span>")[2].partition("</span>")[0]
        counts[name] = int(number)
    return counts


def test_each_thing_to_do_is_counted(incident: Incident, officer: Desk, now: datetime) -> None:
    asked = factory.report(personal_data={"breach": True}, harms=["privacy"])
    factory.submit(asked, at=now)
    assert cards(officer) == {
        "Notices to approve": 0,
        "Policies to approve": 0,
        "Requests to approve": 0,
        "Severities to approve": 0,
        "Overdue": 0,
        "At risk": 0,
        "Running": 1,
        "Not started": 5,
        "Paused": 0,
        "Met": 0,
        "Met late": 0,
        "Open questions": 1,
        "Unconfirmed decisions": 4,
        "Not acknowledged": 2,
        "Rejected reports": 0,
        "Undeliverable messages": 0,
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
    for job in configured.HEARTBEAT_JOBS:
        heartbeat.record(job, at=now)
    assert "stands still" not in text(officer.client.get("/"))


def test_without_incidents_it_says_what_to_do(officer: Desk, now: datetime) -> None:
    assert "Report an incident over the API" in text(officer.client.get("/"))


def test_ten_deadlines_are_shown_and_no_more(officer: Desk, now: datetime) -> None:
    for _ in range(12):
        factory.submit(factory.breach(now - factory.HOUR), at=now)
    assert text(officer.client.get("/")).count('data-label="Standing"') == 10


# --- the engine ----------------------------------------------------------------------------------


def test_rows_that_lie_due_are_shown(officer: Desk, now: datetime) -> None:
    factory.left(factory.report(), at=now - timedelta(minutes=10))
    found = text(officer.client.get("/"))
    assert "<code>submissions</code> due 9 min ago" in found
    assert "<code>timers</code> oldest due for 0 s" in found


def test_a_timer_that_was_put_off_is_shown_with_its_reason(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    again = now + timedelta(minutes=8, seconds=30)
    why = "Attempt 9 failed: KeyError"
    incident.timers.filter(kind="at_risk").update(attempts=9, retry_at=again, outcome=why)
    found = text(officer.client.get("/"))
    assert "<code>timers</code> 1 failed and will be tried again" in found
    assert why in found
    assert "in 8 min" in found


def test_nothing_put_off_takes_no_room(incident: Incident, officer: Desk) -> None:
    assert "Put off after a failure" not in text(officer.client.get("/"))


def test_without_a_watcher_outside_it_says_so(officer: Desk, now: datetime) -> None:
    assert "nobody outside would notice silence" in text(officer.client.get("/"))


@pytest.mark.parametrize(
    ("ping", "words"),
    [
        (None, "has not pinged yet"),
        ({"succeeded_at": AT}, "last 3 min ago"),
        ({"error": "watch.example.org: refused"}, "watch.example.org: refused"),
    ],
)
def test_the_last_ping_is_shown(
    officer: Desk, now: datetime, settings: Settings, ping: dict[str, Any] | None, words: str
) -> None:
    settings.DEADMAN_URL = "https://watch.example.org/s3cret"
    if ping is not None:
        attempted = now - timedelta(minutes=3, seconds=30)
        Ping.objects.create(name="deadman", attempted_at=attempted, **ping)
    found = text(officer.client.get("/"))
    assert words in found
    assert "s3cret" not in found
