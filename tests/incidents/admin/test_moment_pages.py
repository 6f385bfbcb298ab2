"""The records of a moment on its incident, and the page of each: what would move, and choosing."""

from datetime import datetime

import pytest

from governance.ledger.models import Entry
from incidents import candidates, moments
from incidents.models import Incident, Moment
from tests import factory
from tests.factory import HOUR, MINUTE
from tests.incidents.admin.desk import Desk, desk, field, said, text

INCIDENTS, MOMENTS = "incidents_incident", "incidents_moment"


@pytest.fixture
def candidate(incident: Incident, now: datetime) -> Moment:
    """An alert says that we were aware an hour earlier."""
    moments.record(
        incident,
        "aware",
        now - 2 * HOUR,
        basis="The alert fired.",
        source="PagerDuty alert 4711",
        decides=False,
        by=factory.PERSON,
        at=now,
    )
    return incident.moments.latest("id")


def section(incident: Incident, viewer: Desk) -> str:
    page = text(viewer.page(INCIDENTS, incident.id))
    return page[page.index('id="moments"') : page.index('id="next"')]


def counts(moment: Moment) -> bool:
    found = {each.moment.id: each.counts for each in candidates.of(moment.incident)}
    return found[moment.id]


# --- on the incident -----------------------------------------------------------------------------


def test_every_record_is_listed_with_its_source_and_what_became_of_it(
    incident: Incident, candidate: Moment, officer: Desk
) -> None:
    shown = section(incident, officer)
    assert "PagerDuty alert 4711" in shown
    assert ">counts<" in shown
    assert ">candidate<" in shown
    assert f"/incidents/moment/{candidate.id}/change/" in shown


def test_the_one_that_counts_says_why_and_by_whom(
    incident: Incident, candidate: Moment, officer: Desk, now: datetime
) -> None:
    officer.act(MOMENTS, candidate.id, "choose", because="The log is right.")
    shown = section(incident, officer)
    assert "The log is right." in shown
    assert "compliance-officer" in shown


def test_a_moment_reads_in_the_zone_of_the_law_too(now: datetime, officer: Desk) -> None:
    days = "business_days: 2, counting: business-days, calendar: office"
    breach = factory.text(
        "breach", ("hours: 8, counting: elapsed", days), ("version: 1.0.0", "version: 2.0.0")
    )
    factory.install(now, breach=breach)
    incident = factory.submit(factory.breach(now - HOUR), at=now)
    assert "Europe/Brussels" in section(incident, officer)


def test_recording_only_a_candidate_starts_no_clock(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    at = (now - 3 * HOUR).replace(microsecond=0)
    given = {"moment": "aware", "happened_at": field(at), "basis": "x", "source": "A mail"}
    officer.act(INCIDENTS, incident.id, "moment", **given, candidate="on")
    moment = incident.moments.get(at=at)
    assert (moment.source, counts(moment)) == ("A mail", False)


# --- the page of one -----------------------------------------------------------------------------


def test_its_page_shows_what_would_move(candidate: Moment, officer: Desk) -> None:
    page = text(officer.page(MOMENTS, candidate.id))
    assert "What would move if this one counted" in page
    assert "Notify the authority: legal end" in page
    assert not counts(candidate)


def test_choosing_it(incident: Incident, candidate: Moment, officer: Desk) -> None:
    answer = officer.act(MOMENTS, candidate.id, "choose", because="The log is right.")
    assert (answer.status_code, counts(candidate)) == (302, True)
    entry = Entry.objects.filter(verb="moment.chosen").latest("id")
    assert entry.actor == officer.actor


def test_choosing_needs_a_reason(candidate: Moment, officer: Desk) -> None:
    assert officer.act(MOMENTS, candidate.id, "choose").status_code == 422
    assert not counts(candidate)


def test_withdrawing_it_keeps_it_on_record(
    incident: Incident, candidate: Moment, officer: Desk
) -> None:
    officer.act(MOMENTS, candidate.id, "withdraw", because="Wrong alert.")
    shown = section(incident, officer)
    assert ">withdrawn<" in shown
    assert "Wrong alert." in shown


def test_the_record_that_counts_offers_nothing(incident: Incident, officer: Desk) -> None:
    page = text(officer.page(MOMENTS, incident.moments.get().id))
    assert "This is the record that counts." in page
    assert 'name="action"' not in page


def test_somebody_faster_is_told_of(candidate: Moment, officer: Desk, now: datetime) -> None:
    moments.choose(candidate, because="x", by=factory.PERSON, at=now)
    answer = officer.act(MOMENTS, candidate.id, "choose", because="y")
    assert "no longer possible" in said(answer)[0]


def test_a_reader_sees_the_record_and_no_preview(candidate: Moment) -> None:
    page = text(desk("auditor", "personal-data-reader").page(MOMENTS, candidate.id))
    assert "PagerDuty alert 4711" in page
    assert "What would move" not in page


@pytest.mark.parametrize("action", ["choose", "withdraw"])
def test_a_reader_decides_nothing(candidate: Moment, action: str) -> None:
    answer = desk("auditor").act(MOMENTS, candidate.id, action, because="x")
    assert answer.status_code == 403


def test_the_list_finds_a_record_by_its_source(candidate: Moment, officer: Desk) -> None:
    link = f"/incidents/moment/{candidate.id}/change/"
    assert link in text(officer.list(MOMENTS, q="4711"))
    assert link not in text(officer.list(MOMENTS, q="4712"))


def test_the_list_is_narrowed_to_one_moment(candidate: Moment, officer: Desk) -> None:
    link = f"/incidents/moment/{candidate.id}/change/"
    assert link in text(officer.list(MOMENTS, moment="aware"))
    assert link not in text(officer.list(MOMENTS, moment="resolved"))


# --- what waits ----------------------------------------------------------------------------------


@pytest.fixture
def waiting(now: datetime) -> Incident:
    """Reported 26 hours ago, and nobody has recorded when we became aware."""
    return factory.submit(factory.breach(aware=None), at=now - 26 * HOUR - MINUTE)


def test_the_board_says_for_how_long_a_clock_waits(waiting: Incident, officer: Desk) -> None:
    assert "waits for “We became aware”, for 26 h" in text(officer.list("incidents_clock"))


def test_the_incident_says_for_how_long_a_clock_waits(waiting: Incident, officer: Desk) -> None:
    assert "waits for “We became aware”, for 26 h" in text(officer.page(INCIDENTS, waiting.id))


def test_the_page_of_a_clock_says_since_when_it_waits(waiting: Incident, officer: Desk) -> None:
    clock = factory.deadline(waiting, "notify", "initial")
    page = text(officer.page("incidents_clock", clock.id))
    assert "it waits for <strong>“We became aware”</strong>, for 26 h." in page
    assert "Waits since" in page


def test_its_reminder_names_the_moment_by_its_title(waiting: Incident, officer: Desk) -> None:
    assert "Reminder: waits for “We became aware”" in text(officer.page(INCIDENTS, waiting.id))


def test_the_first_page_lists_the_longest_waits(waiting: Incident, officer: Desk) -> None:
    page = text(officer.client.get("/"))
    assert "waits for “We became aware”, for 26 h" in page
    assert "waits for submitted" not in page


def test_the_first_page_is_silent_while_nothing_waits(incident: Incident, officer: Desk) -> None:
    assert 'id="waits"' not in text(officer.client.get("/"))
