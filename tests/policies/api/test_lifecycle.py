"""Drafting, reviewing and retiring policies over REST."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance import clock
from policies import releases
from policies.models import PolicyVersion
from tests import factory
from tests.factory import iso
from tests.policies.officers import NEXT, author, counsel, draft, submitted

pytestmark = pytest.mark.django_db
EVERYTHING = ("policies:read", "policies:write", "policies:approve")


@pytest.fixture(autouse=True)
def house() -> None:
    factory.install()


def caller(by: factory.Actor, *scopes: str) -> APIClient:
    """A client with a key that this person made."""
    return factory.client(*(scopes or EVERYTHING), owner=by)


def act(by: factory.Actor, version: PolicyVersion | str, name: str, **body: Any) -> Any:
    id_ = version.id if isinstance(version, PolicyVersion) else version
    return factory.post(caller(by), f"policies/{id_}/{name}", body)


def approve(version: PolicyVersion, **body: Any) -> Any:
    return act(counsel(), version, "approval", text_digest=version.text_digest, **body)


def test_a_text_becomes_a_draft() -> None:
    answer = factory.post(caller(author()), "policies", {"text": NEXT})
    assert (answer.status_code, answer.json()["standing"]) == (201, "draft")
    assert answer.json()["authors"] == [str(author())]
    assert factory.get(caller(author()), answer["Location"].removeprefix("/api/v1/")).json()[
        "text"
    ] == (NEXT)


def test_a_text_that_is_no_yaml_says_where() -> None:
    answer = factory.post(caller(author()), "policies", {"text": "a: 1\na: 2\n"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-policy")
    assert answer.json()["problems"][0]["line"] == 2


def test_a_draft_is_edited() -> None:
    version = draft()
    body = {"text": NEXT + "# more\n", "text_digest": version.text_digest}
    answer = caller(author()).put(f"/api/v1/policies/{version.id}/text", body, format="json")
    assert (answer.status_code, answer.json()["text"]) == (200, NEXT + "# more\n")


def test_a_draft_is_discarded() -> None:
    version = draft()
    assert caller(author()).delete(f"/api/v1/policies/{version.id}").status_code == 204
    assert not PolicyVersion.objects.filter(id=version.id).exists()


def test_what_keeps_a_draft_from_review_is_listed() -> None:
    version = draft(NEXT.replace("default: SEV2", "default: SEV9"))
    found = factory.get(caller(author()), f"policies/{version.id}/problems").json()
    assert [problem["code"] for problem in found["problems"]] == ["unknown-level"]


def test_from_draft_to_force_by_two_people() -> None:
    version = draft()
    assert act(author(), version, "submission").json()["standing"] == "in_review"
    assert approve(version, reassess="open_incidents").json()["standing"] == "in_force"
    assert releases.in_force(clock.now()).severity.default == "SEV2"


def test_an_author_gets_403_and_what_to_do() -> None:
    version = submitted()
    answer = act(author(), version, "approval", text_digest=version.text_digest)
    assert (answer.status_code, answer.json()["code"]) == (403, "another-person-needed")


def test_an_approval_names_the_text_that_was_read() -> None:
    assert act(counsel(), submitted(), "approval").status_code == 422
    answer = act(counsel(), submitted_again(), "approval", text_digest="0" * 64)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def submitted_again() -> PolicyVersion:
    return PolicyVersion.objects.get(status="in_review")


def test_a_key_of_no_person_does_not_approve() -> None:
    version = submitted()
    body = {"text_digest": version.text_digest}
    answer = factory.post(factory.client(), f"policies/{version.id}/approval", body)
    assert (answer.status_code, answer.json()["code"]) == (403, "another-person-needed")


def test_a_version_is_scheduled_and_taken_back() -> None:
    version, day = submitted(), clock.now() + timedelta(days=30)
    assert approve(version, effective_from=iso(day)).json()["standing"] == "scheduled"
    answer = act(counsel(), version, "unscheduling", comment="Postponed.")
    assert answer.json()["standing"] == "in_review"


def test_what_was_asked_for_later_may_be_approved_for_now() -> None:
    version = draft()
    day = iso(clock.now() + timedelta(days=30))
    act(author(), version, "submission", effective_from=day)
    assert approve(version, effective_from="now").json()["standing"] == "in_force"


def test_a_version_is_withdrawn_commented_and_rejected() -> None:
    version = submitted()
    assert act(counsel(), version, "comments", comment="Why?").status_code == 200
    assert act(author(), version, "withdrawal").json()["standing"] == "draft"
    act(author(), version, "submission")
    assert act(counsel(), version, "rejection", comment="No.").json()["standing"] == "draft"
    listed = factory.get(caller(author()), f"policies/{version.id}/reviews").json()["results"]
    assert [each["act"] for each in reversed(listed)] == [
        "submitted",
        "commented",
        "withdrawn",
        "submitted",
        "rejected",
    ]


def test_every_submitted_text_can_be_read_again() -> None:
    version = submitted()
    found = factory.get(caller(author()), f"policies/{version.id}/revisions/1").json()
    assert (found["text"], found["text_digest"]) == (NEXT, version.text_digest)
    answer = factory.get(caller(author()), f"policies/{version.id}/revisions/2")
    assert answer.status_code == 404


def test_a_policy_is_retired_by_two_people() -> None:
    version = PolicyVersion.objects.get(name="breach")
    assert act(author(), version, "retirement", comment="Repealed.").status_code == 200
    answer = act(author(), version, "retirement/agreement")
    assert answer.json()["code"] == "another-person-needed"
    assert act(counsel(), version, "retirement/agreement").json()["standing"] == "retired"


def test_a_question_of_retirement_is_dropped() -> None:
    version = PolicyVersion.objects.get(name="breach")
    act(author(), version, "retirement", comment="Repealed.")
    answer = act(author(), version, "retirement/cancellation", comment="A slip.")
    assert answer.json()["retire_at"] is None


def test_several_are_submitted_and_approved_together() -> None:
    other = factory.text("breach", ("version: 1.0.0", "version: 1.1.0"))
    drafts = [draft(), draft(other)]
    body = {"versions": [str(each.id) for each in drafts]}
    assert factory.post(caller(author()), "policies/submissions", body).status_code == 200
    read = [{"id": str(each.id), "text_digest": each.text_digest} for each in drafts]
    answer = factory.post(caller(counsel()), "policies/approvals", {"versions": read})
    assert {each["standing"] for each in answer.json()["versions"]} == {"in_force"}


def test_versions_are_filtered_by_where_they_stand() -> None:
    submitted()
    found = factory.get(caller(author()), "policies", standing="in_review").json()["results"]
    assert [each["identity"] for each in found] == ["SeverityPolicy/severity@1.1.0"]


def test_what_shipped_says_that_no_person_approved_it() -> None:
    found = factory.get(caller(author()), "policies", kind="SeverityPolicy").json()["results"]
    assert [each["approved_by_a_person"] for each in found] == [False]


CHANGES = [
    ("submission", "policies:write"),
    ("withdrawal", "policies:write"),
    ("comments", "policies:write"),
    ("approval", "policies:approve"),
    ("rejection", "policies:approve"),
    ("unscheduling", "policies:approve"),
    ("retirement", "policies:write"),
    ("retirement/agreement", "policies:approve"),
    ("retirement/cancellation", "policies:write"),
]


@pytest.mark.parametrize(("name", "scope"), CHANGES)
def test_every_act_needs_its_scope(name: str, scope: str) -> None:
    version = submitted()
    others = [each for each in EVERYTHING if each != scope]
    answer = factory.post(caller(counsel(), *others), f"policies/{version.id}/{name}", {})
    assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")
    assert scope in answer.json()["detail"]


@pytest.mark.parametrize(("name", "_scope"), CHANGES)
def test_a_version_that_is_not_there_is_not_found(name: str, _scope: str) -> None:
    body = {"comment": "x", "text_digest": "0"}
    takes = {"submission", "withdrawal", "retirement/agreement"}
    sent = {} if name in takes else {"comment": "x"} if name != "approval" else body
    answer = act(counsel(), "01890000-0000-7000-8000-00000000dead", name, **sent)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_an_unknown_field_is_refused() -> None:
    answer = act(author(), draft(), "submission", efective_from=None)
    assert factory.pointers(answer.json()) == {"/efective_from": "unknown-field"}
