"""Differences and impacts of policies over REST."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from governance import clock
from policies.models import Impact, PolicyReview, PolicyVersion
from tests import factory
from tests.policies.api.test_lifecycle import approve, caller
from tests.policies.officers import NEXT, approved, author, counsel, draft, submitted
from tests.policies.test_impacts import STRICTER

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
FILES = {"files": [{"path": "severity.yaml", "text": STRICTER}]}


@pytest.fixture(autouse=True)
def house() -> None:
    factory.install()


@pytest.fixture
def crowd(settings: Settings) -> None:
    settings.INCIDENT_CASES = "tests.policies.test_impacts.CROWD"


def incident() -> str:
    """One that a stricter policy makes critical; its reference."""
    report = factory.report(impact={"people_affected": 500})
    return factory.submit(report, at=clock.now() - HOUR).reference


def ask(version: PolicyVersion, *scopes: str, **body: Any) -> Any:
    who = caller(counsel(), *(scopes or ("policies:write", "incidents:read")))
    return factory.post(who, f"policies/{version.id}/impact", body)


def read(path: str, *scopes: str, **query: str) -> Any:
    who = caller(counsel(), *(scopes or ("policies:read", "incidents:read")))
    return factory.get(who, path.removeprefix("/api/v1/"), **query)


# --- difference ----------------------------------------------------------------------------------


def test_the_difference_to_the_version_in_force() -> None:
    answer = read(f"policies/{draft(STRICTER).id}/difference").json()
    assert answer["before"] == "SeverityPolicy/severity@1.0.0"
    assert [each["where"] for each in answer["changes"]] == ["metadata/version", "rules/many/when"]


def test_the_difference_of_a_version_in_force_is_to_the_one_it_ended() -> None:
    answer = read(f"policies/{approved(STRICTER).id}/difference").json()
    assert answer["before"] == "SeverityPolicy/severity@1.0.0"


def test_the_difference_to_any_other_version() -> None:
    other, version = draft(NEXT), draft(STRICTER)
    answer = read(f"policies/{version.id}/difference", to=str(other.id)).json()
    assert answer["before"] == "SeverityPolicy/severity@1.1.0"


@pytest.mark.parametrize(("to", "status"), [("x", 422), ("0" * 32, 404)])
def test_a_difference_to_nothing_is_an_error(to: str, status: int) -> None:
    assert read(f"policies/{draft().id}/difference", to=to).status_code == status


def test_a_new_policy_has_nothing_before_it() -> None:
    new = factory.text("breach", ("name: breach", "name: breach-2"))
    answer = read(f"policies/{draft(new).id}/difference").json()
    assert (answer["before"], [each["kind"] for each in answer["changes"]]) == (None, ["added"])


# --- impact --------------------------------------------------------------------------------------


def test_the_impact_names_the_incidents_that_change() -> None:
    reference, version = incident(), draft(STRICTER)
    answer = ask(version, days=30)
    assert (answer.status_code, answer.json()["status"]) == (200, "done")
    found = read(answer["Location"]).json()
    assert [each["reference"] for each in found["result"]["open"]["examples"]] == [reference]
    assert (found["days"], found["stale"]) == (30, "")


def test_who_may_not_read_incidents_gets_the_counts() -> None:
    incident()
    found = read(ask(draft(STRICTER))["Location"], "policies:read").json()["result"]
    assert (found["all"]["changed"], "examples" in found["all"]) == (1, False)


def test_versions_submitted_together_are_asked_about_together() -> None:
    version = submitted(STRICTER)
    assert ask(version).json()["versions"] == [str(version.id)]


def test_the_last_impact_of_a_version_is_found_by_it() -> None:
    version = draft(STRICTER)
    assert read(f"policies/{version.id}/impact").status_code == 404
    asked = ask(version).json()
    assert read(f"policies/{version.id}/impact").json()["id"] == asked["id"]


def test_several_drafts_can_be_asked_about() -> None:
    ids = [str(draft(text).id) for text in (STRICTER, factory.text("breach", ("1.0.0", "1.1.0")))]
    answer = factory.post(caller(counsel()), "policies/impacts", {"versions": ids})
    assert (answer.status_code, answer.json()["versions"]) == (200, ids)


def test_files_can_be_asked_about() -> None:
    incident()
    answer = factory.post(caller(author()), "policies/simulate", FILES | {"days": 7})
    assert answer.json()["digests"].keys() == {"SeverityPolicy/severity@1.3.0"}
    assert answer.json()["result"]["all"]["changed"] == 1
    assert not PolicyVersion.objects.filter(version="1.3.0").exists()


@pytest.mark.parametrize("days", [0, 5000, "many"])
def test_days_that_are_none_are_refused(days: Any) -> None:
    assert ask(draft(STRICTER), days=days).status_code in {400, 422}


@pytest.mark.parametrize(
    ("scope", "status"),
    [("policies:read", 403), ("policies:write", 200), ("policies:approve", 200)],
)
def test_asking_needs_writing_or_approving(scope: str, status: int) -> None:
    assert ask(draft(STRICTER), scope).status_code == status


def test_while_there_is_work_to_do_the_answer_is_202(crowd: None) -> None:
    answer = ask(draft(STRICTER))
    assert (answer.status_code, answer.json()["status"]) == (202, "waiting")
    assert (answer.json()["done"], answer.json()["total"]) == (0, 5000)


def test_an_impact_is_cancelled(crowd: None) -> None:
    path = f"impacts/{ask(draft(STRICTER)).json()['id']}/cancellation"
    first, second = (factory.post(caller(counsel()), path, {}) for _ in range(2))
    assert (first.json()["status"], second.status_code) == ("cancelled", 409)


def test_an_approval_records_the_impact_that_was_seen() -> None:
    incident()
    version = submitted(STRICTER)
    seen = ask(version).json()["id"]
    assert approve(version, impact=seen).status_code == 200
    recorded = PolicyReview.objects.get(version=version, act="approved").impact
    assert recorded is not None
    assert (recorded["id"], recorded["all"]["changed"]) == (seen, 1)


def test_the_impact_of_another_version_is_not_recorded() -> None:
    other = ask(draft(NEXT)).json()["id"]
    assert approve(submitted(STRICTER), impact=other).status_code == 404


def test_once_approved_an_impact_is_a_record() -> None:
    version = submitted(STRICTER)
    asked = ask(version)
    approve(version)
    assert read(asked["Location"]).json()["stale"] == ""
    assert Impact.objects.count() == 1
