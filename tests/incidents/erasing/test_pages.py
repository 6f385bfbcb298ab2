"""Erasures, legal holds and retention in the console."""

from typing import Any

import pytest
from django.urls import reverse

from governance.accounts.models import User
from governance.ledger.ledger import Actor
from governance.ledger.models import Entry
from incidents import legal_holds
from incidents.models import Erasure, Incident, LegalHold
from tests import factory
from tests.incidents.admin.desk import Desk, desk, text
from tests.incidents.erasing import story
from tests.incidents.erasing.story import NAME

pytestmark = pytest.mark.django_db
ERASURES, HOLDS, KEPT = "incidents_erasure", "incidents_legalhold", "incidents_retained"


@pytest.fixture
def incident() -> Incident:
    story.install()
    return story.incident()


def at_desk(who: Actor) -> Desk:
    User.objects.filter(id=who.id).update(is_staff=True)
    return Desk(User.objects.get(id=who.id))


def officer() -> Desk:
    return at_desk(story.officer())


def second() -> Desk:
    return at_desk(story.second())


def counsel() -> Desk:
    return at_desk(story.counsel())


def make(who: Desk, model: str, **given: Any) -> Any:
    return who.client.post(reverse(f"admin:{model}_add"), given)


def ask(about: Incident, **given: Any) -> Any:
    fields = {"incident": about.reference, "what": ["report"], "ground": "Art. 17"}
    return make(officer(), ERASURES, **{**fields, "reason": "Asked for.", **given})


def test_one_asks_and_another_approves(incident: Incident) -> None:
    assert ask(incident).status_code == 302
    row = Erasure.objects.get()
    assert second().act(ERASURES, row.id, "approve", sure="on", note="").status_code == 302
    incident.refresh_from_db()
    assert incident.title == "[erased]"


def test_approving_must_be_confirmed(incident: Incident) -> None:
    ask(incident)
    row = Erasure.objects.get()
    assert second().act(ERASURES, row.id, "approve", note="").status_code == 422
    row.refresh_from_db()
    assert row.state == "requested"


def test_who_asked_is_offered_to_withdraw_only(incident: Incident) -> None:
    ask(incident)
    page = text(officer().page(ERASURES, Erasure.objects.get().id))
    assert 'value="withdraw"' in page
    assert 'value="approve"' not in page


def test_the_page_says_how_much_would_go(incident: Incident) -> None:
    ask(incident, what=["files"])
    page = text(second().page(ERASURES, Erasure.objects.get().id))
    assert "What there is to erase" in page
    assert "Attached files" in page


def test_the_page_names_the_hold_that_forbids_it(incident: Incident) -> None:
    ask(incident)
    legal_holds.place(reason="A suit.", incident=incident, by=story.counsel(), at=story.LATER)
    page = text(second().page(ERASURES, Erasure.objects.get().id))
    assert "forbids to erase anything" in page


def test_a_person_is_asked_for_by_user_name(incident: Incident) -> None:
    ask(incident, incident="", what=[], person="boss")
    assert Erasure.objects.get().person == User.objects.get(username="boss").id


@pytest.mark.parametrize(
    "given", [{"person": "boss"}, {"incident": ""}, {"what": []}, {"ground": ""}]
)
def test_a_wrong_request_comes_back(incident: Incident, given: Any) -> None:
    assert ask(incident, **given).status_code == 422
    assert not Erasure.objects.exists()


def test_an_empty_list_says_so(incident: Incident) -> None:
    assert "Nothing was erased" in text(officer().list(ERASURES))
    assert "There is no legal hold" in text(officer().list(HOLDS))
    assert "No incident is closed" in text(officer().list(KEPT))


@pytest.mark.parametrize(("role", "status"), [("auditor", 403), ("compliance-officer", 200)])
def test_who_may_erase_asks_for_it(incident: Incident, role: str, status: int) -> None:
    there = desk(role)
    assert there.client.get(reverse("admin:incidents_erasure_add")).status_code == status


@pytest.mark.parametrize(("role", "status"), [("responder", 403), ("auditor", 200)])
def test_who_reads_the_trail_sees_what_was_erased(
    incident: Incident, role: str, status: int
) -> None:
    assert desk(role).list(ERASURES).status_code == status


def test_counsel_places_and_releases_a_hold(incident: Incident) -> None:
    assert make(counsel(), HOLDS, system=incident.system, reason="A suit.").status_code == 302
    hold = LegalHold.objects.get()
    assert counsel().act(HOLDS, hold.id, "release", reason="Settled.").status_code == 302
    hold.refresh_from_db()
    assert hold.release_reason == "Settled."


def test_a_responder_sees_holds_and_places_none(incident: Incident) -> None:
    responder = desk("responder")
    assert responder.list(HOLDS).status_code == 200
    assert make(responder, HOLDS, everything="on", reason="r").status_code == 403


def test_a_hold_needs_one_scope(incident: Incident) -> None:
    assert make(counsel(), HOLDS, reason="r").status_code == 422


def test_retention_shows_what_goes_when_and_why(incident: Incident) -> None:
    Incident.objects.update(state="closed", closed_at=factory.AT)
    page = text(officer().list(KEPT))
    assert "2029-11-23" in page
    assert "2031-11-23" in page
    assert "To answer for what was decided and sent." in page


def test_retention_shows_a_hold(incident: Incident) -> None:
    Incident.objects.update(state="closed", closed_at=factory.AT)
    legal_holds.place(reason="A suit.", system=incident.system, by=story.counsel(), at=factory.AT)
    assert f"holds system {incident.system}" in text(officer().list(KEPT))


def test_the_page_of_an_entry_shows_the_value_and_then_that_it_was_erased(
    incident: Incident,
) -> None:
    entry = Entry.objects.get(verb="incident.amended")
    assert story.WORDS in text(officer().page("ledger_entry", entry.id))
    story.erased(incident, "trail")
    page = text(officer().page("ledger_entry", entry.id))
    assert NAME not in page
    assert "erased on record" in page


def test_no_page_shows_the_name_or_fails_afterwards(incident: Incident) -> None:
    story.erased(incident)
    incident.refresh_from_db()
    for model, rows in (
        ("incidents_incident", [incident]),
        ("incidents_notice", incident.notices.all()),
        ("incidents_clock", incident.clocks.all()),
        ("incidents_duty", incident.duties.all()),
        ("incidents_dispensation", incident.dispensations.all()),
        ("incidents_submission", incident.submissions.all()),
    ):
        for row in rows:
            page = officer().page(model, row.pk)
            assert (page.status_code, NAME in text(page)) == (200, False), model
