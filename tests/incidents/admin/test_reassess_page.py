"""An officer sees that newer policies are in force, what they would change, and confirms that."""

import re
from datetime import datetime

import pytest
from django.http import HttpResponse
from django.urls import reverse

from incidents.models import Incident, Reassessment
from tests import factory
from tests.factory import HOUR
from tests.incidents.admin.desk import Desk, desk, said, text
from tests.incidents.reassessing import RAISED, SHORTER, approve

INCIDENTS, CLOCKS = "incidents_incident", "incidents_clock"


@pytest.fixture
def shorter(incident: Incident, now: datetime) -> Incident:
    """The law says six hours instead of eight now, for new incidents."""
    approve(SHORTER, at=now, reassess="none")
    return incident


def path(incident: Incident) -> str:
    return reverse("admin:incidents_incident_reassess", args=[incident.id])


def look(incident: Incident, viewer: Desk) -> str:
    return text(viewer.client.get(path(incident)))


def shown(page: str) -> str:
    found = re.search(r'name="shown" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def confirm(incident: Incident, viewer: Desk, digest: str, reason: str = "Six.") -> HttpResponse:
    return viewer.client.post(path(incident), {"shown": digest, "reason": reason})


def period(incident: Incident) -> str:
    return factory.deadline(incident, "notify", "initial").period


# --- that something is behind --------------------------------------------------------------------


def test_an_incident_says_what_decided_it_and_is_not_in_force(
    shorter: Incident, officer: Desk
) -> None:
    page = text(officer.page(INCIDENTS, shorter.id))
    assert "Decided by ObligationPolicy/breach@1.0.0; in force is 2.0.0." in page
    assert path(shorter) in page


def test_a_deadline_says_what_counted_it_and_is_not_in_force(
    shorter: Incident, officer: Desk
) -> None:
    clock = factory.deadline(shorter, "notify", "initial")
    page = text(officer.page(CLOCKS, clock.id))
    assert "Decided by ObligationPolicy/breach@1.0.0; in force is 2.0.0." in page
    assert str(clock.release_id) in page


def test_what_follows_the_policies_in_force_is_silent(incident: Incident, officer: Desk) -> None:
    clock = factory.deadline(incident, "notify", "initial")
    for page in (officer.page(INCIDENTS, incident.id), officer.page(CLOCKS, clock.id)):
        assert 'id="outdated"' not in text(page)


def test_a_policy_that_counts_nothing_is_told_of_more_quietly(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    approve(RAISED, at=now, reassess="none")
    page = text(officer.page(INCIDENTS, incident.id))
    assert "Other policies are in force than those that decided this incident." in page


# --- looking, and confirming ---------------------------------------------------------------------


def test_the_page_shows_before_and_after(shorter: Incident, officer: Desk) -> None:
    page = look(shorter, officer)
    assert "Notify the authority: legal end" in page
    assert "8 hours from “We became aware”" in page
    assert "6 hours from “We became aware”" in page
    assert period(shorter) == "8 hours"


def test_confirming_does_what_was_shown(shorter: Incident, officer: Desk) -> None:
    answer = confirm(shorter, officer, shown(look(shorter, officer)))
    assert answer.status_code == 302
    assert period(shorter) == "6 hours"
    assert Reassessment.objects.get().requested_by == officer.actor


def test_the_incident_shows_it_among_its_reassessments(shorter: Incident, officer: Desk) -> None:
    confirm(shorter, officer, shown(look(shorter, officer)), reason="The law is six.")
    page = text(officer.page(INCIDENTS, shorter.id))
    listed = page[page.index('id="reassessed"') : page.index('id="decisions"')]
    assert "By hand: The law is six." in listed
    assert "Asked for by compliance-officer" in listed
    assert "Notify the authority: legal end" in listed


def test_something_else_by_now_is_shown_instead_of_done(
    shorter: Incident, officer: Desk, now: datetime
) -> None:
    digest = shown(look(shorter, officer))
    factory.record(shorter, "aware", now - 2 * HOUR, at=now)
    answer = confirm(shorter, officer, digest)
    assert (answer.status_code, period(shorter)) == (409, "8 hours")
    assert "look again" in said(answer)[0]
    assert shown(text(answer)) != digest


def test_a_reason_is_needed(shorter: Incident, officer: Desk) -> None:
    answer = confirm(shorter, officer, shown(look(shorter, officer)), reason="")
    assert (answer.status_code, period(shorter)) == (422, "8 hours")


def test_a_reason_too_long_comes_back_with_what_is_wrong(shorter: Incident, officer: Desk) -> None:
    answer = confirm(shorter, officer, shown(look(shorter, officer)), reason="Because " * 200)
    assert "at most 1000 characters" in text(answer)
    assert "Because Because" in text(answer)


def test_confirming_what_is_shown_again_does_it(
    shorter: Incident, officer: Desk, now: datetime
) -> None:
    digest = shown(look(shorter, officer))
    factory.record(shorter, "aware", now - 2 * HOUR, at=now)
    again = confirm(shorter, officer, digest)
    assert confirm(shorter, officer, shown(text(again))).status_code == 302
    assert period(shorter) == "6 hours"


def test_without_having_seen_it_nothing_is_done(shorter: Incident, officer: Desk) -> None:
    assert confirm(shorter, officer, "").status_code == 409
    assert period(shorter) == "8 hours"


def test_a_responder_looks_and_cannot_confirm(shorter: Incident, officer: Desk) -> None:
    responder = desk("responder")
    page = look(shorter, responder)
    assert 'name="shown"' not in page
    assert confirm(shorter, responder, shown(look(shorter, officer))).status_code == 403


def test_a_stranger_sees_nothing(shorter: Incident) -> None:
    assert desk("reporter").client.get(path(shorter)).status_code == 403


def test_nothing_to_reassess_is_said(incident: Incident, officer: Desk) -> None:
    page = look(incident, officer)
    assert "follows the policies in force already" in page
    assert 'name="shown"' not in page


def test_a_closed_incident_leads_back_to_its_page(shorter: Incident, officer: Desk) -> None:
    Incident.objects.filter(id=shorter.id).update(state="closed", closed_at=shorter.reported_at)
    assert officer.client.get(path(shorter)).status_code == 302


# --- the history of a deadline -------------------------------------------------------------------


def test_a_deadline_shows_who_moved_it_when_and_why(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    factory.record(incident, "aware", now - 2 * HOUR, at=now)
    clock = factory.deadline(incident, "notify", "initial")
    page = text(officer.page(CLOCKS, clock.id))
    history = page[page.index('id="history"') :]
    assert history.index("clock.counted") < history.index("duty.opened")
    assert "The moment 'aware' was recorded." in history
    assert "Legal end" in history
