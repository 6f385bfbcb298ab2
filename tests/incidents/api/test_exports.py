"""Evidence packages over REST."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance import clock
from governance.accounts.roles import EVIDENCE_EXPORT, INCIDENTS_READ, PERSONAL_READ
from governance.ledger import sequencer
from governance.ledger.models import Entry
from incidents.evidence import making
from incidents.models import Incident
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def directories(tmp_path: Path, settings: Any) -> None:
    settings.LEDGER_KEYS, settings.EXPORTS = tmp_path / "keys", tmp_path / "exports"


@pytest.fixture
def incident() -> Incident:
    factory.install()
    return factory.submit(factory.breach())


def auditor() -> APIClient:
    return factory.client(EVIDENCE_EXPORT, PERSONAL_READ)


def ask(**body: Any) -> Any:
    return auditor().post("/api/v1/exports", body, format="json")


def ready(incident: Incident) -> Any:
    """Asked for and made."""
    asked = ask(kind="incident", incident=incident.reference)
    while sequencer.seal(at=clock.now()):
        pass
    assert making.work()
    return auditor().get(asked["Location"]).json()


def test_asking_answers_where_to_look(incident: Incident) -> None:
    asked = ask(kind="incident", incident=incident.reference)
    assert asked.status_code == 202
    assert auditor().get(asked["Location"]).json()["state"] == "waiting"


def test_the_file_is_fetched_once_it_is_there(incident: Incident) -> None:
    made = ready(incident)
    answer = auditor().get(made["package"])
    data = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "application/zip"
    assert len(data) == made["size"]
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None


def test_fetching_is_an_entry(incident: Incident) -> None:
    answer = auditor().get(ready(incident)["package"])
    assert b"".join(answer.streaming_content)
    entry = Entry.objects.get(verb="evidence.downloaded")
    assert entry.incident_id == incident.id
    assert entry.actor.startswith("api_key:")


def test_what_is_not_ready_is_409(incident: Incident) -> None:
    asked = ask(kind="incident", incident=incident.reference)
    assert auditor().get(f"{asked['Location']}/package").status_code == 409


def test_it_takes_the_scope(incident: Incident) -> None:
    reader = factory.client(INCIDENTS_READ)
    body = {"kind": "incident", "incident": incident.reference}
    assert reader.post("/api/v1/exports", body, format="json").status_code == 403
    assert reader.get("/api/v1/exports").status_code == 403


def test_the_list_is_filtered_by_kind(incident: Incident) -> None:
    ask(kind="incident", incident=incident.reference)
    ask(kind="log")
    found = auditor().get("/api/v1/exports?kind=log").json()["results"]
    assert [each["about"] for each in found] == ["audit trail"]


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "incident"},
        {"kind": "log", "regime": "breach"},
        {"kind": "period", "since": "2026-01-01T00:00:00Z"},
        {"kind": "everything"},
    ],
)
def test_what_does_not_go_with_the_kind_is_refused(incident: Incident, body: Any) -> None:
    assert ask(**body).status_code in {400, 422}


def test_an_unknown_incident_is_not_found(incident: Incident) -> None:
    assert ask(kind="incident", incident="INC-1999-000001").status_code == 404


def test_a_shortened_copy_is_asked_for_by_rules(incident: Incident) -> None:
    rules = [{"files": "people.json", "reason": "Names."}]
    asked = ask(
        kind="incident",
        incident=incident.reference,
        redaction={"recipient": "The authority", "rules": rules},
    )
    assert asked.json()["scope"]["redaction"]["rules"] == rules


def shared(incident: Incident) -> Any:
    made = ready(incident)
    body = {"recipient": "The authority", "days": 7}
    path = f"/api/v1/exports/{made['id']}/shares"
    return auditor().post(path, body, format="json").json()


def test_a_link_is_followed_without_an_account(incident: Incident) -> None:
    answer = APIClient().get(shared(incident)["link"])
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"PK")


def test_a_revoked_link_is_404(incident: Incident) -> None:
    link = shared(incident)
    auditor().post(f"/api/v1/shares/{link['id']}/revocation")
    assert APIClient().get(link["link"]).status_code == 404


def test_an_invented_link_is_404() -> None:
    assert APIClient().get("/api/v1/shared/01890000:abc").status_code == 404


def test_sharing_takes_the_scope(incident: Incident) -> None:
    made = ready(incident)
    reader = factory.client(INCIDENTS_READ)
    path = f"/api/v1/exports/{made['id']}/shares"
    assert reader.post(path, {"recipient": "X", "days": 1}, format="json").status_code == 403
