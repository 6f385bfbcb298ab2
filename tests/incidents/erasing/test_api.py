"""Erasures, legal holds and retention over REST."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.accounts.models import User
from governance.ledger.models import Entry
from incidents.models import Attachment, Incident, LegalHold, Submission
from tests import factory
from tests.incidents.erasing import story
from tests.incidents.erasing.story import NAME

pytestmark = pytest.mark.django_db
GIVEN = {"what": ["report"], "ground": story.GROUND, "reason": "Asked for."}


@pytest.fixture
def incident() -> Incident:
    story.install()
    return story.incident()


@pytest.fixture
def officer() -> APIClient:
    return factory.client(owner=story.officer())


@pytest.fixture
def second() -> APIClient:
    return factory.client(owner=story.second())


@pytest.fixture
def counsel() -> APIClient:
    return factory.client(owner=story.counsel())


def ask(caller: APIClient, incident: Incident, **given: Any) -> Any:
    return factory.post(caller, f"incidents/{incident.reference}/erasures", {**GIVEN, **given})


def test_one_asks_another_approves(
    incident: Incident, officer: APIClient, second: APIClient
) -> None:
    asked = ask(officer, incident)
    assert (asked.status_code, asked.json()["state"]) == (201, "requested")
    assert factory.get(officer, asked["Location"].removeprefix("/api/v1/")).status_code == 200
    done = factory.post(second, f"erasures/{asked.json()['id']}/approval", {})
    assert (done.json()["state"], done.json()["erased"]) == ("done", {"report": 1})
    incident.refresh_from_db()
    assert incident.title == "[erased]"


def test_who_asked_does_not_approve(incident: Incident, officer: APIClient) -> None:
    id_ = ask(officer, incident).json()["id"]
    answer = factory.post(officer, f"erasures/{id_}/approval", {})
    assert (answer.status_code, answer.json()["code"]) == (403, "another-person-needed")


def test_a_refusal_needs_its_reason(
    incident: Incident, officer: APIClient, second: APIClient
) -> None:
    id_ = ask(officer, incident).json()["id"]
    assert factory.post(second, f"erasures/{id_}/refusal", {}).status_code == 422
    answer = factory.post(second, f"erasures/{id_}/refusal", {"note": "We must keep it."})
    assert answer.json()["state"] == "refused"


def test_who_asked_withdraws(incident: Incident, officer: APIClient) -> None:
    id_ = ask(officer, incident).json()["id"]
    answer = factory.post(officer, f"erasures/{id_}/withdrawal", {})
    assert answer.json()["state"] == "withdrawn"


def test_an_unknown_part_is_said_where_it_stands(incident: Incident, officer: APIClient) -> None:
    answer = ask(officer, incident, what=["all"])
    assert (answer.status_code, list(factory.pointers(answer.json()))) == (422, ["/what/0"])


def test_how_much_there_is_can_be_asked_first(incident: Incident, officer: APIClient) -> None:
    found = factory.get(officer, f"incidents/{incident.reference}/erasures").json()["parts"]
    assert set(found) == set(story.ALL)
    assert found["report"] == 1


def test_erasures_are_listed_by_state(incident: Incident, officer: APIClient) -> None:
    ask(officer, incident)
    assert len(factory.get(officer, "erasures", state="requested").json()["results"]) == 1
    assert factory.get(officer, "erasures", state="done").json()["results"] == []


def test_a_person_is_erased_the_same_way(
    incident: Incident, officer: APIClient, second: APIClient
) -> None:
    user = User.objects.get(username="boss")
    given = {"ground": story.GROUND, "reason": "Has left."}
    id_ = factory.post(officer, f"people/{user.id}/erasures", given).json()["id"]
    assert factory.post(second, f"erasures/{id_}/approval", {}).json()["state"] == "done"
    user.refresh_from_db()
    assert user.email == ""


def test_a_key_without_the_scope_erases_nothing(incident: Incident) -> None:
    weak = factory.client("incidents:respond", owner=story.officer())
    assert ask(weak, incident).status_code == 403


def test_a_hold_answers_with_its_code(
    incident: Incident, officer: APIClient, counsel: APIClient
) -> None:
    placed = factory.post(
        counsel, "legal-holds", {"incident": incident.reference, "reason": "A suit."}
    )
    assert (placed.status_code, placed.json()["covers"]) == (201, incident.reference)
    answer = ask(officer, incident)
    assert (answer.status_code, answer.json()["code"]) == (409, "on-legal-hold")
    assert answer.json()["legal_holds"] == [placed.json()["id"]]


def test_a_hold_is_released_with_a_reason(incident: Incident, counsel: APIClient) -> None:
    id_ = factory.post(counsel, "legal-holds", {"everything": True, "reason": "A suit."}).json()
    answer = factory.post(counsel, f"legal-holds/{id_['id']}/release", {"reason": "Settled."})
    assert answer.json()["release_reason"] == "Settled."
    assert factory.get(counsel, f"legal-holds/{id_['id']}").json()["released_at"] is not None


@pytest.mark.parametrize("given", [{}, {"system": "a", "everything": True}])
def test_a_hold_has_one_scope(incident: Incident, counsel: APIClient, given: Any) -> None:
    assert factory.post(counsel, "legal-holds", {**given, "reason": "r"}).status_code == 422
    assert not LegalHold.objects.exists()


def test_retention_says_until_when_and_why(incident: Incident, officer: APIClient) -> None:
    Incident.objects.update(state="closed", closed_at=factory.AT)
    found = factory.get(officer, f"incidents/{incident.reference}/retention").json()["results"]
    assert [(each["class"], each["period"]) for each in found] == [
        ("messages", "3 years"),
        ("incident_texts", "5 years"),
    ]


def test_an_open_incident_has_no_end_yet(incident: Incident, officer: APIClient) -> None:
    found = factory.get(officer, f"incidents/{incident.reference}/retention").json()
    assert found == {"results": []}


# --- what readers see afterwards -----------------------------------------------------------------


def test_an_erased_file_is_gone(incident: Incident, officer: APIClient) -> None:
    story.erased(incident, "files")
    answer = factory.get(officer, f"attachments/{Attachment.objects.earliest('id').id}")
    assert (answer.status_code, answer.json()["code"]) == (410, "erased")


def test_an_erased_body_is_null(incident: Incident, officer: APIClient) -> None:
    story.erased(incident, "submissions")
    assert factory.get(officer, f"submissions/{Submission.objects.get().id}").json()["body"] is None


def test_the_trail_gives_value_and_salt_while_they_are_there(
    incident: Incident, officer: APIClient
) -> None:
    entry = Entry.objects.get(verb="incident.amended")
    reason = factory.get(officer, f"ledger/entries/{entry.id}").json()["personal"]["reason"]
    assert (reason["value"], reason["erased"], len(reason["salt"])) == (story.WORDS, False, 64)
    story.erased(incident, "trail")
    reason = factory.get(officer, f"ledger/entries/{entry.id}").json()["personal"]["reason"]
    assert (reason["value"], reason["erased"], reason["salt"]) == ("[erased]", True, "")


def test_nothing_that_reads_the_incident_fails(incident: Incident, officer: APIClient) -> None:
    story.erased(incident)
    notice = incident.notices.get()
    clock_ = incident.clocks.first()
    assert clock_ is not None
    for path in (
        f"incidents/{incident.reference}",
        f"notices/{notice.id}",
        f"clocks/{clock_.id}",
        f"clocks/{clock_.id}/history",
        "messages",
        "ledger/entries",
        "submissions",
        f"incidents/{incident.reference}/moments",
    ):
        answer = factory.get(officer, path)
        assert (answer.status_code, NAME in answer.content.decode()) == (200, False), path
