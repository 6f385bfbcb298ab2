"""What a report may carry: the base taxonomy's schema and what the others add to it."""

from typing import Any

import pytest

from policies import report_schema
from policies.errors import PolicyProblems
from tests import factory


def side(adds: str = "{}", *, name: str = "side", moments: str = "[]", terms: str = "{}") -> str:
    return f"""
apiVersion: bylaw/v1
kind: Taxonomy
metadata: {{name: {name}, version: 1.0.0, title: More, owner: x}}
spec:
  terms: {terms}
  moments: {moments}
  adds: {adds}
"""


def properties(*sides: str) -> dict[str, Any]:
    edited = {f"side{index}": text for index, text in enumerate(sides)}
    found: dict[str, Any] = factory.release(**edited).report_schema["properties"]
    return found


def test_a_taxonomy_adds_a_fact() -> None:
    added = properties(side("{report: {region: {type: string}}}"))["region"]
    assert added == {"type": "string"}


def test_an_added_fact_draws_on_the_terms_of_its_own_document() -> None:
    text = side("{report: {cause: {terms: causes}}}", terms="{causes: [{id: haste, title: Haste}]}")
    assert properties(text)["cause"] == {"enum": ["haste"]}


def test_objects_are_merged_property_by_property() -> None:
    text = side(
        "{report: {personal_data: {type: object, properties: {children: {type: boolean}}}}}"
    )
    found = properties(text)["personal_data"]["properties"]
    assert [*found] == ["breach", "risk", "children"]


def test_an_object_behind_a_reference_is_merged_too() -> None:
    text = side("{report: {impact: {type: object, properties: {countries: {type: integer}}}}}")
    assert {"people_affected", "countries"} <= {*properties(text)["impact"]["properties"]}


def test_a_new_object_takes_no_other_properties_at_any_depth() -> None:
    text = side("{report: {a: {properties: {b: {type: object, properties: {c: {}}}}}}}")
    added = properties(text)["a"]
    inner = added["properties"]["b"]
    assert (added["additionalProperties"], inner["additionalProperties"]) == (False, False)


def test_an_object_that_says_otherwise_stays_open() -> None:
    text = side("{report: {a: {type: object, additionalProperties: true}}}")
    assert properties(text)["a"]["additionalProperties"] is True


def test_two_taxonomies_may_say_the_same_in_other_words() -> None:
    one = side("{report: {region: {type: string, description: Where}}}")
    other = side("{report: {region: {type: string, title: Region}}}", name="other")
    # The first in the order of names gives the words.
    assert properties(one, other)["region"] == {"type": "string", "title": "Region"}


def test_two_taxonomies_may_not_define_one_fact_differently() -> None:
    one = side("{report: {region: {type: string}}}")
    other = side("{report: {region: {type: integer}}}", name="other")
    with pytest.raises(PolicyProblems) as raised:
        properties(one, other)
    (problem,) = raised.value.problems
    assert (problem.code, problem.path, problem.pointer) == (
        "fact-defined-twice",
        "Taxonomy/side@1.0.0",
        "/spec/adds/report/region",
    )


def test_what_is_required_of_an_object_adds_up() -> None:
    text = side(
        "{report: {incident: {type: object, required: [kind], properties: {kind: {type: string}}}}}"
    )
    assert properties(text)["incident"]["required"] == ["kind", "narrative", "title"]


def test_every_moment_may_be_given() -> None:
    moments = properties(side(moments="[{id: noticed, title: Noticed}]"))["moments"]["properties"]
    assert moments["noticed"] == {
        "type": "string",
        "format": "date-time",
        "description": "Noticed",
    }


def test_without_additions_the_schema_is_the_base_and_what_a_signal_says() -> None:
    taxonomy = factory.document(factory.text("taxonomy"))
    expected = report_schema.with_signal(taxonomy.spec.report)
    assert factory.release().report_schema == expected


def test_a_fact_of_that_name_is_the_taxonomys_own() -> None:
    own = ("drill: {type: boolean}", "drill: {type: boolean}\n      signal: {type: string}")
    release = factory.release(taxonomy=factory.text("taxonomy", own))
    assert release.report_schema["properties"]["signal"] == {"type": "string"}
    assert not release.takes_signals


def test_merging_leaves_the_documents_as_they_are() -> None:
    taxonomy = factory.document(factory.text("taxonomy"))
    before = repr(taxonomy.spec)
    properties(side("{report: {personal_data: {type: object, properties: {x: {}}}}}"))
    assert repr(taxonomy.spec) == before


@pytest.mark.parametrize(
    "reference", ["#/$defs/nothing", "#/$defs/loop", "https://example.org/x.json", "#a"]
)
def test_a_reference_to_nothing_leads_to_nothing(reference: str) -> None:
    root = {"$defs": {"loop": {"$ref": "#/$defs/loop"}}}
    assert report_schema.resolved(root, {"$ref": reference}) == {}
