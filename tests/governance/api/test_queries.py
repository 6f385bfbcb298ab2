"""Query parameters that are known, orderings, and answers of which only a part is wanted."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient

from governance.accounts.roles import LEDGER_READ
from governance.api.deprecations import Deprecated
from governance.api.views import APIView
from governance.ledger import keys, ledger
from tests import factory
from tests.factory import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller() -> APIClient:
    factory.install()
    return factory.client()


@pytest.fixture
def three(caller: APIClient) -> list[str]:
    """References, in the order of their making; the first was reported last."""
    hours = (3, 1, 2)
    return [
        factory.submit(factory.report(), at=AT + timedelta(hours=each)).reference for each in hours
    ]


def listed(caller: APIClient, **query: str) -> list[str]:
    answer = factory.get(caller, "incidents", **query)
    assert answer.status_code == 200, answer.json()
    return [each["reference"] for each in answer.json()["results"]]


# --- what is known --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("route", "name", "value"),
    [
        ("incidents", "sate", "open"),
        ("incidents", "state", ""),
        ("incidents", "drill", "2"),
        ("incidents", "page_size", "0"),
        ("incidents", "page_size", "many"),
        ("me", "verbose", "1"),
        ("legal-holds", "incident", "x"),
    ],
)
def test_a_parameter_that_would_count_for_nothing_is_refused(
    caller: APIClient, route: str, name: str, value: str
) -> None:
    answer = factory.get(caller, route, **{name: value})
    assert answer.status_code == 422
    assert factory.pointers(answer.json()) == {f"/{name}": "query"}


def test_a_parameter_that_is_given_twice_is_refused(caller: APIClient) -> None:
    answer = caller.get("/api/v1/incidents?state=open&state=closed")
    assert factory.pointers(answer.json()) == {"/state": "query"}


def test_the_refusal_lists_what_there_is(caller: APIClient) -> None:
    (error,) = factory.get(caller, "incidents", sate="open").json()["errors"]
    assert "state" in error["detail"]
    assert "page_size" in error["detail"]


def test_a_change_takes_no_parameters_that_it_does_not_have(caller: APIClient) -> None:
    answer = factory.post(caller, "incidents?dry_run=true", factory.report())
    assert answer.status_code == 422


# --- orderings ------------------------------------------------------------------------------------


def test_a_list_is_ordered_as_asked(caller: APIClient, three: list[str]) -> None:
    last, first, second = three
    assert listed(caller, ordering="reported_at") == [first, second, last]
    assert listed(caller, ordering="-reported_at") == [last, second, first]
    assert listed(caller) == three[::-1]


def test_pages_of_an_ordering_follow_each_other(caller: APIClient, three: list[str]) -> None:
    found, address = [], "/api/v1/incidents?ordering=reported_at&page_size=1&fields=reference"
    while address:
        page = caller.get(address).json()
        found += [each["reference"] for each in page["results"]]
        address = page["next"]
    assert found == [three[1], three[2], three[0]]


def test_rows_of_one_instant_are_each_listed_once(caller: APIClient) -> None:
    made = {factory.submit(factory.report()).reference for _ in range(5)}
    found, address = [], "/api/v1/incidents?ordering=-reported_at&page_size=2"
    while address:
        page = caller.get(address).json()
        found += [each["reference"] for each in page["results"]]
        address = page["next"]
    assert sorted(found) == sorted(made)


def test_rows_without_a_value_are_left_out_of_an_ordering(
    caller: APIClient, three: list[str]
) -> None:
    assert listed(caller, ordering="closed_at") == []


def test_an_ordering_that_there_is_not_is_refused(caller: APIClient) -> None:
    answer = factory.get(caller, "incidents", ordering="title")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-ordering")
    assert "reported_at" in answer.json()["detail"]


# --- fields ---------------------------------------------------------------------------------------


def test_a_list_has_the_fields_that_are_wanted(caller: APIClient, three: list[str]) -> None:
    rows = factory.get(caller, "incidents", fields="reference,state").json()["results"]
    assert rows[0] == {"reference": three[-1], "state": "open"}


def test_an_object_has_the_fields_that_are_wanted(caller: APIClient, three: list[str]) -> None:
    answer = factory.get(caller, f"incidents/{three[0]}", fields="severity")
    assert [*answer.json()] == ["severity"]


def test_a_part_has_the_tag_of_the_whole(caller: APIClient, three: list[str]) -> None:
    whole = factory.get(caller, f"incidents/{three[0]}")
    part = factory.get(caller, f"incidents/{three[0]}", fields="state")
    assert part["ETag"] == whole["ETag"]


def test_a_part_that_one_has_already_is_not_sent_again(caller: APIClient, three: list[str]) -> None:
    path = f"/api/v1/incidents/{three[0]}?fields=state"
    tag = caller.get(path)["ETag"]
    assert caller.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_a_field_that_there_is_not_is_refused_with_those_that_there_are(
    caller: APIClient, three: list[str]
) -> None:
    answer = factory.get(caller, f"incidents/{three[0]}", fields="state,colour")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-field")
    assert "'colour'" in answer.json()["detail"]
    assert "severity" in answer.json()["detail"]


def test_a_list_of_texts_has_no_fields_but_what_holds_it_has(caller: APIClient) -> None:
    keys.create(by=ledger.system("test"), at=AT)
    whole = factory.get(caller, "ledger/keys").json()
    assert factory.get(caller, "ledger/keys", fields="results").json() == whole
    answer = factory.get(caller, "ledger/keys", fields="0")
    assert (answer.status_code, answer.json().get("code")) == (422, "unknown-field")


# --- deprecation ----------------------------------------------------------------------------------


class Going(APIView):
    """Of this test alone."""

    needs: ClassVar = {"GET": LEDGER_READ, "POST": LEDGER_READ}
    deprecated: ClassVar = {
        "GET": Deprecated(
            since=datetime(2026, 1, 1, tzinfo=UTC),
            sunset=datetime(2027, 1, 1, tzinfo=UTC),
            link="https://bylaw.example.org/changelog",
        )
    }

    def get(self, request: Request) -> Response:
        return Response({})

    def post(self, request: Request) -> Response:
        return Response({})


urlpatterns = [path("api/v1/going", Going.as_view())]


@pytest.mark.urls(__name__)
def test_what_will_go_says_since_when_and_until_when() -> None:
    answer = factory.client().get("/api/v1/going")
    assert answer["Deprecation"] == "@1767225600"
    assert answer["Sunset"] == "Fri, 01 Jan 2027 00:00:00 GMT"
    assert answer["Link"].startswith('<https://bylaw.example.org/changelog>; rel="deprecation"')


@pytest.mark.urls(__name__)
def test_what_stays_says_nothing_of_going() -> None:
    answer = factory.post(factory.client(), "going", {})
    assert answer.status_code == 200
    assert "Deprecation" not in answer


def test_nothing_goes_sooner_than_a_year_after_it_was_said() -> None:
    with pytest.raises(ValueError, match="365 days"):
        Deprecated(since=AT, sunset=AT + timedelta(days=364), link="https://bylaw.example.org")


# --- instants -------------------------------------------------------------------------------------


@pytest.mark.parametrize("since", ["2026-11-22T09:30:00", "0001-01-01T00:00:00+15:00", "today"])
def test_an_instant_that_is_none_or_lacks_its_offset_is_refused(
    caller: APIClient, since: str
) -> None:
    answer = factory.get(caller, "incidents", since=since)
    assert (answer.status_code, [*factory.pointers(answer.json())]) == (422, ["/since"])


def test_an_instant_may_have_any_offset(caller: APIClient, three: list[str]) -> None:
    """Also one that the database would not take."""
    assert len(listed(caller, since="2026-11-20T00:00:00-21:01")) == 3


def test_an_instant_in_a_body_may_have_any_offset(caller: APIClient, three: list[str]) -> None:
    body = {"moment": "aware", "at": "2026-11-22T00:00:00+21:58", "basis": "The log."}
    answer = factory.post(caller, f"incidents/{three[0]}/moments", body)
    assert answer.status_code == 200
    assert answer.json()["moments"][0]["at"] == "2026-11-21T02:02:00Z"
