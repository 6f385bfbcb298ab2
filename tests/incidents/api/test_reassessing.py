"""Having an incident decided anew over REST: seen first, then confirmed; and a clock's history."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance import clock, ids
from tests import factory
from tests.factory import HOUR
from tests.incidents.reassessing import SHORTER, approve

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller() -> APIClient:
    factory.install(clock.now() - timedelta(days=60))
    return factory.client()


@pytest.fixture
def reference(caller: APIClient) -> str:
    """An incident to be notified within eight hours; then the law says six, for new ones."""
    aware = clock.now() - timedelta(minutes=30)
    body = factory.post(caller, "incidents", factory.breach(aware, harms=["privacy"])).json()
    approve(SHORTER, at=clock.now(), reassess="none")
    found: str = body["reference"]
    return found


def preview(caller: APIClient, reference: str) -> dict[str, Any]:
    found: dict[str, Any] = factory.get(
        caller, f"incidents/{reference}/reassessment-preview"
    ).json()
    return found


def reassess(caller: APIClient, reference: str, **given: Any) -> Any:
    return factory.post(caller, f"incidents/{reference}/reassessments", given)


def initial(caller: APIClient, reference: str) -> dict[str, Any]:
    found = factory.get(caller, "clocks", incident=reference).json()["results"]
    one: dict[str, Any] = next(
        each for each in found if (each["duty"], each["stage"]) == ("notify", "initial")
    )
    return one


def test_a_preview_shows_what_would_change(caller: APIClient, reference: str) -> None:
    seen = preview(caller, reference)
    (change,) = seen["changes"]
    assert change["what"] == "deadlines"
    assert seen["release_before"] != seen["release_after"]
    assert initial(caller, reference)["period"] == "8 hours"


def test_confirming_what_was_shown(caller: APIClient, reference: str) -> None:
    shown = preview(caller, reference)["shown"]
    answer = reassess(caller, reference, shown=shown, reason="The law is six.")
    assert (answer.status_code, answer.json()["reason"]) == (201, "The law is six.")
    assert initial(caller, reference)["period"] == "6 hours"


def test_it_stands_among_the_reassessments(caller: APIClient, reference: str) -> None:
    shown = preview(caller, reference)["shown"]
    reassess(caller, reference, shown=shown, reason="The law is six.")
    (found,) = factory.get(caller, f"incidents/{reference}/reassessments").json()["results"]
    assert (found["effective_at"], found["causes"], found["state"]) == (None, [], "done")
    assert found["requested_by"].startswith("api_key:")


def test_something_else_than_was_shown_is_refused(caller: APIClient, reference: str) -> None:
    answer = reassess(caller, reference, shown="0" * 64, reason="x")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert initial(caller, reference)["period"] == "8 hours"


def test_it_takes_what_was_shown_and_a_reason(caller: APIClient, reference: str) -> None:
    answer = reassess(caller, reference)
    assert factory.pointers(answer.json()) == {"/shown": "required", "/reason": "required"}


def test_it_takes_somebody_who_may_approve(caller: APIClient, reference: str) -> None:
    responder = factory.client("incidents:read", "incidents:respond")
    shown = preview(responder, reference)["shown"]
    assert reassess(responder, reference, shown=shown, reason="x").status_code == 403


def test_a_clock_names_the_release_that_counted_it(caller: APIClient, reference: str) -> None:
    assert initial(caller, reference)["release"] == preview(caller, reference)["release_before"]


def test_a_clock_says_since_when_it_waits(caller: APIClient, reference: str) -> None:
    found = factory.get(caller, "clocks", state="not_started").json()["results"]
    assert all(each["waiting_since"] for each in found)
    assert initial(caller, reference)["waiting_since"] is None


def test_a_clock_tells_its_history(caller: APIClient, reference: str) -> None:
    at = clock.now() - 2 * HOUR
    given = {"moment": "aware", "at": factory.iso(at), "basis": "The log."}
    factory.post(caller, f"incidents/{reference}/moments", given)
    key = initial(caller, reference)["id"]
    moved, opened = factory.get(caller, f"clocks/{key}/history").json()["results"]
    assert (moved["verb"], opened["verb"]) == ("clock.counted", "duty.opened")
    assert moved["changes"]["started_at"]["after"] == factory.iso(at)
    assert moved["because"] == "The moment 'aware' was recorded."


def test_a_clock_that_is_none_has_no_history(caller: APIClient) -> None:
    assert factory.get(caller, f"clocks/{ids.new()}/history").status_code == 404
