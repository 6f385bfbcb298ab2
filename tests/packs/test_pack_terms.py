"""What the shipped packs stand on: terms, facts, systems and calendars that exist."""

import io
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from incidents.replay import aiid_systems, aiid_terms, atlas, atlas_terms
from tests.packs.shipped_release import NOW, POLICIES, RELEASE

(TAXONOMY,) = RELEASE.of_kind("Taxonomy")

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

# --- the taxonomy --------------------------------------------------------------------------------


def test_every_term_maps_to_subcategories_of_the_ai_rmf() -> None:
    terms = [term for listed in TAXONOMY.spec.terms.values() for term in listed]
    assert {name for term in terms for name in term.rmf} <= RMF
    assert all(term.rmf for term in terms)


def test_every_moment_of_the_taxonomy_can_be_reported() -> None:
    properties = TAXONOMY.spec.report["properties"]["moments"]["properties"]
    assert set(properties) == set(TAXONOMY.spec.moments)


def test_every_property_of_a_report_is_described() -> None:
    assert not [name for name, schema in properties(TAXONOMY.spec.report) if not described(schema)]


def test_no_object_of_a_report_takes_unknown_properties() -> None:
    objects = [schema for _, schema in properties(TAXONOMY.spec.report) if "properties" in schema]
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
    reported = {name.strip("/").replace("/", ".") for name, _ in properties(TAXONOMY.spec.report)}
    registered = {f"system.{key}" for system in RELEASE.register.systems.values() for key in system}
    organisation = {f"organisation.{key}" for key in RELEASE.register.organisation}
    assert used <= reported | registered | organisation


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


# --- calendars -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("eu-be", ["BE"]), ("us-federal", ["US", "--zone", "America/New_York"])],
)
def test_a_shipped_calendar_is_what_the_command_makes(name: str, arguments: list[str]) -> None:
    (shipped_one,) = [
        document for document in RELEASE.of_kind("Calendar") if document.metadata.name == name
    ]
    spec = yaml.safe_load(calendar(*arguments, "--name", name))["spec"]
    assert spec["holidays"] == shipped_one.data["spec"]["holidays"]
    assert spec["zone"] == shipped_one.data["spec"]["zone"]


def test_a_country_with_several_zones_needs_one_chosen() -> None:
    with pytest.raises(CommandError, match="--zone"):
        calendar("US")


def test_a_country_that_the_package_does_not_know_is_refused() -> None:
    with pytest.raises(CommandError, match="no country"):
        calendar("ZZ", "--zone", "UTC")


def calendar(*arguments: str) -> str:
    written = io.StringIO()
    call_command("calendar", *arguments, "--from", "2024", "--until", "2030", stdout=written)
    return written.getvalue()
