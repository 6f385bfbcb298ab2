"""Free text that may be about a person: kept apart from what decisions read and keep."""

import json

from policies import personal_facts, report_schema
from policies.evaluation import decide, facts_of
from policies.schema_values import Node
from policies.vocabulary import Vocabulary
from tests import factory
from tests.factory import AT

PATHS = ("incident.title", "incident.narrative")
REPORT = {"incident": {"title": "Ms Example fell", "narrative": "N.", "kind": "fall"}, "harms": []}


def schema(text: dict[str, object]) -> Vocabulary:
    release = factory.release()
    return Vocabulary({**release.vocabulary.roots, "": _node(text)}, {}, "")


def _node(properties: dict[str, object]) -> Node:
    whole = {"type": "object", "properties": properties, "$defs": {"text": {"type": "string"}}}
    return Node(whole, whole)


def test_a_release_knows_its_personal_facts() -> None:
    assert factory.release().vocabulary.personal == PATHS


def test_what_stands_below_a_personal_object_is_personal() -> None:
    person = {"type": "object", "personal": True, "properties": {"name": {"type": "string"}}}
    found = schema({"reporter": person})
    assert found.personal == ("reporter",)
    assert found.find("reporter.name").personal  # type: ignore[union-attr]


def test_the_mark_beside_a_reference_counts() -> None:
    assert schema({"told": {"$ref": "#/$defs/text", "personal": True}}).personal == ("told",)


def test_the_mark_says_nothing_of_valid_values() -> None:
    assert report_schema.same({"type": "string"}, {"type": "string", "personal": True})


def test_the_facts_of_a_decision_leave_personal_facts_out() -> None:
    report = factory.report()
    release = factory.release()
    decision = decide(release, facts_of(report, release), at=AT)
    assert json.loads(decision.facts_text)["incident"] == {}
    assert report["incident"]["title"] not in decision.facts_text


def test_the_decision_is_the_same_after_an_erasure_byte_for_byte() -> None:
    release, report = factory.release(), factory.report()
    before = decide(release, facts_of(report, release), at=AT)
    erased = personal_facts.erased(report, release.vocabulary.personal, "[erased]")
    after = decide(release, facts_of(erased, release), at=AT)
    assert (after.text, after.facts_text) == (before.text, before.facts_text)


def test_leaving_out_copies_what_it_changes() -> None:
    left = personal_facts.without(REPORT, PATHS)
    assert left == {"incident": {"kind": "fall"}, "harms": []}
    assert REPORT["incident"]["title"] == "Ms Example fell"  # type: ignore[index]


def test_what_is_left_out_and_what_is_taken_make_the_whole() -> None:
    left, taken = personal_facts.without(REPORT, PATHS), personal_facts.only(REPORT, PATHS)
    assert personal_facts.joined(left, taken) == REPORT


def test_a_path_that_leads_nowhere_changes_nothing() -> None:
    assert personal_facts.without({"incident": "x"}, ("incident.title", "a.b")) == {"incident": "x"}


def test_erased_texts_are_marked_and_other_values_gone() -> None:
    report = {"incident": {"title": "T", "narrative": ["N"]}}
    found = personal_facts.erased(report, PATHS, "[erased]")
    assert found == {"incident": {"title": "[erased]"}}
