from pathlib import Path

import pytest

from incidents.replay import aiid, atlas, classifications
from tests.packs.shipped_release import RELEASE

SNAPSHOT = Path(__file__).parent / "data" / "aiid"


def test_one_incident_carries_several_taxonomies() -> None:
    found = classifications.of_aiid(
        mit={"Risk Subdomain": "7.3. Lack", "Entity": "AI", "Intent": "Unintentional"},
        gmf={"Known AI Technical Failure": "Generalization Failure, Misuse"},
        cset={"Rights Violation": "maybe", "Autonomy Level": "Autonomy1"},
    )
    assert found == {
        "mit": {"domains": ["7.3"], "entity": "ai", "intent": "unintentional"},
        "gmf": {"failures": ["generalization_failure", "misuse"]},
        "cset": {"rights_violation": "maybe", "autonomy_level": "autonomy1"},
    }


def test_a_record_that_nobody_classified_has_no_classification() -> None:
    assert classifications.of_aiid(mit={}, gmf={}, cset={}) == {}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("race, financial means", ["race", "financial_means"]),
        ("nation of origin, citizenship, immigrant status, race", ["nation_of_origin", "race"]),
        ("none, religion", ["none", "religion"]),
        ("race, race", ["race"]),
        ("a name of tomorrow, race", ["race"]),
        ("", []),
    ],
)
def test_names_that_hold_commas_are_told_apart(cell: str, expected: list[str]) -> None:
    found = classifications.of_aiid(mit={}, gmf={}, cset={"Harm Distribution Basis": cell})
    assert found.get("cset", {}).get("harm_distribution_basis", []) == expected


def test_a_name_that_the_shipped_taxonomy_lacks_is_left_out() -> None:
    gmf = {"Known AI Goal": "A Goal of Tomorrow, Chatbot"}
    assert classifications.of_aiid(mit={}, gmf=gmf, cset={}) == {"gmf": {"goals": ["chatbot"]}}


def test_tactics_stand_once_in_the_order_of_the_attack() -> None:
    found = classifications.of_atlas(["AML.TA0002", "AML.TA0000", "AML.TA0002", "AML.TA9999"])
    assert found == {"atlas": {"tactics": ["AML.TA0002", "AML.TA0000"]}}


@pytest.mark.parametrize("number", ["4", "20", "37", "74", "473"])
def test_a_replayed_incident_with_its_classifications_is_a_valid_report(number: str) -> None:
    (found,) = [each for each in aiid.read(SNAPSHOT) if each.incident["incident_id"] == number]
    body = aiid.to_report(found, aware_before=None).body
    assert body["classifications"]
    assert RELEASE.report_validator.is_valid(body)


def test_every_shipped_case_study_names_its_tactics() -> None:
    found = atlas.reports(atlas.read(atlas.SHIPPED), aware_before=None, exercises=True)
    assert all(each.body["classifications"]["atlas"]["tactics"] for each in found)
