"""What would this report get? Asked at the console."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from governance.ledger.models import Entry
from incidents.models import Incident, Submission
from tests import factory
from tests.incidents.admin.desk import Desk, desk, text
from tests.policies.officers import submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def responder(db: None) -> Desk:
    factory.install()
    return desk("responder")


def ask(viewer: Desk, report: Any, **given: str) -> HttpResponse:
    sent = {"report": report if isinstance(report, str) else json.dumps(report), **given}
    return viewer.client.post(reverse("admin:incidents_incident_dry_run"), sent)


def test_duties_and_dates_are_shown_and_nothing_is_made(responder: Desk) -> None:
    answer = ask(responder, factory.breach(harms=["privacy"]))
    assert answer.status_code == 200
    shown = answer.context["result"]
    assert any(duty["stages"] for duty in shown["duties"])
    assert shown["duties"][0]["title"] in text(answer)
    assert (Incident.objects.count(), Submission.objects.count()) == (0, 0)


def test_that_it_was_asked_is_on_record(responder: Desk) -> None:
    ask(responder, factory.report())
    assert Entry.objects.get(verb="decision.asked").actor == responder.actor


def test_what_is_wrong_with_the_report_is_said(responder: Desk) -> None:
    answer = ask(responder, factory.report(harms=["none-such"]))
    assert answer.status_code == 422
    assert "/harms/0" in text(answer)


def test_what_is_no_json_is_said(responder: Desk) -> None:
    assert ask(responder, "{").status_code == 422


def test_a_draft_stands_in_for_what_is_in_force(responder: Desk) -> None:
    draft = submitted(factory.text("breach", ("version: 1.0.0", "version: 1.0.1")))
    answer = ask(responder, factory.breach(), draft=str(draft.id))
    policies = {duty["policy"] for duty in answer.context["result"]["duties"]}
    assert any(each.endswith("@1.0.1") for each in policies)


def test_an_executive_does_not_ask(db: None) -> None:
    assert ask(desk("executive"), factory.report()).status_code == 403
