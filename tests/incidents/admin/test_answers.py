"""Why this severity, why a duty applies, and which fact would settle it."""

from datetime import datetime
from typing import Any

import pytest

from incidents.admin import answers, settling
from incidents.admin.answers import Answer
from incidents.models import Incident
from tests import factory
from tests.incidents.admin.desk import Desk, text

INCIDENTS = "incidents_incident"


def leaf(path: str, outcome: str, **more: Any) -> dict[str, Any]:
    saw = None if outcome == "undetermined" else True
    plain = {"path": path, "operator": "equals", "operand": True, "saw": saw, "outcome": outcome}
    return {**plain, **more}


OPEN = leaf("a", "undetermined")


@pytest.mark.parametrize(
    ("trace", "expected"),
    [
        (OPEN, ("true", "false")),
        ({"not": OPEN, "outcome": "undetermined"}, ("false", "true")),
        ({"all": [OPEN, leaf("b", "true")], "outcome": "undetermined"}, ("true", "false")),
        (
            {"all": [OPEN, leaf("b", "undetermined")], "outcome": "undetermined"},
            ("undetermined", "false"),
        ),
        (
            {"any": [OPEN, leaf("b", "undetermined")], "outcome": "undetermined"},
            ("true", "undetermined"),
        ),
        ({"any": [OPEN, leaf("b", "false")], "outcome": "undetermined"}, ("true", "false")),
    ],
    ids=["alone", "not", "all, rest holds", "all, rest open", "any, rest open", "any, rest fails"],
)
def test_a_fact_is_supposed_both_ways(trace: dict[str, Any], expected: tuple[str, str]) -> None:
    found = settling.settling([trace])[0]
    assert (found.holds, found.fails) == expected


def test_another_condition_that_must_hold_counts() -> None:
    found = settling.settling([OPEN, leaf("b", "undetermined")])
    assert [(each.holds, each.fails) for each in found] == [("undetermined", "false")] * 2


def test_one_comparison_in_two_places_is_asked_once() -> None:
    both = {"any": [OPEN, {"all": [OPEN], "outcome": "undetermined"}], "outcome": "undetermined"}
    assert len(settling.settling([both])) == 1


def test_the_causes_of_a_negation_are_told_as_negated() -> None:
    trace = {"not": leaf("a", "false"), "outcome": "true"}
    assert list(settling.causes(trace, "true")) == [(leaf("a", "false"), True)]


def test_a_comparison_says_what_was_known() -> None:
    found = answers.comparison(
        leaf("impact.people_affected", "true", operator="at_least", operand=1000, saw=2600)
    )
    assert found.text == "Impact › people affected is at least 1000 (known: 2600)"
    assert found.outcome == "holds"


def test_a_negated_comparison_reads_as_it_is_asked() -> None:
    found = answers.comparison(leaf("a.b", "false", saw=False), negated=True)
    assert (found.text, found.outcome) == ("Not: a › b: yes (known: no)", "holds")


# --- of decisions --------------------------------------------------------------------------------


def of(incident: Incident) -> dict[str, Answer]:
    rows = incident.duties.order_by("id")
    found, _ = answers.duties(incident.decisions.latest("id"), rows)
    return {row.duty: each for row, each in zip(rows, found, strict=True)}


def test_a_duty_that_applies_says_why(incident: Incident) -> None:
    found = of(incident)["notify"]
    assert found.question == "Why does “Notify the authority” (Breach law) apply?"
    assert "Personal data › breach: yes (known: yes)" in [each.text for each in found.lines]


def test_a_question_says_what_would_settle_it(now: datetime) -> None:
    incident = factory.submit(factory.report(personal_data={"breach": True}), at=now)
    found = of(incident)["notify"]
    assert found.asks
    assert found.settles == [
        "If personal data › risk is unlikely, it does not apply; if not, it applies."
    ]


def test_a_regime_that_does_not_concern_the_incident_says_why(now: datetime) -> None:
    incident = factory.submit(factory.report(personal_data={"breach": False}), at=now)
    _, others = answers.duties(incident.decisions.latest("id"), [])
    (breach,) = [each for each in others if each.id == "why-not-breach"]
    assert breach.lines[0].outcome == "does not hold"


def test_the_page_asks_why_this_severity_and_why_not_the_next(
    incident: Incident, officer: Desk
) -> None:
    page = text(officer.page(INCIDENTS, incident.id))
    assert "Why SEV2?" in page
    assert "Why not SEV1?" in page


def test_the_page_names_what_nobody_knows_and_what_it_would_settle(
    now: datetime, officer: Desk
) -> None:
    incident = factory.submit(factory.report(personal_data={"breach": True}), at=now)
    page = text(officer.page(INCIDENTS, incident.id))
    unknown = page[page.index('id="unknown"') : page.index('id="questions"')]
    assert "personal_data.risk" in unknown
    assert "Notify the authority" in unknown


@pytest.mark.parametrize("model", ["duty", "clock"])
def test_the_pages_of_a_duty_and_a_clock_answer_too(
    incident: Incident, officer: Desk, model: str
) -> None:
    clock = incident.clocks.get(duty__policy_name="breach", stage="initial")
    key = clock.id if model == "clock" else clock.duty_id
    page = text(officer.page(f"incidents_{model}", key))
    assert "Why does “Notify the authority” (Breach law) apply?" in page
    assert '<svg class="by-axis"' in page
