"""A house may call its levels of severity as it likes: what is most severe says its policy."""

from typing import Any

import pytest

from incidents.models import Incident
from policies.documents import severity_policy
from tests import factory
from tests.incidents import levels
from tests.incidents.admin.desk import desk, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def reported() -> list[str]:
    factory.install(**levels.POLICIES)
    return levels.report_one_of_each()


def listed(**query: str) -> Any:
    return factory.get(factory.client("incidents:read"), "incidents", **query).json()["results"]


@pytest.mark.parametrize(("ordering", "expected"), [("severity", -1), ("-severity", 1)])
def test_a_list_is_ordered_by_how_severe_they_are(
    reported: list[str], ordering: str, expected: int
) -> None:
    assert [each["reference"] for each in listed(ordering=ordering)] == reported[::expected]


def test_the_gravest_that_nobody_has_leads_the_first_page(reported: list[str]) -> None:
    answer: Any = desk("compliance-officer").client.get("/")
    unseen = next(each for each in answer.context if "unseen" in each)["unseen"]
    found = [next(name for name in reported if name in each.incident) for each in unseen]
    assert found == reported[::-1]


def test_open_incidents_of_a_system_are_counted_from_the_gravest_on(reported: list[str]) -> None:
    answer = factory.get(factory.client("incidents:read"), "systems").json()["results"]
    (triage,) = [each for each in answer if each["id"] == "triage"]
    assert list(triage["open"]["severities"]) == list(levels.NAMES)


def test_the_gravest_has_the_loudest_colour(reported: list[str]) -> None:
    found = text(desk("compliance-officer").client.get("/incidents/incident/"))
    tones = [f'<span class="by-label by-{tone}"' for tone in ("bad", "warn", "info")]
    for tone, level in zip(tones, levels.NAMES, strict=True):
        assert f'{tone} title="">{level}</span>' in found


def test_an_amendment_changes_the_place_in_the_order(reported: list[str]) -> None:
    least = Incident.objects.get(reference=reported[0])
    factory.amend(least, harms=["death"])
    assert [each["severity"] for each in listed(ordering="severity")] == [
        "urgent", "urgent", "high",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("abc", "abc", "abc"),
        ("abc", "axbc", "axbc"),
        ("abc", "ac", "abc"),
        ("abc", "bc", "abc"),
        ("abcd", "ad", "abcd"),
        ("ab", "xy", "abxy"),
    ],
)
def test_levels_of_two_policies_stand_in_one_order(before: str, after: str, expected: str) -> None:
    assert severity_policy.merged(before, after) == list(expected)
