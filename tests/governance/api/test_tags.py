"""`ETag`, `If-None-Match`, `If-Match`: who changes something may say which state of it was read."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from governance import clock
from incidents.models import Incident
from tests import factory
from tests.committed import at_once, once

STATE = {"state": "contained", "reason": "It is."}
SNOOZE = {"reason": "Asleep."}


@pytest.fixture
def caller(db: None) -> APIClient:
    factory.install()
    return factory.client()


@pytest.fixture
def incident(caller: APIClient) -> Incident:
    at = clock.now()
    return factory.submit(factory.breach(at), at=at)


def read(caller: APIClient, incident: Incident, **headers: str) -> Any:
    return caller.get(f"/api/v1/incidents/{incident.reference}", headers=headers)


def contain(caller: APIClient, incident: Incident, tag: str, **headers: str) -> Any:
    path = f"incidents/{incident.reference}/state"
    return factory.post(caller, path, STATE, **{"If-Match": tag, **headers})


def acknowledge(caller: APIClient, incident: Incident) -> None:
    done = factory.post(caller, f"incidents/{incident.reference}/acknowledgement", {})
    assert done.status_code == 200


# --- reading --------------------------------------------------------------------------------------


def test_an_object_that_stays_has_one_tag(caller: APIClient, incident: Incident) -> None:
    first, second = read(caller, incident), read(caller, incident)
    assert first["ETag"] == second["ETag"]
    assert first["ETag"].startswith('"')


def test_a_change_gives_another_tag(caller: APIClient, incident: Incident) -> None:
    before = read(caller, incident)["ETag"]
    acknowledge(caller, incident)
    assert read(caller, incident)["ETag"] != before


def test_who_has_it_already_is_not_sent_it_again(caller: APIClient, incident: Incident) -> None:
    tag = read(caller, incident)["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = read(caller, incident, **{"If-None-Match": known})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)


def test_who_has_another_state_is_sent_the_present_one(
    caller: APIClient, incident: Incident
) -> None:
    tag = read(caller, incident)["ETag"]
    acknowledge(caller, incident)
    answer = read(caller, incident, **{"If-None-Match": tag})
    assert answer.status_code == 200
    assert answer.json()["acknowledged_at"]


# --- changing -------------------------------------------------------------------------------------


def test_a_change_of_what_was_read_is_done(caller: APIClient, incident: Incident) -> None:
    answer = contain(caller, incident, read(caller, incident)["ETag"])
    assert (answer.status_code, answer.json()["state"]) == (200, "contained")


def test_the_answer_has_the_tag_for_the_next_change(caller: APIClient, incident: Incident) -> None:
    answer = contain(caller, incident, read(caller, incident)["ETag"])
    assert answer["ETag"] == read(caller, incident)["ETag"]


def test_a_change_of_what_is_otherwise_by_now_is_refused(
    caller: APIClient, incident: Incident
) -> None:
    tag = read(caller, incident)["ETag"]
    acknowledge(caller, incident)
    answer = contain(caller, incident, tag)
    assert (answer.status_code, answer.json()["code"]) == (412, "changed-meanwhile")
    incident.refresh_from_db()
    assert incident.state == "open"


def test_the_refusal_says_what_changed_since_by_whom(caller: APIClient, incident: Incident) -> None:
    tag = read(caller, incident)["ETag"]
    acknowledge(caller, incident)
    found = contain(caller, incident, tag).json()
    assert [each["verb"] for each in found["changes"]] == ["incident.acknowledged"]
    assert {*found["changes"][0]} == {"entry", "at", "actor", "verb"}
    assert found["etag"] == read(caller, incident)["ETag"]


def test_a_tag_that_was_never_given_is_refused(caller: APIClient, incident: Incident) -> None:
    tag = read(caller, incident)["ETag"]
    for other in ('"other"', f"W/{tag}", "nonsense", ""):
        assert contain(caller, incident, other).status_code == 412, other


def test_a_star_asks_only_that_it_is_there(caller: APIClient, incident: Incident) -> None:
    assert contain(caller, incident, "*").status_code == 200


def test_without_a_tag_a_change_is_done(caller: APIClient, incident: Incident) -> None:
    path = f"incidents/{incident.reference}/state"
    assert factory.post(caller, path, STATE).status_code == 200


def test_where_the_operator_wants_it_a_change_without_a_tag_is_refused(
    caller: APIClient, incident: Incident, settings: Any
) -> None:
    settings.REQUIRE_IF_MATCH = True
    answer = factory.post(caller, f"incidents/{incident.reference}/state", STATE)
    assert (answer.status_code, answer.json()["code"]) == (428, "if-match-required")
    assert f"/api/v1/incidents/{incident.reference}" in answer.json()["detail"]
    assert factory.post(caller, "incidents", factory.report()).status_code == 201


def test_a_tag_where_there_is_no_object_is_refused(caller: APIClient) -> None:
    body = {"name": "pager", "url": "https://hooks.example.org/in"}
    answer = factory.post(caller, "webhook-endpoints", body, **{"If-Match": "*"})
    assert answer.json()["code"] == "if-match-without-object"


def test_who_may_not_read_it_cannot_ask_for_its_state(incident: Incident) -> None:
    answer = contain(factory.client("incidents:respond"), incident, "*")
    assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")


def test_a_repeated_request_is_answered_although_its_tag_is_old_by_then(
    caller: APIClient, incident: Incident
) -> None:
    tag, key = read(caller, incident)["ETag"], {"Idempotency-Key": "k"}
    first, again = (contain(caller, incident, tag, **key) for _ in range(2))
    assert (again.status_code, again["ETag"]) == (200, first["ETag"])
    assert again["Idempotency-Replayed"] == "true"


def test_the_tag_of_an_incident_is_asked_for_by_what_changes_its_moments(
    caller: APIClient, incident: Incident
) -> None:
    moment = incident.moments.get(name="aware")
    path = f"moments/{moment.id}/withdrawal"
    answer = factory.post(caller, path, {"because": "x"}, **{"If-Match": '"other"'})
    assert answer.status_code == 412


def test_an_endpoint_is_changed_as_it_was_read(caller: APIClient) -> None:
    body = {"name": "pager", "url": "https://hooks.example.org/in"}
    factory.post(caller, "webhook-endpoints", body)
    path = "/api/v1/webhook-endpoints/pager"
    tag = caller.get(path)["ETag"]
    raw = b'{"description": "Day"}'
    for status in (200, 412):
        answer = caller.patch(path, raw, content_type="application/json", headers={"If-Match": tag})
        assert answer.status_code == status


# --- at once --------------------------------------------------------------------------------------


def test_of_several_changes_of_one_state_at_once_one_is_done(database: str) -> None:
    """Each read the same; without the lock, more than one would find its tag unchanged."""
    facts = {**factory.report(), "system": "support-assistant"}
    plain = once(database, factory.key)
    reference = once(database, lambda: factory.submit(facts, at=clock.now()).reference)
    path = f"/api/v1/incidents/{reference}"
    tag = once(database, lambda: _client(plain).get(path)["ETag"])

    def amend(number: int) -> Any:
        body = {"facts": {"incident": {"title": f"Title {number}"}}, "reason": "More."}
        headers = {"If-Match": tag}
        return factory.post(_client(plain), f"incidents/{reference}/amendments", body, **headers)

    answers = at_once(database, *(lambda n=n: amend(n) for n in range(5)))  # type: ignore[misc]
    assert sorted(each.status_code for each in answers) == [200, 412, 412, 412, 412]


def _client(plain: str) -> APIClient:
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {plain}")
    return caller
