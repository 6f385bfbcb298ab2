"""Repeated signals and other incidents on the page of an incident."""

from datetime import datetime

import pytest

from incidents import annotations, flow, links
from incidents.models import Incident, IncidentLink, Signal
from tests import factory
from tests.incidents.admin.desk import Desk, said, text

INCIDENTS = "incidents_incident"


@pytest.fixture
def other(now: datetime) -> Incident:
    return factory.submit(factory.report(), at=now)


@pytest.fixture
def repeated(now: datetime) -> Incident:
    """Seen three times, in two reports of which the second knows more."""
    facts = factory.report(signal={"fingerprint": "f", "count": 2})
    factory.submit(facts, at=now)
    return factory.submit({**facts, "harms": ["privacy"], "signal": {"fingerprint": "f"}}, at=now)


def test_an_officer_links_two_incidents(incident: Incident, other: Incident, officer: Desk) -> None:
    given = {"kind": "caused-by", "other": other.reference, "reason": "The same change."}
    assert officer.act(INCIDENTS, incident.id, "link", **given).status_code == 302
    assert other.reference in text(officer.page(INCIDENTS, incident.id))
    assert "Cause of" in text(officer.page(INCIDENTS, other.id))


def test_an_unknown_incident_is_said(incident: Incident, officer: Desk) -> None:
    given = {"kind": "related", "other": "INC-1900-000001", "reason": "x"}
    answer = officer.act(INCIDENTS, incident.id, "link", **given)
    assert "There is no incident" in said(answer)[0]


def test_an_officer_removes_a_link(incident: Incident, other: Incident, officer: Desk) -> None:
    words = {"reason": "x", "by": factory.PERSON, "at": factory.AT}
    made = links.add(incident, other, links.Kind.RELATED, **words)
    given = {"which": str(made.id), "reason": "Wrong."}
    assert officer.act(INCIDENTS, incident.id, "unlink", **given).status_code == 302
    assert IncidentLink.objects.get().removed_by == officer.actor


def test_an_incident_without_links_offers_no_removal(incident: Incident, officer: Desk) -> None:
    assert 'value="unlink"' not in text(officer.page(INCIDENTS, incident.id))


def test_the_counts_and_what_differs_are_shown(repeated: Incident, officer: Desk) -> None:
    page = text(officer.page(INCIDENTS, repeated.id))
    assert "Seen 3 times in 2 reports" in page
    assert "/harms" in page


def test_an_incident_without_a_fingerprint_shows_no_counts(
    incident: Incident, officer: Desk
) -> None:
    assert "Repeated signals" not in text(officer.page(INCIDENTS, incident.id))


def test_an_officer_splits_a_signal_off(repeated: Incident, officer: Desk) -> None:
    wrong = Signal.objects.get(opened=False)
    given = {"which": str(wrong.id), "reason": "Of another model."}
    assert officer.act(INCIDENTS, repeated.id, "split_signal", **given).status_code == 302
    assert "in 1 report," in text(officer.page(INCIDENTS, repeated.id))
    assert Incident.objects.count() == 2


def test_a_closed_incident_is_not_split(repeated: Incident, officer: Desk, now: datetime) -> None:
    factory.amend(repeated, now, harms=["privacy"], personal_data={"breach": False})
    flow.change_state(repeated, Incident.State.CLOSED, reason="x", by=factory.PERSON, at=now)
    assert 'value="split_signal"' not in text(officer.page(INCIDENTS, repeated.id))


# --- who does what, and notes --------------------------------------------------------------------


def test_an_officer_gives_a_role_and_ends_it(incident: Incident, officer: Desk) -> None:
    factory.person("ada", "responder")
    given = {"role": "incident-commander", "person": "ada", "reason": "On duty."}
    assert officer.act(INCIDENTS, incident.id, "assign_role", **given).status_code == 302
    assert "Who does what" in text(officer.page(INCIDENTS, incident.id))
    ended = {"which": str(incident.team.get().id), "reason": "Off duty."}
    assert officer.act(INCIDENTS, incident.id, "end_role", **ended).status_code == 302
    assert "Who does what" not in text(officer.page(INCIDENTS, incident.id))


def test_an_officer_writes_a_note_and_corrects_it(incident: Incident, officer: Desk) -> None:
    given = {"text": "It is the cache."}
    assert officer.act(INCIDENTS, incident.id, "write_note", **given).status_code == 302
    first = incident.timeline_notes.get()
    corrected = {"which": str(first.id), "text": "It is the queue."}
    assert officer.act(INCIDENTS, incident.id, "correct_note", **corrected).status_code == 302
    page = text(officer.page(INCIDENTS, incident.id))
    assert "It is the queue." in page
    assert "<s>It is the cache.</s>" in page


def test_a_note_is_shown_as_text(incident: Incident, officer: Desk, now: datetime) -> None:
    words = "<script>alert(1)</script>"
    annotations.write(incident, words, about=now, by=factory.PERSON, at=now)
    page = officer.page(INCIDENTS, incident.id).content.decode()
    assert words not in page
    assert "&lt;script&gt;alert(1)" in page


# --- void and merged ------------------------------------------------------------------------------


def test_an_officer_voids_and_opens_again(incident: Incident, officer: Desk) -> None:
    assert officer.act(INCIDENTS, incident.id, "void", reason="A test.").status_code == 302
    page = text(officer.page(INCIDENTS, incident.id))
    assert "Void" in page
    assert 'value="amend"' not in page
    answer = officer.act(INCIDENTS, incident.id, "reverse_void", reason="It was one.")
    assert answer.status_code == 302
    incident.refresh_from_db()
    assert incident.state == "open"


def test_an_officer_merges_and_takes_it_back(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    same = factory.breach(now - 2 * factory.HOUR, harms=["privacy"])
    survivor = factory.submit(same, at=now)
    given = {"into": survivor.reference, "reason": "The same."}
    assert officer.act(INCIDENTS, incident.id, "merge", **given).status_code == 302
    assert "Has the duplicate" in text(officer.page(INCIDENTS, survivor.id))
    answer = officer.act(INCIDENTS, incident.id, "reverse_merge", reason="Not the same.")
    assert answer.status_code == 302
    assert incident.duties.filter(state="open").exists()


def test_what_is_not_covered_is_said_on_the_page(
    incident: Incident, other: Incident, officer: Desk
) -> None:
    given = {"into": other.reference, "reason": "The same."}
    answer = officer.act(INCIDENTS, incident.id, "merge", **given)
    assert "does not cover" in said(answer)[0]


def test_one_that_was_closed_because_it_was_over_is_not_opened_again(
    repeated: Incident, officer: Desk, now: datetime
) -> None:
    factory.amend(repeated, now, harms=["privacy"], personal_data={"breach": False})
    factory.change(repeated, "closed", now)
    page = text(officer.page(INCIDENTS, repeated.id))
    assert 'value="reverse_void"' not in page
    assert 'value="reverse_merge"' not in page
