"""What the shipped packs decide about severity, and what every regime must say of itself."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.packs.shipped_release import POLICIES, RELEASE, decided

SPECS = {document.metadata.name: document.data["spec"] for document, _ in RELEASE.obligations}

#: Every stage that the research of 2026-11-22 found in the law, by regime. A stage of a policy
#: names the one that it follows under `fact`, or `related_duties` says why it has no clock.
FACTS: Mapping[str, str] = {
    "eu-ai-act-73": "general widespread_or_ci death complete investigate msa_action",
    "eu-ai-act-26-5": "risk incident",
    "eu-ai-act-55-gpai": "statutory cop_ci cop_cyber "
    "cop_death cop_other cop_intermediate cop_final",
    "eu-gdpr-33-34": "sa phases processor subjects register",
    "uk-gdpr-33-34": "ico pecr subjects",
    "eu-nis2-23": "early_warning notification intermediate final progress recipients",
    "eu-dora-19": "initial intermediate final clients late",
    "eu-cra-14": "ew notif final_vuln final_incident users interm",
    "us-sec-8k-105": "8k 8ka",
    "us-hipaa": "individuals media hhs_500 hhs_small ba",
    "us-ca-sb53": "oes imminent amend quarterly",
    "us-ny-raise": "office imminent quarterly",
    "us-co-ai": "sb205_ag sb189_adverse",
    "us-nydfs-500-17": "notice update extortion extortion30",
    "us-fda-mdr": "30d 5d supp uf",
    "us-nhtsa-sgo": "5day monthly update",
    "eu-mdr-87": "15 2 10",
    "kr-ai-basic-act": "",
    "jp-none": "",
}


# --- severity ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({"harms": ["death"]}, "SEV1"),
        ({"harms": ["serious_injury", "injury"]}, "SEV1"),
        ({"harms": [], "impact": {"critical_infrastructure_disrupted": True}}, "SEV1"),
        ({"harms": [], "impact": {"people_affected": 10_000, "reversible": False}}, "SEV1"),
        ({"harms": [], "impact": {"people_affected": 10_000, "reversible": True}}, "SEV2"),
        ({"harms": [], "impact": {"people_affected": 999}}, "SEV4"),
        ({"harms": ["injury"]}, "SEV2"),
        ({"harms": [], "failure_modes": ["data_poisoning"]}, "SEV2"),
        ({"harms": ["discrimination"], "system": {"risk_class": "high"}}, "SEV2"),
        ({"harms": ["discrimination"], "system": {"risk_class": "minimal"}}, "SEV3"),
        ({"harms": [], "personal_data": {"breach": True, "risk": "high"}}, "SEV2"),
        ({"harms": [], "personal_data": {"breach": True}}, "SEV3"),
        ({"harms": [], "security": {"unauthorised_occurrence": True}}, "SEV3"),
        ({"harms": [], "failure_modes": ["feature_store_outage"]}, "SEV3"),
        ({"harms": ["misinformation"]}, "SEV4"),
        ({"harms": []}, "SEV4"),
    ],
)
def test_facts_choose_the_severity(facts: Mapping[str, Any], level: str) -> None:
    assert decided(facts).severity.level == level


@pytest.mark.parametrize(("risk_class", "level"), [("high", "SEV2"), ("minimal", "SEV3")])
def test_a_report_that_does_not_state_the_harms_is_not_low(risk_class: str, level: str) -> None:
    assert decided({"system": {"risk_class": risk_class}}).severity.level == level


def test_a_report_with_few_facts_is_not_provisional() -> None:
    assert not decided({"system": {"risk_class": "minimal"}}).severity.provisional


# --- all regimes ---------------------------------------------------------------------------------


def stages(spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every stage of a policy as it is written."""
    return [stage for duty in spec["duties"] for stage in duty["stages"]]


def followed(regime: str) -> set[str]:
    """The facts that stages and related duties of the regime's policies follow."""
    specs = [spec for spec in SPECS.values() if spec["source"]["fact"] == regime]
    written = [each for spec in specs for each in (*stages(spec), *spec.get("related_duties", ()))]
    facts = {each["fact"] for each in written if "fact" in each}
    return {fact.removeprefix(f"{regime}/") for fact in facts} - {regime}


def test_there_is_a_policy_for_every_regime_and_no_other() -> None:
    assert {spec["source"]["fact"] for spec in SPECS.values()} == set(FACTS)


@pytest.mark.parametrize("regime", sorted(FACTS))
def test_the_policies_of_a_regime_have_all_its_stages(regime: str) -> None:
    assert followed(regime) == set(FACTS[regime].split())


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_every_stage_says_where_it_stands_and_how_well_that_was_checked(name: str) -> None:
    needed = {"citation", "verification", "fact"}
    assert not [stage["id"] for stage in stages(SPECS[name]) if not needed <= set(stage)]


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_every_policy_says_when_its_source_was_verified(name: str) -> None:
    assert SPECS[name]["source"]["verified_on"] == "2026-11-22"


@pytest.mark.parametrize("name", sorted(name for name, spec in SPECS.items() if spec["duties"]))
def test_every_policy_with_duties_says_where_to_read_its_source(name: str) -> None:
    assert SPECS[name]["source"]["url"].startswith("https://")
