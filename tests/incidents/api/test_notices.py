"""Notices over REST: the whole story, refusals, and who may."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from governance import clock
from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_REPORT, INCIDENTS_RESPOND
from tests import factory
from tests.factory import get, post
from tests.incidents import noticing
from tests.incidents.noticing import CONSEQUENCES, counsel, writer

pytestmark = pytest.mark.django_db
Found = dict[str, Any]


@pytest.fixture
def caller() -> APIClient:
    noticing.install()
    return factory.client(owner=writer())


@pytest.fixture
def lawyer(caller: APIClient) -> APIClient:
    return factory.client(owner=counsel())


def put(caller: APIClient, path: str, body: Found) -> Any:
    return caller.put(f"/api/v1/{path}", body, format="json")


def clock_of(caller: APIClient, stage: str = "initial") -> str:
    aware = clock.now() - timedelta(hours=1)
    post(caller, "incidents", factory.breach(aware=aware))
    found = get(caller, "clocks").json()["results"]
    return str(next(each["id"] for each in found if each["stage"] == stage))


@pytest.fixture
def notice(caller: APIClient) -> Found:
    found: Found = post(caller, f"clocks/{clock_of(caller)}/notice", {}).json()
    return found


def change(caller: APIClient, notice: Found, what: str, **body: Any) -> Any:
    return post(caller, f"notices/{notice['id']}/{what}", body)


def approved(caller: APIClient, lawyer: APIClient, notice: Found) -> Found:
    change(caller, notice, "review")
    found: Found = change(lawyer, notice, "approval", revision=notice["revision"]).json()
    return found


def filing(**more: Any) -> Found:
    given = {"submitted_at": factory.iso(clock.now()), "sent_to": "DPA", "channel": "portal"}
    return {**given, "receipt_number": "R-1", **more}


def test_a_draft_answers_with_its_text_and_what_is_missing(
    caller: APIClient, notice: Found
) -> None:
    assert (notice["state"], notice["revision"], notice["approval_role"]) == (
        "draft",
        1,
        "legal-counsel",
    )
    assert notice["completeness"] == {
        "covered": 1,
        "required": 4,
        "missing": list(noticing.MISSING),
    }
    assert "The answer was false." in notice["body"]


def test_it_is_created_at_its_address(caller: APIClient) -> None:
    answer = post(caller, f"clocks/{clock_of(caller)}/notice", {})
    assert answer.status_code == 201
    assert caller.get(answer["Location"]).json()["id"] == answer.json()["id"]


def test_a_second_draft_is_409_and_names_the_first(caller: APIClient, notice: Found) -> None:
    answer = post(caller, f"clocks/{notice['clock']}/notice", {})
    assert (answer.status_code, answer.json()["notice"]) == (409, notice["id"])


def test_the_whole_story_to_a_filed_notice(
    caller: APIClient, lawyer: APIClient, notice: Found
) -> None:
    text = {"revision": 1, "subject": "Breach", "body": "The answer was false."}
    edited = put(caller, f"notices/{notice['id']}/text", text).json()
    items = [{"item": CONSEQUENCES, "covered": True, "where": "line 1"}]
    assert change(caller, edited, "coverage", items=items).json()["completeness"]["covered"] == 2
    ready = approved(caller, lawyer, edited)
    body = filing(revision=2, missing=ready["completeness"]["missing"])
    filed = change(caller, notice, "filing", **body).json()
    assert (filed["state"], filed["approved_digest"]) == ("filed", edited["digest"])
    found = get(caller, f"clocks/{notice['clock']}").json()
    assert (found["standing"], found["sent_to"], found["approved_by"], found["unapproved"]) == (
        "met",
        "DPA",
        str(counsel()),
        False,
    )


def test_sending_waits_for_the_outbox(caller: APIClient, lawyer: APIClient, notice: Found) -> None:
    ready = approved(caller, lawyer, notice)
    body = {"revision": 1, "to": "dpa@example.org", "missing": ready["completeness"]["missing"]}
    assert change(caller, notice, "sending", **body).json()["state"] == "sending"
    assert get(caller, f"clocks/{notice['clock']}").json()["state"] == "running"


def test_of_two_editors_the_second_gets_a_409(caller: APIClient, notice: Found) -> None:
    text = {"revision": 1, "subject": "One", "body": "One."}
    put(caller, f"notices/{notice['id']}/text", text)
    answer = put(caller, f"notices/{notice['id']}/text", {**text, "body": "Two."})
    assert (answer.status_code, answer.json()["code"], answer.json()["revision"]) == (
        409,
        "overtaken",
        2,
    )


def test_an_incomplete_notice_is_409_with_what_is_missing(
    caller: APIClient, lawyer: APIClient, notice: Found
) -> None:
    approved(caller, lawyer, notice)
    answer = change(caller, notice, "filing", **filing(revision=1))
    assert (answer.status_code, answer.json()["code"]) == (409, "notice-incomplete")
    assert answer.json()["missing"] == list(noticing.MISSING)


def test_the_writer_does_not_approve(caller: APIClient, notice: Found) -> None:
    change(caller, notice, "review")
    answer = change(caller, notice, "approval", revision=1)
    assert (answer.status_code, answer.json()["code"]) == (403, "another-person-needed")


def test_a_returned_notice_has_the_comment(
    caller: APIClient, lawyer: APIClient, notice: Found
) -> None:
    change(caller, notice, "review")
    found = change(lawyer, notice, "return", comment="Too long.").json()
    assert (found["state"], found["comment"]) == ("draft", "Too long.")


def test_a_withdrawn_notice_makes_room(caller: APIClient, notice: Found) -> None:
    assert change(caller, notice, "withdrawal", reason="Wrong.").json()["state"] == "withdrawn"
    assert post(caller, f"clocks/{notice['clock']}/notice", {}).status_code == 201


def test_a_refreshed_text_has_the_facts_of_now(caller: APIClient, notice: Found) -> None:
    changes = {"facts": {"impact": {"people_affected": 40}}, "reason": "Counted."}
    post(caller, f"incidents/{notice['incident']}/amendments", changes)
    before = get(caller, f"notices/{notice['id']}").json()["changed_facts"]
    assert before == [{"path": "impact.people_affected", "then": "", "now": "40"}]
    assert "People: 40" in change(caller, notice, "refresh", revision=1).json()["body"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 1),
        ({"state": "draft"}, 1),
        ({"state": "sent"}, 0),
        ({"owner": "legal-counsel"}, 1),
        ({"owner": "executive"}, 0),
        ({"incident": "INC-2026-999999"}, 0),
        ({"policy": "breach"}, 1),
    ],
)
def test_notices_are_filtered(
    caller: APIClient, notice: Found, query: dict[str, str], count: int
) -> None:
    assert len(get(caller, "notices", **query).json()["results"]) == count


@pytest.mark.parametrize(
    ("what", "body", "pointer"),
    [
        ("approval", {}, "/revision"),
        ("coverage", {"items": []}, "/items/non_field_errors"),
        ("return", {"comment": ""}, "/comment"),
        ("withdrawal", {}, "/reason"),
        ("filing", {"revision": 1, "submitted_at": "now"}, "/submitted_at"),
        ("sending", {"revision": 1, "recipient": "x"}, "/recipient"),
        ("review", {"comment": "x"}, "/comment"),
    ],
)
def test_what_is_not_understood_is_422(
    caller: APIClient, notice: Found, what: str, body: Found, pointer: str
) -> None:
    answer = change(caller, notice, what, **body)
    assert answer.status_code == 422
    assert pointer.removesuffix("/non_field_errors") in factory.pointers(answer.json())


@pytest.mark.parametrize("what", ["review", "refresh", "coverage", "filing", "sending"])
def test_who_only_reads_changes_nothing(caller: APIClient, notice: Found, what: str) -> None:
    reader = factory.client(INCIDENTS_READ)
    assert get(reader, f"notices/{notice['id']}").status_code == 200
    assert change(reader, notice, what).status_code == 403


@pytest.mark.parametrize("what", ["approval", "return"])
def test_responding_is_not_approving(caller: APIClient, notice: Found, what: str) -> None:
    assert change(factory.client(INCIDENTS_RESPOND), notice, what).status_code == 403


def test_a_reporter_sees_no_notice(caller: APIClient, notice: Found) -> None:
    reporter = factory.client(INCIDENTS_REPORT)
    assert get(reporter, "notices").status_code == 403
    assert get(reporter, f"notices/{notice['id']}").status_code == 403


def test_an_unknown_notice_is_404(caller: APIClient) -> None:
    assert get(caller, f"notices/{factory.PERSON.id}").status_code == 404
    assert post(caller, f"clocks/{factory.PERSON.id}/notice", {}).status_code == 404


def test_many_notices_take_a_fixed_number_of_queries(
    caller: APIClient, django_assert_max_num_queries: Any
) -> None:
    for stage in ("initial", "final", "amendment"):
        post(caller, f"clocks/{clock_of(caller, stage)}/notice", {})
    get(caller, "notices")  # the first look of the hour is put on record
    with django_assert_max_num_queries(11):
        assert len(get(caller, "notices").json()["results"]) == 3


def test_a_file_that_a_notice_encloses_is_in_its_text(caller: APIClient, notice: Found) -> None:
    file = SimpleUploadedFile("a.pdf", b"%PDF a", "application/pdf")
    path = f"/api/v1/incidents/{notice['incident']}/attachments"
    caller.post(path, {"file": file, "notice": notice["id"], "purpose": "enclosure"})
    found = get(caller, f"notices/{notice['id']}").json()
    assert (found["revision"], [each["name"] for each in found["enclosures"]]) == (2, ["a.pdf"])


def test_those_that_left_are_ordered_by_when(
    caller: APIClient, lawyer: APIClient, notice: Found
) -> None:
    missing = approved(caller, lawyer, notice)["completeness"]["missing"]
    change(caller, notice, "filing", **filing(revision=1, missing=missing))
    post(caller, f"clocks/{clock_of(caller)}/notice", {})
    found = get(caller, "notices", ordering="-left_at").json()["results"]
    assert [each["id"] for each in found] == [notice["id"]]
    assert len(get(caller, "notices").json()["results"]) == 2
