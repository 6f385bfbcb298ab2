"""Reading over REST what was decided anew, and why."""

import pytest
from rest_framework.test import APIClient

from governance import clock
from governance.ledger.models import Entry
from incidents.models import Incident, Reassessment
from tests import factory
from tests.incidents.reassessing import NOW, SHORTER, approve, breach, sweep_at
from tests.policies.officers import counsel

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    """Its deadline came closer by a newer version of the law."""
    factory.install()
    opened = breach()
    approve(SHORTER)
    sweep_at()
    return opened


@pytest.fixture
def caller(incident: Incident) -> APIClient:
    return factory.client("incidents:read")


def test_an_incident_shows_its_reassessments(incident: Incident, caller: APIClient) -> None:
    body = factory.get(caller, f"incidents/{incident.reference}/reassessments").json()
    (found,) = body["results"]
    (change,) = found["changes"]
    assert (found["state"], found["incident"]) == ("done", incident.reference)
    assert change["stages"][0]["after"]["legal_due"] == "2026-11-23T14:00:00.000000Z"


def test_it_says_by_which_version_and_whose_approval(incident: Incident, caller: APIClient) -> None:
    (found,) = factory.get(caller, "reassessments").json()["results"]
    (cause,) = found["causes"]
    assert (cause["version"], cause["approved_by"]) == (
        "ObligationPolicy/breach@2.0.0",
        str(counsel()),
    )


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"effective_at": factory.iso(NOW)}, 1),
        ({"effective_at": factory.iso(factory.AT)}, 0),
        ({"state": "done"}, 1),
        ({"state": "failed"}, 0),
        ({"incident": "INC-2026-999999"}, 0),
    ],
)
def test_they_are_found_by_instant_state_and_incident(
    caller: APIClient, query: dict[str, str], count: int
) -> None:
    assert len(factory.get(caller, "reassessments", **query).json()["results"]) == count


def test_an_incident_that_does_not_exist_has_none(caller: APIClient) -> None:
    assert factory.get(caller, "incidents/INC-2026-999999/reassessments").status_code == 404


def test_they_need_the_right_to_read_incidents(incident: Incident) -> None:
    assert factory.get(factory.client("incidents:report"), "reassessments").status_code == 403


# --- runs ----------------------------------------------------------------------------------------


def test_a_run_counts_its_incidents_by_state(caller: APIClient) -> None:
    (found,) = factory.get(caller, "reassessment-runs").json()["results"]
    assert (found["effective_at"], found["incidents"]["done"]) == (factory.iso(NOW), 1)


def test_failed_ones_are_tried_again_at_once(incident: Incident) -> None:
    row = Reassessment.objects.get()
    failed = Reassessment.objects.create(
        run=row.run, incident=factory.submit(factory.report()), state="failed", error="It broke."
    )
    Reassessment.objects.filter(id=failed.id).update(retry_at=NOW + factory.HOUR)
    before = clock.now()
    answer = factory.post(factory.client(), f"reassessment-runs/{row.run_id}/retry", {})
    failed.refresh_from_db()
    assert (answer.status_code, answer.json()["incidents"]["failed"]) == (200, 1)
    assert failed.retry_at is not None
    assert failed.retry_at >= before
    assert Entry.objects.filter(verb="reassessment.hastened").exists()


def test_who_may_not_respond_does_not_try_again(caller: APIClient) -> None:
    run = Reassessment.objects.get().run_id
    assert factory.post(caller, f"reassessment-runs/{run}/retry", {}).status_code == 403
