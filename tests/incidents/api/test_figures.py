"""Figures over REST, as JSON and for a spreadsheet."""

import csv
from io import StringIO
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance import clock
from governance.accounts import teams
from governance.accounts.models import User
from incidents import voids
from incidents.models import Incident
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller() -> APIClient:
    factory.install()
    return factory.client()


def results(caller: APIClient, path: str, **query: str) -> list[dict[str, Any]]:
    answer = factory.get(caller, f"statistics/{path}", **query)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def table(caller: APIClient, path: str, **query: str) -> list[dict[str, str]]:
    answer = factory.get(caller, f"statistics/{path}.csv", **query)
    return list(csv.DictReader(StringIO(answer.content.decode())))


def acknowledged(caller: APIClient) -> None:
    reference = factory.post(
        caller, "incidents", factory.breach(aware=clock.now(), system="chat-bot")
    ).json()
    factory.post(caller, f"incidents/{reference['reference']}/acknowledgement", {})


def test_times_come_in_seconds(caller: APIClient) -> None:
    acknowledged(caller)
    (found,) = results(caller, "times")
    assert found["acknowledged"]["count"] == 1
    assert 0 < found["acknowledged"]["median_seconds"] < 60


def test_what_was_no_incident_does_not_count(caller: APIClient) -> None:
    acknowledged(caller)
    words = {"reason": "A test.", "by": factory.approver(), "at": clock.now()}
    voids.void(Incident.objects.get(), **words)
    assert sum(each["acknowledged"]["count"] for each in results(caller, "times")) == 0


@pytest.mark.parametrize("path", ["times", "deadlines", "trend"])
@pytest.mark.parametrize(("owns", "count"), [("chat-bot", 1), ("triage", 0)])
def test_within_a_team_its_systems_are_counted_and_the_answer_says_so(
    caller: APIClient, path: str, owns: str, count: int
) -> None:
    acknowledged(caller)
    by: dict[str, Any] = {"by": factory.PERSON, "at": clock.now()}
    team = teams.give(teams.make("Own", **by), [owns], **by)
    member = User.objects.get(id=factory.person("member").id)
    teams.appoint(team, member, ["executive"], **by)
    reader = APIClient()
    reader.force_authenticate(member)
    found = factory.get(reader, f"statistics/{path}").json()
    counted = {
        "times": lambda row: row["incidents"],
        "deadlines": lambda row: 1,
        "trend": lambda row: row["incidents"],
    }[path]
    assert found["systems"] == [owns]
    assert bool(sum(map(counted, found["results"]))) == bool(count)


def test_times_can_be_asked_for_by_group(caller: APIClient) -> None:
    acknowledged(caller)
    (found,) = results(caller, "times", by="system")
    assert (found["group"], found["title"]) == ("chat-bot", "Chat bot")


def test_an_unknown_grouping_is_refused_with_those_there_are(caller: APIClient) -> None:
    answer = factory.get(caller, "statistics/times", by="mood")
    assert factory.pointers(answer.json()) == {"/by": "invalid_choice"}


def test_a_misspelt_parameter_is_refused(caller: APIClient) -> None:
    answer = factory.get(caller, "statistics/trend", intervall="week")
    assert answer.status_code == 422


def test_deadlines_come_regime_by_regime(caller: APIClient) -> None:
    acknowledged(caller)
    (found,) = results(caller, "deadlines")
    assert (found["due"], found["in_time"], found["open"]) == (0, None, 2)


def test_the_trend_covers_a_year_unless_said(caller: APIClient) -> None:
    acknowledged(caller)
    found = results(caller, "trend")
    assert (len(found), found[-1]["incidents"]) == (13, 1)


@pytest.mark.parametrize("path", ["times", "deadlines", "trend"])
def test_a_spreadsheet_gets_the_same(caller: APIClient, path: str) -> None:
    acknowledged(caller)
    assert len(table(caller, path)) == len(results(caller, path))


def test_what_is_nested_has_columns_of_its_own(caller: APIClient) -> None:
    acknowledged(caller)
    (found,) = table(caller, "times")
    assert found["acknowledged.count"] == "1"


def test_no_cell_begins_a_formula(caller: APIClient) -> None:
    acknowledged(caller)
    Incident.objects.update(source='=HYPERLINK("x")')
    (found,) = table(caller, "times", by="source")
    assert found["group"] == '\'=HYPERLINK("x")'


def test_it_is_on_record_who_read_them(caller: APIClient) -> None:
    results(caller, "trend")
    verbs = [
        each["record"]["verb"] for each in factory.get(caller, "ledger/entries").json()["results"]
    ]
    assert "incident.listed" in verbs


def test_who_may_only_report_gets_none() -> None:
    factory.install()
    assert factory.get(factory.client("incidents:report"), "statistics/times").status_code == 403


def test_what_was_met_can_be_asked_for_by_group(caller: APIClient) -> None:
    acknowledged(caller)
    (found,) = results(caller, "deadlines", by="system")
    assert (found["group"], found["title"]) == ("chat-bot", "Chat bot")
    assert "regime" not in found
