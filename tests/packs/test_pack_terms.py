"""What the shipped packs stand on: terms, facts and systems that exist."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from governance import canonical
from incidents.replay import aiid_systems, aiid_terms, atlas, atlas_terms
from policies import shipped
from policies.documents import Document
from policies.documents.taxonomy import Term
from tests.packs.shipped_release import NOW, POLICIES, RELEASE

(TAXONOMY,) = (each for each in RELEASE.of_kind("Taxonomy") if each.spec.report is not None)
DOCUMENTS = [document for document, _ in shipped.load([shipped.DIRECTORY])]

# NIST AI RMF 1.0: how many subcategories each category has.
RMF_CATEGORIES = {
    "GOVERN": (7, 3, 2, 3, 2, 2),
    "MAP": (6, 3, 5, 2, 2),
    "MEASURE": (3, 13, 3, 3),
    "MANAGE": (4, 4, 2, 3),
}
RMF = {
    f"{function} {category}.{number}"
    for function, sizes in RMF_CATEGORIES.items()
    for category, size in enumerate(sizes, start=1)
    for number in range(1, size + 1)
}

#: Digest of ids and texts as NIST AI 100-1 has them, two lost hyphens put back.
RMF_WORDS = "47d48a9b915ba8d91d3a5a2b3440435e6a9c925d9f09ae4d6556327b611e37c1"

# --- the NIST AI RMF -----------------------------------------------------------------------------


def test_the_core_taxonomy_has_exactly_the_72_subcategories() -> None:
    assert [term.id for term in terms("nist-ai-rmf-core", "rmf_subcategories")] == sorted(
        RMF, key=_order
    )


def test_the_subcategories_are_in_the_words_of_nist() -> None:
    words = [[term.id, term.title] for term in terms("nist-ai-rmf-core", "rmf_subcategories")]
    assert canonical.digest(canonical.text(words)) == RMF_WORDS


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.identity)
def test_every_rmf_id_that_a_pack_names_is_a_subcategory(document: Document) -> None:
    assert set(named(document.data, "rmf")) | referred(document) <= RMF


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.identity)
def test_every_characteristic_that_a_pack_names_is_one_of_the_seven(document: Document) -> None:
    seven = {term.id for term in terms("nist-ai-rmf-core", "characteristics")}
    assert len(seven) == 7
    assert set(named(document.data, "characteristics")) <= seven


def test_every_term_of_a_report_maps_to_subcategories_of_the_ai_rmf() -> None:
    assert all(term.rmf for listed in TAXONOMY.spec.terms.values() for term in listed)


def test_every_step_of_our_process_maps_to_subcategories_of_the_ai_rmf() -> None:
    steps = terms("nist-ai-rmf-core", "process_steps")
    assert {"intake", "classify", "escalate", "contain", "notify", "learn"} <= {
        step.id for step in steps
    }
    assert all(step.rmf for step in steps)


def test_the_twelve_risks_of_generative_ai_are_terms() -> None:
    risks = [term.id for term in terms("nist-ai-600-1", "gai_risks")]
    assert risks == [f"GAI-{number:02}" for number in range(1, 13)]


def terms(taxonomy: str, name: str) -> tuple[Term, ...]:
    (found,) = [each for each in RELEASE.of_kind("Taxonomy") if each.metadata.name == taxonomy]
    listed: tuple[Term, ...] = found.spec.terms[name]
    return listed


def named(node: object, key: str) -> Iterator[str]:
    """Every text in a list under `key`, wherever it stands."""
    if isinstance(node, Mapping):
        for name, inner in node.items():
            if name == key and isinstance(inner, list):
                yield from (each for each in inner if isinstance(each, str))
            yield from named(inner, key)
    elif isinstance(node, list):
        for inner in node:
            yield from named(inner, key)


def referred(document: Document) -> set[str]:
    listed = document.data["metadata"].get("references", [])
    return {each["id"] for each in listed if each["framework"] == "NIST AI RMF 1.0"} - {
        "NIST AI 100-1"
    }


def _order(name: str) -> tuple[int, int, int]:
    function, _, number = name.partition(" ")
    category, _, subcategory = number.partition(".")
    return list(RMF_CATEGORIES).index(function), int(category), int(subcategory)


# --- the taxonomy --------------------------------------------------------------------------------


def test_every_moment_of_the_taxonomy_can_be_reported() -> None:
    assert set(RELEASE.report_schema["properties"]["moments"]["properties"]) == set(RELEASE.moments)


def test_every_property_of_a_report_is_described() -> None:
    schemas = properties(RELEASE.report_schema)
    assert [name for name, schema in schemas if not described(schema)] == []


def test_no_object_of_a_report_takes_unknown_properties() -> None:
    objects = [schema for _, schema in properties(RELEASE.report_schema) if "properties" in schema]
    assert all(schema["additionalProperties"] is False for schema in objects)


def properties(schema: Mapping[str, Any], name: str = "") -> Iterator[tuple[str, Any]]:
    yield name, schema
    for key, inner in schema.get("properties", {}).items():
        yield from properties(inner, f"{name}/{key}")


def described(schema: Mapping[str, Any]) -> bool:
    return bool(schema.get("description"))


@pytest.mark.parametrize(
    ("change", "valid"),
    [
        ({}, True),
        ({"harms": ["death"], "detection": "media"}, True),
        ({"moments": {"aware": "2026-11-22T10:00:00+01:00"}}, True),
        ({"source": {"name": "x", "url": "https://example.org/a"}}, True),
        ({"harms": ["deaht"]}, False),
        ({"harms": ["death", "death"]}, False),
        ({"moments": {"aware": "yesterday"}}, False),
        ({"moments": {"noticed": "2026-11-22T10:00:00Z"}}, False),
        ({"impact": {"jurisdictions": ["be"]}}, False),
        ({"impact": {"people_affected": -1}}, False),
        ({"personal_data": {"risk": "some"}}, False),
        ({"incident": {"title": "", "narrative": "N"}}, False),
        ({"incident": {"title": "T"}}, False),
        ({"surprise": 1}, False),
        ({"classifications": {"nist_ai_600_1": {"risks": ["GAI-02"]}}}, True),
        ({"classifications": {"nist_ai_600_1": {"risks": ["GAI-13"]}}}, False),
        ({"classifications": {"mit": {"domains": ["7.3"], "intent": "unintentional"}}}, True),
        ({"classifications": {"mit": {"domains": ["7.3"]}, "avid": {"sep": ["P0204"]}}}, True),
        ({"classifications": {"atlas": {"tactics": ["AML.TA0000"]}}}, True),
        ({"classifications": {"atlas": {"tactics": ["aml.ta0000"]}}}, False),
        ({"classifications": {"oecd": {"record_type": "ai_incident", "limbs": ["a"]}}}, True),
        ({"classifications": {"cset": {"rights_violation": "maybe"}}}, True),
        ({"classifications": {"gmf": {"failures": ["generalization_failure"]}}}, True),
        ({"classifications": {"veris": {}}}, False),
    ],
)
def test_a_report_fits_the_schema_or_not(change: Mapping[str, Any], valid: bool) -> None:
    report = {"incident": {"title": "T", "narrative": "N"}, "system": "x", **change}
    assert RELEASE.report_validator.is_valid(report) is valid


# --- names that the packs use --------------------------------------------------------------------


def test_every_path_of_every_condition_is_a_fact_that_can_be_stated() -> None:
    rules = [rule.when for rule in RELEASE.severity.rules]
    duties = [duty.when for policy in POLICIES.values() for duty in policy.duties if duty.when]
    scopes = [policy.applies_when for policy in POLICIES.values()]
    dates = [each.when for policy in POLICIES.values() for each in policy.applies_from if each.when]
    used = {path for when in (*rules, *duties, *scopes, *dates) for path in when.paths}
    reported = {name.strip("/").replace("/", ".") for name, _ in properties(RELEASE.report_schema)}
    registered = {f"system.{key}" for system in RELEASE.register.systems.values() for key in system}
    organisation = {f"organisation.{key}" for key in RELEASE.register.organisation}
    declared = {
        f"{part}.{name}"
        for taxonomy in RELEASE.of_kind("Taxonomy")
        for part in ("system", "organisation")
        for name in getattr(taxonomy.spec.adds, part)
    }
    assert used <= reported | registered | organisation | declared


def test_every_harm_that_severity_reads_is_a_term() -> None:
    terms = {term.id for listed in TAXONOMY.spec.terms.values() for term in listed}
    read = {
        name
        for rule in RELEASE.severity.rules
        for use in rule.when.uses
        if use.path in {"harms", "failure_modes"} and use.operator.startswith("includes")
        for name in ([use.operand] if isinstance(use.operand, str) else list(use.operand))
    }
    assert read <= terms


def test_every_system_that_a_replay_chooses_is_in_the_example_register() -> None:
    chosen = {*aiid_systems.SYSTEMS, *atlas_terms.SYSTEMS}
    assert chosen <= set(RELEASE.register.systems)


def test_every_term_that_a_replay_chooses_is_in_the_taxonomy() -> None:
    terms = {name: {term.id for term in listed} for name, listed in TAXONOMY.spec.terms.items()}
    harms = flat(aiid_terms.MIT_HARMS, aiid_terms.CSET_V0_HARMS, aiid_terms.CSET_V1_HARMS)
    harms |= {*aiid_terms.BODILY_HARM, *aiid_terms.OTHER_HARM, *atlas_terms.HARMS.values()}
    modes = flat(aiid_terms.MIT_FAILURE_MODES, aiid_terms.GMF_FAILURE_MODES)
    assert harms <= terms["harms"]
    assert modes | set(atlas_terms.FAILURE_MODES.values()) <= terms["failure_modes"]
    assert flat(aiid_terms.GMF_CAUSES) | {"malicious_actor"} <= terms["causes"]


def flat(*tables: aiid_terms.Terms) -> set[str]:
    return {term for table in tables for terms in table.values() for term in terms}


def test_every_shipped_case_study_is_a_valid_report() -> None:
    cases = atlas.read(atlas.SHIPPED)
    found = atlas.reports(cases, aware_before=NOW, exercises=True)
    assert [each.id for each in found if not RELEASE.report_validator.is_valid(each.body)] == []
