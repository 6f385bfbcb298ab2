"""OSCAL: valid by NIST's own schemas, stable identifiers, no due date written over."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import pytest

from governance import canonical
from incidents.evidence import oscal, picture
from incidents.evidence.picture import Picture
from incidents.models import Incident
from tests import factory
from tests.factory import AT, HOUR
from tests.incidents.evidence import packing
from tests.incidents.evidence.packing import Unpacked

pytestmark = pytest.mark.django_db
SCHEMAS: Final = Path(__file__).parents[2] / "data" / "oscal"
RESULTS: Final = "data/incidents/*/oscal/assessment-results.json"
PLAN: Final = "data/incidents/*/oscal/plan-of-action-and-milestones.json"


@cache
def schema(name: str) -> Any:
    said = json.loads((SCHEMAS / f"oscal_{name}_schema.json").read_text())
    return jsonschema_rs.validator_for(said)


def problems(name: str, document: Any) -> list[str]:
    plain = json.loads(canonical.text(document))
    return [each.message for each in schema(name).iter_errors(plain)]


def taken(incident: Incident) -> Picture:
    packing.seal()
    return picture.take(incident.id)


def ids(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        for name, value in document.items():
            if name == "uuid":
                yield value
            yield from ids(value)
    elif isinstance(document, list):
        for each in document:
            yield from ids(each)


def test_the_assessment_results_are_valid(package: Unpacked) -> None:
    assert problems("assessment-results", package.json(RESULTS)) == []


def test_the_plan_is_valid(package: Unpacked) -> None:
    assert problems("poam", package.json(PLAN)) == []


def test_the_schema_refuses_results_without_reviewed_controls(package: Unpacked) -> None:
    document = package.json(RESULTS)
    del document["assessment-results"]["results"][0]["reviewed-controls"]
    assert problems("assessment-results", document)


def test_the_schema_refuses_identifiers_of_another_kind(package: Unpacked) -> None:
    document = package.json(PLAN)
    document["plan-of-action-and-milestones"]["uuid"] = "01890000-0000-7000-8000-000000000001"
    assert problems("poam", document)


def nothing_owed() -> Incident:
    factory.install(coming="", harm="")
    return factory.submit(factory.report(personal_data={"breach": False}))


def closed() -> Incident:
    return factory.change(nothing_owed(), "closed")


@pytest.mark.parametrize("make", [nothing_owed, closed])
def test_results_without_duties_are_valid(make: Callable[[], Incident]) -> None:
    assert problems("assessment-results", oscal.assessment_results(taken(make()))) == []


def test_where_nothing_is_owed_there_is_no_plan() -> None:
    assert oscal.plan_of_action(taken(nothing_owed())) is None


def test_identifiers_stay_when_the_incident_goes_on() -> None:
    incident = packing.full_incident()
    before = {*ids(oscal.assessment_results(taken(incident)))}
    factory.amend(incident, impact={"people_affected": 99})
    after = {*ids(oscal.assessment_results(taken(incident)))}
    assert before <= after
    assert len(before) > 5


def test_every_identifier_is_there_once() -> None:
    found = taken(packing.full_incident())
    for document in (oscal.assessment_results(found), oscal.plan_of_action(found)):
        listed = list(ids(document))
        assert len(listed) == len(set(listed))


def milestone(found: Picture, stage: str) -> list[tuple[str, str]]:
    plan: Any = oscal.plan_of_action(found)
    risks = plan["plan-of-action-and-milestones"]["risks"]
    tasks = [task for risk in risks for each in risk["remediations"] for task in each["tasks"]]
    task = next(each for each in tasks if each["title"].endswith(stage))
    return [(each["name"], each["value"]) for each in task["props"]]


def test_a_date_that_moved_leaves_the_one_before() -> None:
    factory.install()
    incident = factory.submit(factory.breach())
    first = factory.deadline(incident, "notify", "initial").legal_due
    factory.record(incident, "aware", AT - HOUR)
    moved = factory.deadline(incident, "notify", "initial").legal_due
    assert first is not None
    assert moved is not None
    props = milestone(taken(incident), "initial")
    assert ("original-due", canonical.instant(first)) in props
    assert ("due-changed-to", canonical.instant(moved)) in props


def finding(found: Picture, control: str) -> str:
    (result,) = oscal.assessment_results(found)["assessment-results"]["results"]
    targets = [each["target"] for each in result["findings"]]
    return next(str(each["status"]["state"]) for each in targets if each["target-id"] == control)


def test_a_duty_that_is_open_is_not_satisfied(package: Unpacked) -> None:
    assert finding(taken(Incident.objects.get()), "breach.notify") == "not-satisfied"


def test_rules_in_shadow_are_no_findings(package: Unpacked) -> None:
    controls = package.json(RESULTS)["assessment-results"]["results"][0]["reviewed-controls"]
    listed = controls["control-selections"][0]["include-controls"]
    assert [each["control-id"] for each in listed] == [
        "breach.notify",
        "harm.death",
        "harm.serious",
    ]
