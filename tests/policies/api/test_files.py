"""Whole directories of policies over REST: lint, test, plan, apply, export."""

import io
from typing import Any
from zipfile import ZipFile

import pytest
from rest_framework.test import APIClient

from policies import plans
from policies.models import PolicyVersion
from tests import factory
from tests.factory import AT, iso
from tests.policies.officers import FOURTH, NEXT, TESTS, approved, author

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    factory.install()


def caller(*scopes: str) -> APIClient:
    return factory.client(*(scopes or ("policies:read", "policies:write")), owner=author())


def send(path: str, *texts: str, **more: Any) -> Any:
    files = [{"path": f"{number}.yaml", "text": text} for number, text in enumerate(texts)]
    return factory.post(caller(), f"policies/{path}", {"files": files, **more})


def test_lint_lists_the_problems_of_every_file() -> None:
    broken = NEXT.replace("default: SEV2", "default: SEV9")
    found = send("lint", broken, "kind: Nothing\n").json()["problems"]
    assert {problem["path"] for problem in found} == {"0.yaml", "1.yaml"}


def test_lint_of_what_is_well_lists_nothing() -> None:
    assert send("lint", NEXT).json() == {"problems": []}


def test_lint_sees_the_files_beside_what_is_in_force() -> None:
    found = send("lint", FOURTH).json()["problems"]
    assert "severity-without-escalation" in {problem["code"] for problem in found}


def test_the_tests_are_run_with_the_files() -> None:
    approved(TESTS)
    answer = send("test", NEXT, at=iso(AT)).json()
    assert (answer["passed"], answer["failed"]) == (0, 1)
    (message,) = answer["results"][0]["mismatches"]
    assert message["message"].startswith("severity: expected SEV3, got SEV2")


def test_a_plan_says_what_would_change() -> None:
    answer = send("plan", NEXT, factory.text("harm")).json()
    assert [change["outcome"] for change in answer["changes"]] == ["create", "unchanged"]
    assert (answer["empty"], len(answer["absent"])) == (False, len(factory.house()) - 2)


def test_applying_submits_and_doing_it_again_does_nothing() -> None:
    (made,) = send("apply", NEXT, comment="From the repository.").json()["submitted"]
    assert (made["standing"], made["origin"]) == ("in_review", "api:0.yaml")
    again = send("apply", NEXT).json()
    assert (again["empty"], again["submitted"]) == (True, [])


def test_a_conflict_is_explained_by_file() -> None:
    answer = send("apply", factory.text("severity", ("default: SEV3", "default: SEV2")))
    assert answer.status_code == 409
    assert [each["path"] for each in answer.json()["conflicts"]] == ["0.yaml"]


def test_the_export_applied_again_changes_nothing() -> None:
    files = factory.get(caller(), "policies/export").json()["files"]
    assert send("apply", *files.values()).json()["empty"]
    assert len(files) == len(factory.house())


def test_the_export_comes_as_an_archive() -> None:
    answer = factory.get(caller(), "policies/export.zip")
    with ZipFile(io.BytesIO(answer.content)) as archive:
        text = archive.read("SeverityPolicy/severity.yaml").decode()
    assert text == factory.text("severity")


def test_a_directory_may_be_larger_than_a_report() -> None:
    padded = [f"# {'x' * 700_000}\n{factory.text(name)}" for name in ("harm", "breach")]
    assert send("plan", *padded).status_code == 200


def test_a_bad_file_is_refused_whole() -> None:
    answer = send("apply", NEXT, "a: [")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-policy")
    assert not PolicyVersion.objects.filter(version="1.1.0").exists()


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "lint", "policies:read"),
        ("POST", "test", "policies:read"),
        ("POST", "plan", "policies:read"),
        ("POST", "apply", "policies:write"),
        ("GET", "export", "policies:read"),
        ("GET", "export.zip", "policies:read"),
    ],
)
def test_every_address_needs_its_scope(method: str, path: str, scope: str) -> None:
    others = {"policies:read", "policies:write", "policies:approve"} - {scope}
    answer = caller(*others).generic(method, f"/api/v1/policies/{path}")
    assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")


def test_outcomes_are_those_of_the_plan() -> None:
    outcomes = {change["outcome"] for change in send("plan", NEXT).json()["changes"]}
    assert outcomes <= plans.CHANGES
