"""What was sent can be read by its sender, and corrected once."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from incidents import sweep
from incidents.models import Incident, Submission
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller() -> APIClient:
    factory.install()
    return factory.client("incidents:report")


def refused(caller: APIClient, body: Any = None) -> str:
    """The id of a submission that was refused."""
    found: str = factory.post(caller, "incidents", {} if body is None else body).json()[
        "submission"
    ]
    return found


def correct(caller: APIClient, submission: str, body: Any = None, **headers: str) -> Any:
    given = factory.report() if body is None else body
    return factory.post(caller, f"submissions/{submission}/correction", given, **headers)


def read(caller: APIClient, submission: str) -> Any:
    return factory.get(caller, f"submissions/{submission}").json()


# --- reading -------------------------------------------------------------------------------------


def test_a_refused_report_can_be_read_with_what_was_wrong(caller: APIClient) -> None:
    found = read(caller, refused(caller, {"system": "triag"}))
    assert (found["status"], found["body"]) == ("rejected", {"system": "triag"})
    assert [each["pointer"] for each in found["problems"]] == ["/incident", "/system"]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"{", "{"),
        (b'{"a": NaN}', '{"a": NaN}'),
        (b'{"a": 1e999}', '{"a": 1e999}'),
        (b'{"a": 1, "a": 2}', '{"a": 1, "a": 2}'),
        (b'"\\ud800"', '"\\ud800"'),
        (b"\xff{", "\ufffd{"),
        (b"[" * 500, "[" * 500),
        (b"[1]", [1]),
    ],
)
def test_whatever_was_sent_can_be_shown(caller: APIClient, body: bytes, shown: object) -> None:
    assert read(caller, refused(caller, body))["body"] == shown


def test_a_reporter_sees_its_own_submissions_only(caller: APIClient) -> None:
    mine = refused(caller)
    other = factory.client("incidents:report")
    refused(other)
    listed = factory.get(caller, "submissions").json()["results"]
    assert [each["id"] for each in listed] == [mine]
    assert factory.get(other, f"submissions/{mine}").status_code == 404


def test_who_may_read_incidents_sees_all_submissions(caller: APIClient) -> None:
    refused(caller)
    reader = factory.client("incidents:report", "incidents:read")
    assert len(factory.get(reader, "submissions").json()["results"]) == 1


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"status": "rejected"}, 1),
        ({"status": "accepted"}, 1),
        ({"idempotency_key": "k"}, 1),
        ({"problem_code": "invalid-report"}, 1),
        ({"problem_code": "malformed-json"}, 0),
    ],
)
def test_submissions_are_filtered(caller: APIClient, query: dict[str, str], count: int) -> None:
    refused(caller)
    factory.post(caller, "incidents", factory.report(), **{"Idempotency-Key": "k"})
    assert len(factory.get(caller, "submissions", **query).json()["results"]) == count


# --- correcting ----------------------------------------------------------------------------------


def test_a_correction_opens_the_incident(caller: APIClient) -> None:
    submission = refused(caller)
    answer = correct(caller, submission)
    assert answer.status_code == 201
    found = read(caller, submission)
    assert (found["status"], found["incident"]) == ("corrected", answer.json()["reference"])


def test_a_correction_points_back(caller: APIClient) -> None:
    submission = refused(caller)
    correction = correct(caller, submission).json()["submission"]
    assert read(caller, correction)["corrects"] == submission


@pytest.mark.parametrize("body", [b"{", {"system": "triag"}])
def test_a_bad_correction_is_kept_and_the_original_can_still_be_corrected(
    caller: APIClient, body: Any
) -> None:
    submission = refused(caller)
    assert correct(caller, submission, body).status_code in {400, 422}
    assert read(caller, submission)["status"] == "rejected"
    assert correct(caller, submission).status_code == 201


def test_a_malformed_body_can_be_corrected_too(caller: APIClient) -> None:
    assert correct(caller, refused(caller, b"{")).status_code == 201


def test_a_submission_is_corrected_once(caller: APIClient) -> None:
    submission = refused(caller)
    reference = correct(caller, submission).json()["reference"]
    answer = correct(caller, submission)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state")
    assert answer.json()["incident"] == reference
    assert Incident.objects.count() == 1


def test_a_correction_that_is_retried_gets_the_same_incident(caller: APIClient) -> None:
    submission, key = refused(caller), {"Idempotency-Key": "k"}
    first, second = (correct(caller, submission, **key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["reference"] == second.json()["reference"]
    assert second["Idempotency-Replayed"] == "true"


def test_an_accepted_report_needs_no_correction(caller: APIClient) -> None:
    accepted = factory.post(caller, "incidents", factory.report()).json()["submission"]
    assert correct(caller, accepted).json()["code"] == "wrong-state"


def test_a_correction_that_came_second_is_refused_and_not_left_waiting(caller: APIClient) -> None:
    submission = refused(caller)
    correct(caller, submission)
    late = factory.left(factory.report(), at=factory.AT)
    Submission.objects.filter(id=late.id).update(corrects_id=submission)
    sweep.run(at=factory.AT + factory.HOUR)
    late.refresh_from_db()
    assert (late.status, late.problems[0]["code"]) == ("rejected", "not-correctable")


def test_somebody_else_s_submission_cannot_be_corrected(caller: APIClient) -> None:
    assert correct(factory.client("incidents:report"), refused(caller)).status_code == 404


# --- as it was read -------------------------------------------------------------------------------


def tag(caller: APIClient, submission: str) -> str:
    return str(factory.get(caller, f"submissions/{submission}")["ETag"])


def test_what_is_still_as_it_was_read_is_corrected(caller: APIClient) -> None:
    submission = refused(caller)
    match = {"If-Match": tag(caller, submission)}
    assert correct(caller, submission, **match).status_code == 201


def test_what_was_corrected_meanwhile_is_not_and_nothing_is_kept(caller: APIClient) -> None:
    submission = refused(caller)
    match = {"If-Match": tag(caller, submission)}
    correct(caller, submission)
    answer = correct(caller, submission, **match)
    assert (answer.status_code, answer.json()["code"]) == (412, "changed-meanwhile")
    assert [each["verb"] for each in answer.json()["changes"]] == ["submission.corrected"]
    assert Submission.objects.count() == 2


def test_a_correction_is_answered_again_although_its_tag_is_old_by_then(caller: APIClient) -> None:
    submission = refused(caller)
    headers = {"If-Match": tag(caller, submission), "Idempotency-Key": "k"}
    first, second = (correct(caller, submission, **headers) for _ in range(2))
    assert first.json()["reference"] == second.json()["reference"]


def test_where_the_operator_wants_it_a_correction_says_what_was_read(
    caller: APIClient, settings: Any
) -> None:
    settings.REQUIRE_IF_MATCH = True
    assert correct(caller, refused(caller)).status_code == 428
