"""Playbooks, reviews, notices and tests: an edit of a good file, and what is said about it."""

import pytest

from policies import documents
from tests.policies import response

Case = tuple[str, str, str, str, str]

CASES: list[Case] = [  # file, old, new, code, pointer
    # playbook
    ("playbook", "phase: contain", "phase: container", "unknown-value", "/spec/steps/0/phase"),
    ("playbook", "within: PT1H", "within: an hour", "no-duration", "/spec/steps/0/within"),
    ("playbook", "id: keep-logs", "id: lock-out", "duplicate-step", "/spec/steps/1/id"),
    ("playbook", "[SEV1, SEV2]", "[SEV1, SEV1]", "duplicate-level", "/spec/levels/1"),
    ("playbook", "[SEV1, SEV2]", "[]", "schema-minItems", "/spec/levels"),
    ("playbook", "[SEV1, SEV2]", "[level one]", "schema-pattern", "/spec/levels/0"),
    ("playbook", "MANAGE 2.4", "MANAGE 2", "schema-pattern", "/spec/steps/0/rmf/0"),
    ("playbook", "breach: true}", "breach: {is: true}}", "unknown-operator",
     "/spec/applies_when/personal_data.breach/is"),
    ("playbook", "  applies_when: {personal_data.breach: true}\n  levels: [SEV1, SEV2]\n", "",
     "playbook-for-everything", "/spec"),
    # review
    ("review", "within: P10D", "within: P1M", "no-duration", "/spec/levels/SEV1/within"),
    ("review", "id: luck", "id: timeline", "duplicate-section", "/spec/sections/1/id"),
    ("review", "levels: [SEV1]", "levels: [SEV3]", "unknown-level", "/spec/sections/2/levels/0"),
    ("review", "[responder]", "[responder, responder]", "duplicate-participant",
     "/spec/levels/SEV1/participants/1"),
    ("review", "when?, rmf", "when?, levels: [SEV1], rmf", "review-without-section",
     "/spec/levels/SEV2"),
    ("review", "SEV2:", "level two:", "schema-propertyNames", "/spec/levels"),
    # notice
    ("notice", "regulator_report", "regulator", "unknown-value", "/spec/purpose"),
    ("notice", "language: en", "language: English", "schema-pattern", "/spec/language"),
    ("notice", "{{ reference }}", "{{ reference }", "unclosed-placeholder", "/spec/subject"),
    ("notice", "{{ reference }}", "{{ reference", "unclosed-placeholder", "/spec/subject"),
    ("notice", "{{ reference }}", "reference }}", "unopened-placeholder", "/spec/subject"),
    ("notice", "{{ reference }}", "{{ }}", "empty-placeholder", "/spec/subject"),
    ("notice", "{{ reference }}", "{{ | list }}", "empty-placeholder", "/spec/subject"),
    ("notice", "{{ reference }}", "{{ a b }}", "bad-placeholder", "/spec/subject"),
    ("notice", "{{ reference }}", "{{ a.__class__() }}", "bad-placeholder", "/spec/subject"),
    ("notice", "| words", "| word", "unknown-filter", "/spec/body"),
    ("notice", "| words", "|", "unknown-filter", "/spec/body"),
    ("notice", "| list", "| list 3", "unknown-filter", "/spec/body"),
    ("notice", "Europe/Brussels", "Europe/Bruxelles", "unknown-filter", "/spec/body"),
    ("notice", "Europe/Brussels", "../../etc/passwd", "unknown-filter", "/spec/body"),
    ("notice", 'subject: "{{', 'subject: "a\\nb {{', "subject-of-lines", "/spec/subject"),
    # test
    ("tests", "outcome: applies\n", "outcome: applied\n", "unknown-value",
     "/spec/examples/0/expect/duties/notify/outcome"),
    ("tests", "breach/notify: does_not_apply", "breach/notify: no", "unknown-value",
     "/spec/examples/3/expect/duties/breach~1notify"),
    ("tests", "shadow: false", "shadows: false", "unknown-key",
     "/spec/examples/0/expect/duties/notify/shadows"),
    ("tests", "severity: SEV2", "level: SEV2", "unknown-key", "/spec/examples/0/expect/level"),
    ("tests", "legal: \"2026-11-24T22", "due: \"2026-11-24T22", "unknown-key",
     "/spec/examples/0/expect/duties/notify/stages/initial/due"),
    ("tests", "22:20:00+01:00", "22:20:00", "no-instant",
     "/spec/examples/0/expect/duties/notify/stages/initial/legal"),
    ("tests", "2026-11-24T15:00:00Z", "2026-11-24", "no-instant", "/spec/at"),
    ("tests", "  at: \"2026-11-24T15:00:00Z\"\n", "", "example-without-instant",
     "/spec/examples/0"),
    ("tests", "initial: \"2026-11-24T20:00:00Z\"", "initial: [\"2026-11-24\"]", "no-instant",
     "/spec/examples/1/submitted/notify/initial/0"),
    ("tests", "name: A risk is unlikely", "name: The final report follows the first one",
     "duplicate-example", "/spec/examples/3/name"),
    ("tests", "expect: {duties: {breach/notify: does_not_apply}}", "expect: {}",
     "schema-minProperties", "/spec/examples/3/expect"),
    ("tests", "breach/notify: does_not_apply",
     "notify: {outcome: does_not_apply, missing: [personal_data.risk]}", "missing-of-determined",
     "/spec/examples/3/expect/duties/notify/missing"),
    ("tests", "breach/notify: does_not_apply",
     "notify: {outcome: does_not_apply, stages: {initial: {owed: false}}}", "clock-of-no-duty",
     "/spec/examples/3/expect/duties/notify/stages"),
    ("tests", "final: {waits_for: [\"submitted:initial\"]}",
     "final: {waits_for: [\"submitted:initial\"], legal: \"2026-11-24T15:00:00Z\"}",
     "stage-of-two-minds", "/spec/examples/0/expect/duties/notify/stages/final"),
    ("tests", "SeverityPolicy/severity", "Calendar/office", "schema-pattern", "/spec/policies/1"),
    ("tests", "SeverityPolicy/severity", "ObligationPolicy/breach", "duplicate-policy",
     "/spec/policies/1"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "code", "pointer"), CASES)
def test_a_mistake_is_found_where_it_stands(
    name: str, old: str, new: str, code: str, pointer: str
) -> None:
    reading = documents.read(response.text(name, (old, new)))
    assert reading.document is None
    assert (code, pointer) in [(each.code, each.pointer) for each in reading.problems]
    assert all(each.line > 0 for each in reading.problems)


@pytest.mark.parametrize("name", ["playbook", "review", "notice", "tests"])
def test_a_good_document_has_no_problem(name: str) -> None:
    assert documents.read(response.text(name)).problems == ()


def test_a_review_starts_at_resolution_unless_said_otherwise() -> None:
    levels = response.document("review").spec.levels
    assert (levels["SEV1"].start, levels["SEV2"].start) == ("resolved", "classified")


def test_a_review_asks_the_sections_of_its_severity() -> None:
    asked = response.document("review").spec.sections_at("SEV2")
    assert [section.id for section in asked] == ["timeline", "luck"]


def test_what_an_example_gives_is_merged_over_what_all_share() -> None:
    example = response.document("tests").spec.examples[3]
    assert example.report["personal_data"] == {"breach": True, "risk": "unlikely"}
    assert example.system == {"risk_class": "limited"}


def test_null_takes_a_shared_fact_away() -> None:
    assert "personal_data" not in response.document("tests").spec.examples[2].report
