"""POST /incidents: what is accepted, and what is said about everything else."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from rest_framework.renderers import JSONRenderer
from rest_framework.test import APIClient

from governance import clock
from incidents.api import response
from incidents.models import Incident, Submission
from tests import factory

pytestmark = pytest.mark.django_db
#: With those that set a savepoint and let it go; none comes from the number of duties or clocks.
MOST_STATEMENTS = 20


@pytest.fixture
def caller() -> APIClient:
    factory.install()
    return factory.client("incidents:report")


def send(caller: APIClient, body: Any, **headers: str) -> Any:
    return factory.post(caller, "incidents", body, **headers)


def now(hours: float = 0) -> str:
    return factory.iso(clock.now() + timedelta(hours=hours))


def rendered(answer: Any) -> Any:
    return json.loads(JSONRenderer().render(answer))


# --- accepted ------------------------------------------------------------------------------------


def test_a_report_is_answered_with_its_incident(caller: APIClient) -> None:
    answer = send(caller, factory.breach(aware=clock.now()))
    body = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/incidents/{body['reference']}"
    assert body["severity"] == {
        "level": "SEV2",
        "provisional": False,
        "rules": ["breach"],
        "because": ["Personal data were breached."],
        "missing": [],
        "computed": "SEV2",
        "override": None,
    }
    assert {each["duty"]: each["state"] for each in body["duties"]} == {
        "notify": "open",
        "serious": "undetermined",
        "death": "undetermined",
        "announce": "open",
    }


@pytest.mark.parametrize("facts", [{}, {"system": "chat-bot"}, {"drill": True}], ids=str)
def test_the_answer_is_what_the_database_holds(caller: APIClient, facts: dict[str, Any]) -> None:
    reader = factory.client("incidents:report", "personal:read")
    answer = send(reader, factory.breach(aware=clock.now(), **facts)).json()
    del answer["submission"]
    at = Incident.objects.get().reported_at
    assert answer == rendered(response.whole_incident(Incident.objects.get(), at=at))


def test_a_report_takes_as_many_statements_whatever_it_opens(
    caller: APIClient, django_assert_max_num_queries: Any
) -> None:
    send(caller, factory.report())
    for facts in (factory.report(), factory.breach(aware=clock.now(), system="chat-bot")):
        with django_assert_max_num_queries(MOST_STATEMENTS):
            assert send(caller, facts).status_code == 201


def test_the_submission_of_an_accepted_report_is_named(caller: APIClient) -> None:
    body = send(caller, factory.report()).json()
    assert Submission.objects.get(id=body["submission"]).status == "accepted"


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8"])
def test_json_is_taken_with_or_without_its_charset(caller: APIClient, content_type: str) -> None:
    body = json.dumps(factory.report()).encode()
    answer = caller.post("/api/v1/incidents", body, content_type=content_type)
    assert answer.status_code == 201


@pytest.mark.parametrize("value", [None, "unknown"])
def test_null_and_unknown_are_absent(caller: APIClient, value: object) -> None:
    body = send(caller, factory.report(harms=value, impact={"people_affected": value})).json()
    assert "harms" not in body["report"]
    assert body["report"]["impact"] == {}


def test_null_for_what_is_required_is_missing(caller: APIClient) -> None:
    problem = send(caller, {**factory.report(), "system": None}).json()
    assert factory.pointers(problem) == {"/system": "missing"}


# --- refused, kept, explained --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"incident": \n {,}}', "line 2, column 3"),
        (b'{"a": 1, "a": 2}', "the name 'a' stands twice"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": 1e999}', "1e999 is too large"),
        (b'{"a": "\\u0000"}', "U+0000"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b"[" * 500 + b"]" * 500, "more than 64 levels"),
        (b"", "line 1, column 1"),
        (b"\xff", "Not UTF-8"),
    ],
)
def test_a_body_that_is_not_json_is_400_and_kept(
    caller: APIClient, body: bytes, words: str
) -> None:
    answer = send(caller, body)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "malformed-json")
    assert words in problem["detail"]
    kept = Submission.objects.get(id=problem["submission"])
    assert (kept.status, bytes(kept.body)) == ("rejected", body)


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data"])
def test_another_content_type_is_415_and_kept(caller: APIClient, content_type: str) -> None:
    answer = caller.post("/api/v1/incidents", b"a: 1", content_type=content_type)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (415, "unsupported-media-type")
    assert bytes(Submission.objects.get(id=problem["submission"]).body) == b"a: 1"


def test_a_body_over_the_limit_is_413_and_not_kept(caller: APIClient) -> None:
    answer = send(caller, b" " * (settings.REPORT_BODY_LIMIT + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
    assert not Submission.objects.exists()


def test_a_body_of_just_the_limit_is_read(caller: APIClient) -> None:
    body = json.dumps(factory.report()).encode().ljust(settings.REPORT_BODY_LIMIT)
    assert send(caller, body).status_code == 201


@pytest.mark.parametrize(
    ("facts", "pointer", "code", "nearest"),
    [
        ({"system": "triag"}, "/system", "unknown-system", "triage"),
        ({"harm": []}, "/harm", "unknown-field", "harms"),
        ({"impact": {"reversable": True}}, "/impact/reversable", "unknown-field", "reversible"),
        ({"harms": ["deth"]}, "/harms/0", "unknown-term", "death"),
        ({"drill": "yes"}, "/drill", "wrong-type", ""),
        ({"incident": {"title": "x"}}, "/incident/narrative", "missing", ""),
        ({"moments": {"aware": "today"}}, "/moments/aware", "wrong-format", ""),
        ({"source": {"url": "nowhere"}}, "/source/url", "wrong-format", ""),
        ({"impact": {"people_affected": 2**60}}, "/impact/people_affected", "too-large", ""),
    ],
)
def test_a_report_that_does_not_fit_is_422_with_every_place(
    caller: APIClient, facts: dict[str, Any], pointer: str, code: str, nearest: str
) -> None:
    answer = send(caller, {**factory.report(), **facts})
    (error,) = answer.json()["errors"]
    whole = code if code == "unknown-system" else "invalid-report"
    assert (answer.status_code, answer.json()["code"]) == (422, whole)
    assert (error["pointer"], error["code"], error["nearest"]) == (pointer, code, nearest)


def test_a_moment_to_come_is_refused(caller: APIClient) -> None:
    problem = send(caller, factory.report(moments={"aware": now(hours=1)})).json()
    assert factory.pointers(problem) == {"/moments/aware": "in-the-future"}


def test_several_errors_come_at_once(caller: APIClient) -> None:
    problem = send(caller, {"system": "x", "harm": [], "drill": 1}).json()
    assert set(factory.pointers(problem)) == {"/system", "/harm", "/drill", "/incident"}
    assert "has 4 errors" in problem["detail"]


def test_the_problem_says_where_to_send_the_correction(caller: APIClient) -> None:
    problem = send(caller, {}).json()
    assert f"/api/v1/submissions/{problem['submission']}/correction" in problem["detail"]


@pytest.mark.parametrize("body", [[], "report", 7, None, True])
def test_what_is_no_object_is_no_report(caller: APIClient, body: Any) -> None:
    assert factory.pointers(send(caller, body).json()) == {"": "wrong-type"}


def test_before_any_policy_the_report_waits_and_the_sender_may_retry() -> None:
    answer = send(factory.client(), factory.report())
    assert (answer.status_code, answer.json()["code"]) == (503, "no-release")
    assert Submission.objects.get().status == "received"


# --- the same again ------------------------------------------------------------------------------

KEY = {"Idempotency-Key": "k-1"}


def test_the_same_key_and_body_give_the_same_incident(caller: APIClient) -> None:
    first, second = (send(caller, factory.report(), **KEY) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["reference"] == second.json()["reference"]
    assert ("Idempotency-Replayed" in first, second["Idempotency-Replayed"]) == (False, "true")
    assert Incident.objects.count() == 1


def test_the_same_key_with_another_body_is_422(caller: APIClient) -> None:
    send(caller, factory.report(), **KEY)
    answer = send(caller, factory.report(drill=True), **KEY)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")


def test_a_refused_report_is_refused_again_and_kept_once(caller: APIClient) -> None:
    first, second = (send(caller, {}, **KEY).json() for _ in range(2))
    assert (first["code"], first["submission"], first["errors"]) == (
        second["code"],
        second["submission"],
        second["errors"],
    )
    assert Submission.objects.count() == 1


def test_a_malformed_report_is_refused_again_and_kept_once(caller: APIClient) -> None:
    first, second = (send(caller, b"{", **KEY) for _ in range(2))
    assert (first.status_code, second.status_code) == (400, 400)
    assert Submission.objects.count() == 1


def test_without_a_key_the_same_report_is_another_incident(caller: APIClient) -> None:
    assert len({send(caller, factory.report()).json()["reference"] for _ in range(2)}) == 2


def test_two_tools_may_use_the_same_key(caller: APIClient) -> None:
    first = send(caller, factory.report(), **KEY).json()
    second = send(factory.client(), factory.report(drill=True), **KEY).json()
    assert first["reference"] != second["reference"]


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_of_the_wrong_length_is_refused(caller: APIClient, key: str) -> None:
    answer = send(caller, factory.report(), **{"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-invalid")


def test_a_report_that_waited_for_policies_is_judged_by_its_retry() -> None:
    caller = factory.client()
    assert send(caller, factory.report(), **KEY).status_code == 503
    factory.install()
    assert send(caller, factory.report(), **KEY).status_code == 201
    assert Submission.objects.get().status == "accepted"


def test_a_body_sent_under_the_wrong_type_may_come_again_under_its_key(caller: APIClient) -> None:
    body = json.dumps(factory.report()).encode()
    wrong = caller.post("/api/v1/incidents", body, content_type="text/plain", headers=KEY)
    right = send(caller, body, **KEY)
    assert (wrong.status_code, right.status_code) == (415, 201)
