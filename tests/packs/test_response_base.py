"""The response base: every rule tested both ways, every failure met by a playbook."""

from collections.abc import Mapping
from typing import Any

import pytest

from policies import shipped
from policies.documents import Document
from policies.documents.playbook import PHASES
from policies.testing import run
from tests.packs.shipped_release import RELEASE

DOCUMENTS = [document for document, _ in shipped.load([shipped.DIRECTORY / "response-base"])]
(TEST,) = [document for document in DOCUMENTS if document.kind == "PolicyTest"]
EXAMPLES = TEST.spec.examples
PLAYBOOKS = {
    document.metadata.name: document for document in DOCUMENTS if document.kind == "Playbook"
}


def facts(example: Any) -> dict[str, Any]:
    return {**example.report, "system": dict(example.system), "organisation": {}}


def test_every_example_of_the_severity_policy_passes() -> None:
    assert [result for result in run(RELEASE, [TEST]) if not result.passed] == []


@pytest.mark.parametrize("rule", RELEASE.severity.rules, ids=lambda rule: rule.id)
def test_a_rule_has_an_example_for_it_and_one_against_it(rule: Any) -> None:
    outcomes = {rule.when.outcome(facts(example)) for example in EXAMPLES}
    assert {True, False} <= outcomes


@pytest.mark.parametrize(
    ("report", "playbook"),
    [
        ({"failure_modes": ["data_poisoning"]}, "data-poisoning"),
        ({"failure_modes": ["concept_drift"]}, "drift"),
        ({"failure_modes": ["confabulation"], "harms": ["injury"]}, "confabulation-with-harm"),
        ({"harms": ["discrimination"]}, "harmful-bias"),
        ({"failure_modes": ["feature_store_outage"]}, "shared-dependency-outage"),
        ({"personal_data": {"breach": True}}, "privacy-leak"),
        ({"failure_modes": ["indirect_prompt_injection"]}, "prompt-injection"),
    ],
)
def test_a_failure_meets_its_playbook(report: Mapping[str, Any], playbook: str) -> None:
    when = PLAYBOOKS[playbook].spec.applies_when
    assert when.outcome(report) is True


def test_a_confabulation_that_harmed_nobody_needs_no_playbook_of_its_own() -> None:
    when = PLAYBOOKS["confabulation-with-harm"].spec.applies_when
    assert when.outcome({"failure_modes": ["confabulation"], "harms": []}) is False


def test_every_incident_has_a_playbook() -> None:
    levels = {level.id for level in RELEASE.severity.levels}
    assert set(PLAYBOOKS["generic-response"].spec.levels) == levels


@pytest.mark.parametrize("document", PLAYBOOKS.values(), ids=lambda each: each.metadata.name)
def test_a_playbook_contains_preserves_and_communicates(document: Document) -> None:
    phases = {step.phase for step in document.spec.steps}
    assert {"preserve_evidence", "communicate", "recover"} <= phases <= set(PHASES)


@pytest.mark.parametrize("document", PLAYBOOKS.values(), ids=lambda each: each.metadata.name)
def test_every_role_of_a_playbook_is_a_role_of_the_escalation(document: Document) -> None:
    assert {step.role for step in document.spec.steps} <= set(RELEASE.escalation.roles)


def test_every_severity_has_its_review() -> None:
    (review,) = [document for document in DOCUMENTS if document.kind == "ReviewTemplate"]
    assert set(review.spec.levels) == {level.id for level in RELEASE.severity.levels}


def test_every_section_of_a_review_is_mapped_to_the_ai_rmf() -> None:
    (review,) = [document for document in DOCUMENTS if document.kind == "ReviewTemplate"]
    assert all(section.rmf for section in review.spec.sections)


def test_there_is_a_notice_for_each_reader() -> None:
    purposes = {each.spec.purpose for each in DOCUMENTS if each.kind == "NoticeTemplate"}
    assert purposes == {"internal_notice", "regulator_report", "data_subject_notice"}
