"""The log of an incident: entries of the audit trail and notes as one list, by kind."""

from datetime import datetime

import pytest

from incidents import annotations, flow, moments
from incidents.admin import log
from incidents.admin.log import Found
from incidents.models import Incident
from tests import factory
from tests.incidents.admin.desk import Desk, text

INCIDENTS = "incidents_incident"


@pytest.fixture
def written(incident: Incident, now: datetime) -> Incident:
    """With a note about an hour ago, and a moment recorded by a person."""
    about = now - factory.HOUR
    annotations.write(incident, "We called the vendor.", about=about, by=factory.PERSON, at=now)
    moments.record(incident, "information", about, basis="A mail.", by=factory.PERSON, at=now)
    return incident


def counts(found: Found) -> dict[str, int]:
    return {str(kind.title): kind.count for kind in found.kinds}


def test_everything_is_shown_unless_a_kind_is_chosen(written: Incident) -> None:
    found = log.read(written, "")
    lines = log.lines(found, {}, may_read=False)
    assert {"incident.reported", "Note", "moment.recorded"} <= {each.what for each in lines}
    assert len(lines) == found.total


def test_a_note_stands_at_the_time_that_it_tells_of(written: Incident, now: datetime) -> None:
    (note,) = [each for each in log.lines(log.read(written, ""), {}, may_read=False) if each.note]
    assert note.when == now - factory.HOUR
    assert note.text == "We called the vendor."


def test_a_kind_shows_its_own(written: Incident) -> None:
    lines = log.lines(log.read(written, "moments"), {}, may_read=False)
    assert {each.what.partition(".")[0] for each in lines} == {"moment"}


def test_the_counts_are_the_same_whatever_is_chosen(written: Incident) -> None:
    flow.acknowledge(written, by=factory.PERSON, at=factory.AT)
    assert counts(log.read(written, "")) == counts(log.read(written, "deadlines"))


def test_an_unknown_kind_shows_everything(written: Incident) -> None:
    assert log.read(written, "x'--").kinds[0].chosen


def test_the_address_keeps_the_choice(written: Incident, officer: Desk) -> None:
    path = f"/incidents/incident/{written.id}/change/"
    page = officer.client.get(path, {"log": "notes"}).content.decode()
    shown = page[page.index('id="timeline"') :]
    assert '?log=notes#timeline" aria-current="true"' in shown
    assert "We called the vendor." in shown
    assert "incident.reported" not in shown


def test_a_decision_opens_with_its_whole_record(incident: Incident, officer: Desk) -> None:
    decision = incident.decisions.get()
    closed = text(officer.page(INCIDENTS, incident.id))
    path = f"/incidents/incident/{incident.id}/change/"
    opened = officer.client.get(path, {"decision": str(decision.id)}).content.decode()
    assert "Rules of severity" not in closed
    assert "Rules of severity" in opened
