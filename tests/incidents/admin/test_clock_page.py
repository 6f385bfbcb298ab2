from datetime import datetime, timedelta

import pytest

from governance.ledger.models import Entry
from incidents import flow
from incidents.models import Clock, Incident
from incidents.stages.fulfilling import Fulfilment
from tests import factory
from tests.incidents.admin.desk import Desk, desk, field, said, text

CLOCKS = "incidents_clock"


@pytest.fixture
def initial(incident: Incident) -> Clock:
    return factory.deadline(incident, "notify", "initial")


def test_it_shows_what_counted_the_clock(initial: Clock, officer: Desk) -> None:
    found = text(officer.page(CLOCKS, initial.id))
    for frozen in ("elapsed", "8 hours", "aware", initial.duty.policy, initial.duty.policy_digest):
        assert frozen in found


def test_it_says_what_a_clock_waits_for(incident: Incident, officer: Desk) -> None:
    final = factory.deadline(incident, "notify", "final")
    assert "“initial” being sent" in text(officer.page(CLOCKS, final.id))


def test_it_calls_the_stage_that_it_waits_for_by_its_title(officer: Desk, now: datetime) -> None:
    titled = ("- id: initial\n", "- id: initial\n          title: Initial notification\n")
    edits = (titled, ("version: 1.0.0", "version: 1.1.0"))
    factory.install(at=now - timedelta(hours=1), breach=factory.text("breach", *edits))
    incident = factory.submit(factory.breach(now), at=now)
    final = factory.deadline(incident, "notify", "final")
    for page in (officer.page(CLOCKS, final.id), officer.list(CLOCKS)):
        assert "“Initial notification” being sent" in text(page)


def test_a_period_of_one_is_said_of_one(officer: Desk, now: datetime) -> None:
    shorter = ("aware, hours: 8", "aware, hours: 1")
    untold = ('target: {hours: 3}\n          remind: ["50%", "1 hour before"]', "")
    edits = (shorter, untold, ("version: 1.0.0", "version: 1.1.0"))
    factory.install(at=now - timedelta(hours=1), breach=factory.text("breach", *edits))
    incident = factory.submit(factory.breach(now), at=now)
    page = text(officer.page(CLOCKS, factory.deadline(incident, "notify", "initial").id))
    assert "1 hours" not in page
    assert page.count("1 hour<") == 2  # how it was counted, and its history


def test_what_it_was_counted_from_is_called_by_its_title(initial: Clock, officer: Desk) -> None:
    page = text(officer.page(CLOCKS, initial.id))
    assert page.count("“We became aware”") == 2  # how it was counted, and its history


def test_what_the_report_must_contain_is_beside_what_is_known(officer: Desk, now: datetime) -> None:
    """A fact by its path, of one word too; the law's own words stand alone."""
    content = "content: [harms, incident.title, other]\n          remind:"
    edits = (("remind:", content), ("version: 1.0.0", "version: 1.1.0"))
    factory.install(at=now - timedelta(hours=1), breach=factory.text("breach", *edits))
    incident = factory.submit(factory.breach(now), at=now)
    page = text(officer.page(CLOCKS, factory.deadline(incident, "notify", "initial").id))
    assert "It went wrong" in page
    assert page.count("not known yet") == 1


def test_recording_as_sent_fulfils_the_stage(initial: Clock, officer: Desk, now: datetime) -> None:
    sent = (now - timedelta(minutes=5)).replace(microsecond=0)
    answer = officer.act(
        CLOCKS,
        initial.id,
        "fulfil",
        submitted_at=field(sent),
        receipt_number="R-17",
        channel="web form",
        note="by hand",
    )
    assert answer.status_code == 302
    initial.refresh_from_db()
    recorded = (initial.fulfilled_at, initial.receipt_number, initial.channel, initial.note)
    assert recorded == (sent, "R-17", "web form", "by hand")
    assert initial.fulfilled_by == officer.actor


def test_recording_as_sent_leaves_an_entry_of_the_person(
    initial: Clock, officer: Desk, now: datetime
) -> None:
    officer.act(CLOCKS, initial.id, "fulfil", submitted_at=field(now - factory.MINUTE))
    assert Entry.objects.get(verb="clock.fulfilled").actor == officer.actor


def test_a_time_to_come_is_refused_and_the_form_kept(
    initial: Clock, officer: Desk, now: datetime
) -> None:
    answer = officer.act(
        CLOCKS,
        initial.id,
        "fulfil",
        submitted_at=field(now + timedelta(days=1)),
        receipt_number="R-18",
    )
    assert answer.status_code == 422
    assert "lies in the future" in said(answer)[0]
    assert "R-18" in text(answer)
    initial.refresh_from_db()
    assert initial.state == "running"


def test_a_missing_time_is_asked_for(initial: Clock, officer: Desk) -> None:
    answer = officer.act(CLOCKS, initial.id, "fulfil")
    assert answer.status_code == 422
    assert "This field is required." in text(answer)


def test_once_sent_it_shows_the_receipt_and_no_form(
    initial: Clock, officer: Desk, now: datetime
) -> None:
    flow.fulfil(initial, Fulfilment(now, receipt_number="R-19"), by=factory.PERSON, at=now)
    found = text(officer.page(CLOCKS, initial.id))
    assert "R-19" in found
    assert 'name="submitted_at"' not in found


def test_a_second_person_is_told_that_it_is_done(
    initial: Clock, officer: Desk, now: datetime
) -> None:
    flow.fulfil(initial, Fulfilment(now), by=factory.PERSON, at=now)
    answer = officer.act(CLOCKS, initial.id, "fulfil", submitted_at=field(now))
    assert answer.status_code == 302
    assert "no longer possible" in said(answer)[0]


def test_an_auditor_cannot_record_anything(initial: Clock, now: datetime) -> None:
    auditor = desk("auditor")
    assert 'name="submitted_at"' not in text(auditor.page(CLOCKS, initial.id))
    answer = auditor.act(CLOCKS, initial.id, "fulfil", submitted_at=field(now))
    assert answer.status_code == 403
