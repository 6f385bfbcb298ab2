"""Who reported something follows what became of it, without reading anything else."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from incidents.models import Incident, Submission
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller() -> APIClient:
    factory.install()
    return factory.client("incidents:report")


def sent(caller: APIClient, **facts: Any) -> str:
    found: str = factory.post(caller, "incidents", factory.report(**facts)).json()["submission"]
    return found


def outcome(caller: APIClient, submission: str) -> Any:
    return factory.get(caller, f"submissions/{submission}").json()["outcome"]


def test_the_sender_reads_standing_severity_and_duties(caller: APIClient) -> None:
    found = outcome(caller, sent(caller, harms=["death"]))
    incident = Incident.objects.get()
    assert (found["reference"], found["state"]) == (incident.reference, "open")
    assert found["severity"] == incident.severity
    assert [each["duty"] for each in found["duties"]] == list(
        incident.duties.filter(shadow=False).order_by("id").values_list("duty", flat=True)
    )


def test_it_follows_what_others_do(caller: APIClient) -> None:
    mine = sent(caller)
    factory.change(Incident.objects.get(), "contained")
    assert outcome(caller, mine)["state"] == "contained"


def test_an_etag_holds_until_something_happens_to_the_incident(caller: APIClient) -> None:
    path = f"submissions/{sent(caller)}"
    tag = factory.get(caller, path)["ETag"]
    asked = {"HTTP_IF_NONE_MATCH": tag}
    assert caller.get(f"/api/v1/{path}", **asked).status_code == 304
    factory.change(Incident.objects.get(), "contained")
    assert caller.get(f"/api/v1/{path}", **asked).status_code == 200


def test_a_rejected_report_has_none(caller: APIClient) -> None:
    refused = factory.post(caller, "incidents", {}).json()["submission"]
    assert outcome(caller, refused) is None


def test_who_sent_what_somebody_else_corrected_follows_it(caller: APIClient) -> None:
    refused = factory.post(caller, "incidents", {}).json()["submission"]
    officer = factory.client("incidents:report", "incidents:read")
    factory.post(officer, f"submissions/{refused}/correction", factory.report())
    assert outcome(caller, refused)["reference"] == Incident.objects.get().reference


def test_a_signal_counted_on_the_incident_of_another_tells_nothing_of_it(
    caller: APIClient,
) -> None:
    first, other = sent(caller, signal={"fingerprint": "f"}), factory.client("incidents:report")
    again = factory.post(other, "incidents", factory.report(signal={"fingerprint": "f"}))
    assert outcome(other, again.json()["submission"]) is None
    assert outcome(caller, first)["state"] == "open"


def test_who_reads_incidents_has_it_of_every_submission(caller: APIClient) -> None:
    sent(caller)
    reader = factory.client("incidents:read")
    found = outcome(reader, str(Submission.objects.get().id))
    assert found["reference"] == Incident.objects.get().reference
