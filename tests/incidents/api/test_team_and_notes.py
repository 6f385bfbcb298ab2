"""Who does what in an incident, and notes for its timeline, over REST."""

from typing import Any

import pytest
from django.db import Error, transaction
from rest_framework.test import APIClient

from governance import clock
from governance.accounts.models import User
from governance.ledger.models import Entry, PersonalData
from incidents.models import Incident, TimelineNote
from tests import factory
from tests.factory import AT, HOUR

pytestmark = pytest.mark.django_db
TEXT = "Ada said that it is the cache."


@pytest.fixture
def caller() -> APIClient:
    factory.install()
    factory.person("ada", "responder")
    return factory.client()


@pytest.fixture
def incident(caller: APIClient) -> Incident:
    return factory.submit(factory.report(), at=AT)


def whole(caller: APIClient, incident: Incident) -> Any:
    return factory.get(caller, f"incidents/{incident.reference}").json()


def assign(caller: APIClient, incident: Incident, role: str = "responder", who: str = "ada") -> Any:
    body = {"role": role, "person": who, "reason": "On duty."}
    return factory.post(caller, f"incidents/{incident.reference}/roles", body)


def write(caller: APIClient, incident: Incident, text: str = TEXT, **more: Any) -> Any:
    return factory.post(caller, f"incidents/{incident.reference}/notes", {"text": text, **more})


def correct(caller: APIClient, note: str, text: str = "It is the queue.", **more: Any) -> Any:
    return factory.post(caller, f"notes/{note}/correction", {"text": text, **more})


# --- roles ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["responder", "vacant", "auditor"])
def test_a_role_of_the_matrix_or_the_console_is_given(
    caller: APIClient, incident: Incident, role: str
) -> None:
    assert assign(caller, incident, role).status_code == 201
    (found,) = whole(caller, incident)["roles"]
    assert (found["role"], found["person"]) == (role, "ada")
    assert "incident.role_assigned" in factory.verbs(incident)


def test_an_unknown_role_is_refused_with_those_there_are(
    caller: APIClient, incident: Incident
) -> None:
    answer = assign(caller, incident, "bard")
    assert answer.status_code == 422
    assert "incident-commander" in answer.json()["detail"]


def test_nobody_and_a_closed_account_get_no_role(caller: APIClient, incident: Incident) -> None:
    assert assign(caller, incident, who="nobody").status_code == 404
    User.objects.filter(username="ada").update(is_active=False)
    assert assign(caller, incident).status_code == 422


def test_a_role_is_held_once(caller: APIClient, incident: Incident) -> None:
    assign(caller, incident)
    assert assign(caller, incident).status_code == 409


def test_a_role_that_was_ended_is_held_no_more_and_may_be_given_again(
    caller: APIClient, incident: Incident
) -> None:
    row = assign(caller, incident).json()
    answer = factory.post(caller, f"roles/{row['id']}/end", {"reason": "Off duty."})
    assert answer.json()["ended_by"].startswith("api_key:")
    assert whole(caller, incident)["roles"] == []
    assert assign(caller, incident).status_code == 201


def test_a_role_is_ended_once(caller: APIClient, incident: Incident) -> None:
    path = f"roles/{assign(caller, incident).json()['id']}/end"
    factory.post(caller, path, {"reason": "Off duty."})
    assert factory.post(caller, path, {"reason": "Off duty."}).status_code == 409


# --- notes ----------------------------------------------------------------------------------------


def test_a_note_stands_with_the_incident(caller: APIClient, incident: Incident) -> None:
    answer = write(caller, incident, at=factory.iso(AT))
    assert (answer.status_code, answer.json()["at"]) == (201, factory.iso(AT))
    assert whole(caller, incident)["notes"] == [answer.json()]


def test_the_entry_commits_to_the_text_and_does_not_hold_it(
    caller: APIClient, incident: Incident
) -> None:
    write(caller, incident)
    entry = Entry.objects.get(verb="note.written")
    assert "Ada" not in entry.body
    assert PersonalData.objects.get(entry=entry.id, name="text").value == f'"{TEXT}"'


def test_a_correction_stands_beside_what_it_corrects(caller: APIClient, incident: Incident) -> None:
    first = write(caller, incident, at=factory.iso(AT)).json()
    second = correct(caller, first["id"]).json()
    found = whole(caller, incident)["notes"]
    assert [each["corrected_by"] for each in found] == [second["id"], None]
    assert (second["corrects"], second["at"]) == (first["id"], first["at"])


def test_a_note_is_corrected_once(caller: APIClient, incident: Incident) -> None:
    first = write(caller, incident).json()
    second = correct(caller, first["id"]).json()
    assert correct(caller, first["id"]).status_code == 409
    assert correct(caller, second["id"]).status_code == 201


def test_a_note_about_a_time_to_come_is_refused(caller: APIClient, incident: Incident) -> None:
    assert write(caller, incident, at=factory.iso(clock.now() + HOUR)).status_code == 422


@pytest.mark.parametrize("wrong", [{"text": ""}, {}, {"text": "x", "at": "today"}, {"note": "x"}])
def test_a_note_of_another_form_is_refused(
    caller: APIClient, incident: Incident, wrong: dict[str, str]
) -> None:
    path = f"incidents/{incident.reference}/notes"
    assert factory.post(caller, path, wrong).status_code == 422


def test_the_database_keeps_a_note_as_it_was_written(caller: APIClient, incident: Incident) -> None:
    write(caller, incident)
    with pytest.raises(Error), transaction.atomic():
        TimelineNote.objects.update(text="Another.")


def test_a_closed_incident_takes_no_note(caller: APIClient, incident: Incident) -> None:
    note = write(caller, incident).json()["id"]
    factory.amend(incident, harms=["privacy"], personal_data={"breach": False})
    factory.change(incident, "closed")
    assert write(caller, incident).status_code == 409
    assert correct(caller, note).status_code == 409
