"""Evidence packages at the console."""

from pathlib import Path
from typing import Any

import pytest

from governance import clock
from governance.ledger import sequencer
from incidents.evidence import making
from incidents.models import Export, Incident
from tests.incidents.admin.desk import Desk, desk, text

pytestmark = pytest.mark.django_db
MODEL = "incidents_export"


@pytest.fixture(autouse=True)
def directories(tmp_path: Path, settings: Any) -> None:
    settings.LEDGER_KEYS, settings.EXPORTS = tmp_path / "keys", tmp_path / "exports"


@pytest.fixture
def auditor(db: None) -> Desk:
    return desk("auditor", "personal-data-reader")


def make(incident: Incident, auditor: Desk) -> Export:
    auditor.act("incidents_incident", incident.id, "package")
    while sequencer.seal(at=clock.now()):
        pass
    assert making.work()
    return Export.objects.get()


def test_the_list_says_what_to_do_while_it_is_empty(auditor: Desk) -> None:
    assert "No package was asked for yet" in text(auditor.list(MODEL))


def test_a_button_on_the_incident_asks_for_one(incident: Incident, auditor: Desk) -> None:
    auditor.act("incidents_incident", incident.id, "package")
    found = Export.objects.get()
    assert (found.incident_id, found.requested_by) == (incident.id, auditor.actor)


def test_a_responder_has_no_such_button(incident: Incident) -> None:
    page = text(desk("responder").page("incidents_incident", incident.id))
    assert "evidence package" not in page.lower()


def test_the_incident_lists_its_packages(incident: Incident, auditor: Desk) -> None:
    made = make(incident, auditor)
    page = text(auditor.page("incidents_incident", incident.id))
    assert f"/api/v1/exports/{made.id}/package" in page


def test_the_page_shows_how_far_it_is(incident: Incident, auditor: Desk) -> None:
    auditor.act("incidents_incident", incident.id, "package")
    assert "Being made" in text(auditor.page(MODEL, Export.objects.get().id))


def test_the_page_follows_itself_until_it_is_made(incident: Incident, auditor: Desk) -> None:
    auditor.act("incidents_incident", incident.id, "package")
    waiting = text(auditor.page(MODEL, Export.objects.get().id))
    assert "console/following.js" in waiting
    assert '<meta http-equiv="refresh"' in waiting
    assert "console/following.js" not in text(auditor.page(MODEL, make(incident, auditor).id))


def test_the_page_offers_to_share_it(incident: Incident, auditor: Desk) -> None:
    assert 'id="action-share"' in text(auditor.page(MODEL, make(incident, auditor).id))


def test_the_page_has_the_file_and_the_key_to_check_it_with(
    incident: Incident, auditor: Desk
) -> None:
    made = make(incident, auditor)
    page = text(auditor.page(MODEL, made.id))
    assert f"/api/v1/exports/{made.id}/package" in page
    assert made.sha256 in page
    assert "python3 check.py --key 'localhost" in page


def test_the_file_is_downloaded_by_the_session(incident: Incident, auditor: Desk) -> None:
    made = make(incident, auditor)
    answer = auditor.client.get(f"/api/v1/exports/{made.id}/package")
    assert len(b"".join(answer)) == made.size


def test_a_failed_one_says_why(incident: Incident, auditor: Desk) -> None:
    auditor.act("incidents_incident", incident.id, "package")
    Export.objects.update(state="failed", error="The disk is full.")
    assert "The disk is full." in text(auditor.page(MODEL, Export.objects.get().id))


def post(auditor: Desk, **given: str) -> Any:
    return auditor.client.post("/incidents/export/add/", given)


def test_a_package_of_the_log_is_asked_for_by_form(incident: Incident, auditor: Desk) -> None:
    answer = post(auditor, kind="log")
    assert answer.status_code == 302
    assert Export.objects.get().kind == "log"


def test_a_period_needs_its_ends(incident: Incident, auditor: Desk) -> None:
    answer = post(auditor, kind="period")
    assert answer.status_code == 422
    assert "needs it" in text(answer)


def test_who_may_not_export_sees_no_list(incident: Incident) -> None:
    assert desk("responder").list(MODEL).status_code == 403


def test_who_reads_no_personal_data_is_led_to_no_form_that_refuses(
    incident: Incident, auditor: Desk
) -> None:
    plain = desk("auditor")
    assert "/incidents/export/add/" in text(auditor.list(MODEL))
    assert "/incidents/export/add/" not in text(plain.list(MODEL))
    assert plain.client.get("/incidents/export/add/").status_code == 403


def test_a_shortened_copy_is_asked_for_with_its_rules(incident: Incident, auditor: Desk) -> None:
    rules = '[{"files": "people.json", "reason": "Names."}]'
    auditor.act(
        "incidents_incident", incident.id, "shorten", recipient="The authority", rules=rules
    )
    assert Export.objects.get().scope["redaction"]["recipient"] == "The authority"


def test_a_rule_without_a_reason_is_explained(incident: Incident, auditor: Desk) -> None:
    rules = '[{"files": "people.json"}]'
    answer = auditor.act("incidents_incident", incident.id, "shorten", recipient="X", rules=rules)
    assert answer.status_code == 422
    assert "the recipient reads it" in text(answer)


def test_a_link_is_made_and_revoked_on_the_page(incident: Incident, auditor: Desk) -> None:
    made = make(incident, auditor)
    auditor.act(MODEL, made.id, "share", recipient="The authority", days="7")
    assert "/api/v1/shared/" in text(auditor.page(MODEL, made.id))
    auditor.act(MODEL, made.id, "revoke", share=str(made.shares.get().id))
    page = text(auditor.page(MODEL, made.id))
    assert "/api/v1/shared/" not in page
    assert "revoked" in page
