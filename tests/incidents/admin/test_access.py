"""Who may open what: deny by default, and no door that adds, edits or deletes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from governance.ledger.models import Entry
from governance.outbox.models import Message
from incidents.models import Clock, Duty, Incident, Submission
from policies.models import PolicyVersion
from tests.incidents.admin.desk import desk

MODELS: dict[str, Callable[[], Any]] = {
    "incidents_clock": Clock.objects.first,
    "incidents_incident": Incident.objects.first,
    "incidents_duty": Duty.objects.first,
    "incidents_submission": Submission.objects.first,
    "outbox_message": Message.objects.first,
    "ledger_entry": Entry.objects.first,
    "policies_policyversion": PolicyVersion.objects.first,
}
MAY_SEE = {
    "compliance-officer": set(MODELS),
    "auditor": set(MODELS),
    "responder": set(MODELS) - {"ledger_entry"},
    "executive": set(MODELS) - {"ledger_entry"},
    "reporter": {"incidents_submission"},
}
PAIRS = [(role, model) for role in MAY_SEE for model in MODELS]


@pytest.mark.parametrize(("role", "model"), PAIRS)
def test_a_list_opens_for_those_with_the_scope_only(
    incident: Incident, role: str, model: str
) -> None:
    expected = 200 if model in MAY_SEE[role] else 403
    assert desk(role).list(model).status_code == expected


@pytest.mark.parametrize("model", MODELS)
def test_a_page_opens_for_an_officer(incident: Incident, model: str) -> None:
    found = desk("compliance-officer").page(model, MODELS[model]().pk)
    assert found.status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_a_page_is_closed_to_a_person_without_roles(incident: Incident, model: str) -> None:
    assert desk().page(model, MODELS[model]().pk).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_a_stranger_is_asked_to_sign_in(incident: Incident, model: str) -> None:
    answer = Client().get(reverse(f"admin:{model}_changelist"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


# A policy version is drafted at its door to add, through the function that owns it.
DOORS = [(door, model) for door in ("add", "delete") for model in MODELS]
DOORS.remove(("add", "policies_policyversion"))


@pytest.mark.parametrize(("door", "model"), DOORS)
def test_not_even_a_superuser_adds_or_deletes(incident: Incident, model: str, door: str) -> None:
    root = desk(administrator=True)
    args = [] if door == "add" else [MODELS[model]().pk]
    path = reverse(f"admin:{model}_{door}", args=args)
    assert root.client.post(path, {"post": "yes"}).status_code == 403


def test_no_list_offers_a_bulk_action_but_to_send_messages_again(now: datetime) -> None:
    request = RequestFactory().get("/")
    request.user = desk(administrator=True).user
    offered = {
        (model.__name__, name)
        for model, each in admin.site._registry.items()
        for name in each.get_actions(request)
    }
    assert offered == {("Message", "replay")}


def test_a_reporter_sees_no_report_of_somebody_else(incident: Incident) -> None:
    submission = Submission.objects.get()
    assert desk("reporter").page("incidents_submission", submission.id).status_code == 404


def test_an_unknown_object_is_not_found(incident: Incident) -> None:
    assert desk("auditor").client.get("/incidents/incident/none/change/").status_code == 404


def test_the_front_page_gives_no_numbers_to_a_person_without_roles(incident: Incident) -> None:
    answer = desk().client.get("/")
    assert answer.status_code == 200
    assert incident.reference not in answer.content.decode()
