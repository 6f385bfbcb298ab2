"""The changes over REST: cursors, filters, scopes; waiting is proved on real processes."""

from typing import Any

import pytest

from governance.access.models import NotedRead
from tests import factory
from tests.governance.ledger import logs

pytestmark = pytest.mark.usefixtures("house")


def ask(*scopes: str, **query: str) -> Any:
    return factory.get(factory.client(*(scopes or ("incidents:read",))), "changes", **query)


def told(**query: str) -> Any:
    answer = ask(**query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_change_has_ids_and_what_changed_and_nothing_else() -> None:
    incident = factory.submit(factory.report())
    logs.seal()
    first = next(each for each in told()["results"] if each["verb"] == "incident.classified")
    assert first.pop("id")
    assert first == {
        "at": "2026-11-23T08:00:00Z",
        "verb": "incident.classified",
        "kind": "incident",
        "object": str(incident.id),
        "actor": "api_key",
        "incident": incident.reference,
        "system": "triage",
        "drill": False,
        "was": {},
        "now": {"severity": "SEV3", "provisional": False},
    }


def test_the_next_cursor_leads_on_and_the_last_page_says_so() -> None:
    factory.submit(factory.report())
    logs.seal()
    one = told(limit="1")
    rest = told(after=one["next"])
    assert (len(one["results"]), one["more"], rest["more"]) == (1, True, False)
    assert one["results"][0] not in rest["results"]
    assert told(after=rest["next"]) == {"results": [], "next": rest["next"], "more": False}


def test_latest_begins_with_what_comes() -> None:
    factory.submit(factory.report())
    logs.seal()
    start = told(after="latest")
    factory.submit(factory.report(drill=True))
    logs.seal()
    assert start["results"] == []
    assert all(each["drill"] for each in told(after=start["next"])["results"])


@pytest.mark.parametrize(
    "query",
    [{"after": "12"}, {"wait": "21"}, {"limit": "501"}, {"kind": "person"}, {"sytem": "triage"}],
)
def test_what_cannot_be_asked_for_is_refused(query: dict[str, str]) -> None:
    assert ask(**query).status_code == 422


def test_a_lost_cursor_is_gone() -> None:
    answer = ask(after="7-0123abcd")
    assert (answer.status_code, answer.json()["code"]) == (410, "cursor-lost")


def test_one_incident_alone() -> None:
    first = factory.submit(factory.report())
    factory.submit(factory.report())
    logs.seal()
    found = told(incident=first.reference)["results"]
    assert {each["incident"] for each in found} == {first.reference}


def test_policies_are_told_to_those_who_may_read_them() -> None:
    logs.seal()
    kinds = [
        {each["kind"] for each in ask(*scopes).json()["results"]}
        for scopes in [("incidents:read",), ("incidents:read", "policies:read")]
    ]
    assert ["policy_version" in each for each in kinds] == [False, True]


def test_who_may_not_read_incidents_is_refused() -> None:
    assert ask("incidents:report").status_code == 403


def test_that_somebody_follows_is_on_record_once() -> None:
    told()
    assert NotedRead.objects.filter(verb="change.listed").count() == 1
