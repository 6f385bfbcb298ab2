"""Links between incidents over REST."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from incidents.models import Incident, IncidentLink
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller() -> APIClient:
    factory.install()
    return factory.client()


@pytest.fixture
def one(caller: APIClient) -> Incident:
    return factory.submit(factory.report())


@pytest.fixture
def other(caller: APIClient) -> Incident:
    return factory.submit(factory.report())


def link(caller: APIClient, one: Incident, other: Incident, kind: str = "caused-by") -> Any:
    body = {"kind": kind, "other": other.reference, "reason": "The same deployment."}
    return factory.post(caller, f"incidents/{one.reference}/links", body)


def links_of(caller: APIClient, incident: Incident) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = factory.get(caller, f"incidents/{incident.reference}").json()[
        "links"
    ]
    return found


def test_a_link_stands_on_both_sides(caller: APIClient, one: Incident, other: Incident) -> None:
    answer = link(caller, one, other)
    assert answer.status_code == 201
    for side in (one, other):
        (found,) = links_of(caller, side)
        assert found == answer.json()
    assert (found["incident"], found["kind"], found["other"]) == (
        one.reference,
        "caused-by",
        other.reference,
    )


def test_both_timelines_tell_of_it(caller: APIClient, one: Incident, other: Incident) -> None:
    link(caller, one, other)
    for side in (one, other):
        assert factory.verbs(side)[-1] == "incident.linked"


@pytest.mark.parametrize("turned", [True, False])
def test_the_same_link_is_made_once_either_way_round(
    caller: APIClient, one: Incident, other: Incident, turned: bool
) -> None:
    link(caller, one, other)
    again = link(caller, other, one) if turned else link(caller, one, other)
    assert (again.status_code, again.json()["code"]) == (409, "wrong-state")


def test_two_incidents_may_have_links_of_two_kinds(
    caller: APIClient, one: Incident, other: Incident
) -> None:
    link(caller, one, other)
    assert link(caller, one, other, "related").status_code == 201


def test_an_incident_is_not_linked_with_itself(caller: APIClient, one: Incident) -> None:
    assert link(caller, one, one).status_code == 422


def test_a_drill_is_not_linked_with_a_real_incident(caller: APIClient, one: Incident) -> None:
    drill = factory.submit(factory.report(drill=True))
    assert link(caller, one, drill).status_code == 422


def test_a_removed_link_is_gone_and_stays_on_record(
    caller: APIClient, one: Incident, other: Incident
) -> None:
    made = link(caller, one, other).json()
    answer = factory.post(caller, f"links/{made['id']}/removal", {"reason": "Wrong one."})
    assert answer.json()["removed_by"].startswith("api_key:")
    assert links_of(caller, one) == []
    assert IncidentLink.objects.get().removed_at is not None
    assert factory.verbs(other)[-1] == "incident.unlinked"


def test_a_link_is_removed_once(caller: APIClient, one: Incident, other: Incident) -> None:
    path = f"links/{link(caller, one, other).json()['id']}/removal"
    factory.post(caller, path, {"reason": "Wrong."})
    assert factory.post(caller, path, {"reason": "Wrong."}).status_code == 409


def test_a_removed_link_may_be_made_again(
    caller: APIClient, one: Incident, other: Incident
) -> None:
    made = link(caller, one, other).json()
    factory.post(caller, f"links/{made['id']}/removal", {"reason": "Wrong."})
    assert link(caller, one, other).status_code == 201


def test_an_unknown_kind_or_incident_is_said(caller: APIClient, one: Incident) -> None:
    assert link(caller, one, one, "cousin-of").status_code == 422
    one.reference = "INC-1900-000001"
    assert link(caller, one, one).status_code == 404


def test_who_reads_only_may_not_link(caller: APIClient, one: Incident, other: Incident) -> None:
    assert link(factory.client("incidents:read"), one, other).status_code == 403
