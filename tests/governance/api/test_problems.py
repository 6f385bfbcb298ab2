"""Errors as problem details (RFC 9457)."""

import json
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.test import APIClient

from governance.api import problems
from governance.ledger.models import Entry
from incidents import selectors
from tests import factory

pytestmark = pytest.mark.django_db
MEMBERS = {"type", "title", "status", "code", "detail", "instance"}


def call(method: str, path: str, **headers: str) -> Any:
    return factory.client().generic(method, path, headers=headers)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/incidents/INC-2026-999999", 404, "not-found"),
        ("GET", "/api/v1/incidents/a%00b", 404, "not-found"),
        ("GET", f"/api/v1/policies/{factory.PERSON.id}", 404, "not-found"),
        ("GET", "/api/v1/nonsense", 404, "not-found"),
        ("POST", "/api/nonsense/", 404, "not-found"),
        ("DELETE", "/api/v1/incidents", 405, "method-not-allowed"),
        ("PUT", "/api/v1/me", 405, "method-not-allowed"),
        ("GET", "/api/v1/incidents?since=yesterday", 422, "invalid"),
        ("GET", "/api/v1/incidents?severity=%00", 422, "invalid"),
        ("GET", "/api/v1/incidents?cursor=nonsense", 422, "invalid-cursor"),
    ],
)
def test_every_error_is_a_problem(method: str, path: str, status: int, code: str) -> None:
    answer = call(method, path)
    problem = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert {*problem} >= MEMBERS
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"urn:bylaw:problem:{code}"


def test_an_unknown_address_says_nothing_of_who_may_ask() -> None:
    assert APIClient().get("/api/v1/nonsense").status_code == 404


def test_what_cannot_be_accepted_is_406() -> None:
    assert call("GET", "/api/v1/me", Accept="text/html").status_code == 406


def test_a_body_that_is_not_json_is_415_for_every_view() -> None:
    caller = factory.client()
    answer = caller.post(
        "/api/v1/incidents/x/state", b"a=b", content_type="application/x-www-form-urlencoded"
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")


def test_a_malformed_body_is_400_for_every_view() -> None:
    answer = factory.post(factory.client(), "incidents/x/state", b"{")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed-json")


def test_the_instance_is_the_request_that_support_can_look_up() -> None:
    factory.install()
    problem = factory.post(factory.client(), "incidents", {}).json()
    entry = Entry.objects.get(verb="submission.rejected")
    assert problem["instance"] == f"urn:uuid:{entry.request_id}"


def test_a_fault_of_ours_is_500_without_its_details(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(selectors, "statistics", broken)
    answer = call("GET", "/api/v1/statistics")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
    assert b"secret detail" not in answer.content


@pytest.mark.parametrize("away", [OperationalError, InterfaceError])
def test_without_a_database_the_sender_hears_that_it_should_send_again(
    monkeypatch: pytest.MonkeyPatch, away: type[Exception]
) -> None:
    def broken(*_: object) -> None:
        raise away("server closed the connection")

    monkeypatch.setattr(selectors, "statistics", broken)
    answer = call("GET", "/api/v1/statistics")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer["Retry-After"] == "1"
    assert b"closed the connection" not in answer.content


def test_errors_of_fields_have_json_pointers() -> None:
    error = ValidationError({"a/b": ["bad"], "list": [{}, {"c~": ["worse"]}]})
    answer = problems.handle(error, {})
    listed = answer.data["errors"]
    assert [each["pointer"] for each in listed] == ["/a~1b", "/list/1/c~0"]


def test_errors_of_the_whole_point_at_the_whole() -> None:
    answer = problems.handle(ValidationError({"non_field_errors": ["bad"]}), {})
    assert answer.data["errors"] == [{"pointer": "", "code": "invalid", "detail": "bad"}]


def test_a_throttled_caller_hears_when_to_return() -> None:
    assert problems.handle(Throttled(wait=2.5), {})["Retry-After"] == "4"


def test_extra_members_join_the_problem() -> None:
    answer = problems.problem(409, "conflict", "No.", extra={"open_duties": 2})
    assert json.loads(json.dumps(answer.data))["open_duties"] == 2
