"""The facts by their path: what each is, where it comes from, and what was probably meant."""

import pytest

from policies.vocabulary import Fact, Vocabulary
from tests import factory

SIDE = """
apiVersion: bylaw/v1
kind: Taxonomy
metadata: {name: side, version: 1.0.0, title: More, owner: x}
spec:
  terms: {causes: [{id: haste, title: Haste}]}
  moments: [{id: noticed, title: Somebody noticed}]
  adds:
    report:
      causes: {type: array, title: Causes, items: {terms: causes}}
      open: {type: object, additionalProperties: {type: integer}}
      choice: {oneOf: [{const: a}, {const: b}]}
      both: {allOf: [{type: integer}, {minimum: 3}]}
    system: {frontier: {type: boolean, description: A frontier model.}}
"""
VOCABULARY: Vocabulary = factory.release(side=SIDE).vocabulary


def fact(path: str) -> Fact:
    found = VOCABULARY.find(path)
    assert found is not None, path
    return found


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("incident.title", {"text"}),
        ("harms", {"list"}),
        ("impact.people_affected", {"number"}),
        ("impact.cost", {"number"}),
        ("impact", {"object"}),
        ("personal_data.breach", {"boolean"}),
        ("personal_data.risk", {"text"}),
        ("moments.aware", {"instant"}),
        ("moments.noticed", {"instant"}),
        ("system.risk_class", {"text"}),
        ("system.roles", {"list"}),
        ("system.frontier", {"boolean"}),
        ("organisation.listed", {"boolean"}),
        ("open.anything", {"number"}),
        ("choice", {"text"}),
        ("both", {"number"}),
    ],
)
def test_a_fact_has_its_kinds(path: str, kinds: set[str]) -> None:
    assert fact(path).values.kinds == kinds


@pytest.mark.parametrize(
    "path",
    ["harm", "impact.people", "incident.title.first", "moments.awake", "system.risk",
     "organisation.size", "system.frontier.x"],
)  # fmt: skip
def test_nothing_else_stands_at_a_path(path: str) -> None:
    assert VOCABULARY.find(path) is None


@pytest.mark.parametrize(
    ("path", "terms"),
    [
        ("harms", ("death", "injury", "privacy")),
        ("causes", ("haste",)),
        ("personal_data.risk", ("unlikely", "likely", "high")),
        ("system.id", ("triage", "chat-bot")),
        ("system.lifecycle", ("design", "development", "pilot", "production", "retired")),
        ("choice", ("a", "b")),
        ("incident.title", None),
    ],
)
def test_a_fact_has_its_terms(path: str, terms: tuple[str, ...] | None) -> None:
    assert fact(path).terms == terms


@pytest.mark.parametrize(
    ("path", "origin", "document"),
    [
        ("harms", "report", "Taxonomy/facts@1.0.0"),
        ("causes", "report", "Taxonomy/side@1.0.0"),
        ("moments.aware", "moments", "Taxonomy/facts@1.0.0"),
        ("moments.noticed", "moments", "Taxonomy/side@1.0.0"),
        ("system.risk_class", "system", ""),
        ("system.frontier", "system", "Taxonomy/side@1.0.0"),
        ("organisation.listed", "organisation", "Taxonomy/facts@1.0.0"),
    ],
)
def test_a_fact_knows_where_it_comes_from(path: str, origin: str, document: str) -> None:
    assert (fact(path).origin, fact(path).document) == (origin, document)


def test_a_fact_has_its_words() -> None:
    assert (fact("causes").title, fact("system.frontier").description) == (
        "Causes",
        "A frontier model.",
    )


def test_bounds_are_read_through_composition() -> None:
    assert (fact("both").values.least, fact("both").values.whole) == (3, True)


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("harmz", "harms"),
        ("impact.peple_affected", "impact.people_affected"),
        ("people_affected", "impact.people_affected"),
        ("moments.awre", "moments.aware"),
        ("sytem.risk_class", "system.risk_class"),
        ("system.frontir", "system.frontier"),
        ("personaldata.breach", "personal_data.breach"),
        ("zzzzzz", None),
    ],
)
def test_the_nearest_path_is_found(path: str, meant: str | None) -> None:
    assert VOCABULARY.near(path) == meant


def test_every_listed_path_is_found_again() -> None:
    assert [path for path in VOCABULARY.facts if VOCABULARY.find(path) is None] == []


def test_the_list_has_the_leaves_and_not_the_objects() -> None:
    assert "impact.cost" in VOCABULARY.facts
    assert "impact" not in VOCABULARY.facts


def test_a_schema_that_refers_to_itself_is_listed_to_a_depth() -> None:
    side = SIDE.replace(
        "open: {type: object, additionalProperties: {type: integer}}",
        "tree: {type: object, properties: {left: {$ref: '#/properties/tree'}}}",
    )
    vocabulary = factory.release(side=side).vocabulary
    assert vocabulary.find(".".join(["tree", *["left"] * 30])) is not None
    assert max(path.count(".") for path in vocabulary.facts) < 10
