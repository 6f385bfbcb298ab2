"""Pages by cursor: each row once, in order, forwards and back; and cursors that others made."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance import clock
from incidents.models import Incident
from tests import factory

pytestmark = pytest.mark.django_db
#: Of seven incidents, the severities: several pages share one.
LEVELS = ("SEV1", "SEV2", "SEV3")
SEVERITIES = ("SEV2", "SEV3", "SEV3", "SEV3", "SEV3", "SEV3", "SEV1")


@pytest.fixture
def caller(db: None) -> APIClient:
    at = clock.now()
    factory.install(at - timedelta(days=60))
    for severity in SEVERITIES:
        made = factory.submit(factory.report(), at=at)  # and so at one instant
        Incident.objects.filter(id=made.id).update(
            severity=severity, severity_rank=LEVELS.index(severity)
        )
    return factory.client()


def pages(caller: APIClient, ordering: str, *, size: int = 2) -> list[Any]:
    url, found = f"/api/v1/incidents?page_size={size}{ordering}", []
    while url:
        found.append(caller.get(url).json())
        url = found[-1]["next"]
    return found


def references(page: Any) -> list[str]:
    return [row["reference"] for row in page["results"]]


ORDERINGS = [
    "",
    *(
        f"&ordering={sign}{name}"
        for sign in ("", "-")
        for name in ("severity", "reference", "reported_at")
    ),
]


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_pages_hold_each_row_once(caller: APIClient, ordering: str) -> None:
    seen = [each for page in pages(caller, ordering) for each in references(page)]
    (whole,) = pages(caller, ordering, size=9)
    assert seen == references(whole)
    assert len(set(seen)) == 7


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_the_way_back_leads_over_the_same_pages(caller: APIClient, ordering: str) -> None:
    there = pages(caller, ordering)
    back, url = [], there[-1]["previous"]
    while url:
        back.append(caller.get(url).json())
        url = back[-1]["previous"]
    assert [references(page) for page in back if page["results"]] == [
        references(page) for page in reversed(there[:-1])
    ]


@pytest.mark.parametrize("sign", ["", "-"])
def test_they_are_in_order(caller: APIClient, sign: str) -> None:
    (page,) = pages(caller, f"&ordering={sign}severity", size=9)
    found = [row["severity"] for row in page["results"]]
    assert found == sorted(SEVERITIES, reverse=sign == "-")


def test_a_row_that_is_added_moves_no_page(caller: APIClient) -> None:
    first = caller.get("/api/v1/incidents?page_size=2").json()
    factory.submit(factory.report(), at=clock.now())
    second = caller.get(first["next"]).json()
    assert not set(references(first)) & set(references(second))
    assert len(references(second)) == 2


def cursor_of(caller: APIClient, query: str = "") -> str:
    page = caller.get(f"/api/v1/incidents?page_size=2{query}").json()
    found: str = page["next"].partition("cursor=")[2].partition("&")[0].replace("%3A", ":")
    return found


def tampered(cursor: str) -> dict[str, str]:
    said, _, signature = cursor.rpartition(":")
    forged = base64.urlsafe_b64encode(b'[false,["00000000-0000-0000-0000-000000000000"]]').decode()
    return {
        "value": f"{forged.rstrip('=')}:{signature}",
        "signature": f"{said}:{signature[::-1]}",
        "unsigned": said,
        "nothing": ":",
    }


@pytest.mark.parametrize("how", ["value", "signature", "unsigned", "nothing"])
def test_a_cursor_that_was_changed_is_refused(caller: APIClient, how: str) -> None:
    cursor = tampered(cursor_of(caller))[how]
    answer = factory.get(caller, "incidents", cursor=cursor)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-cursor")


def test_a_cursor_that_was_not_is_taken(caller: APIClient) -> None:
    assert factory.get(caller, "incidents", cursor=cursor_of(caller)).status_code == 200


@pytest.mark.parametrize(
    ("path", "query"), [("clocks", {}), ("incidents", {"ordering": "severity"})]
)
def test_a_cursor_is_good_for_its_own_list_and_order(
    caller: APIClient, path: str, query: dict[str, str]
) -> None:
    answer = factory.get(caller, path, cursor=cursor_of(caller), **query)
    assert answer.json()["code"] == "invalid-cursor"
