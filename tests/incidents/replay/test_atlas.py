from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from incidents.replay import atlas

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CASES = {case["id"]: case for case in atlas.read(atlas.SHIPPED)}

YAML = """
version: 1.2.3
matrices:
- techniques:
  - {id: AML.T0015, name: Evade AI Model}
case-studies:
- id: AML.CS9999
  name: Evasion of a detector
  summary: A detector was evaded.
  incident-date: 2025-02-03
  incident-date-granularity: DATE
  procedure:
  - {tactic: AML.TA0007, technique: AML.T0015, description: They evaded it.}
  target: Malware detection system
  actor: Unknown
  case-study-type: incident
"""


def body(case_id: str, *, simulated: bool = False) -> dict[str, Any]:
    replayed = atlas.to_report(CASES[case_id], aware_before=AT if simulated else None)
    return dict(replayed.body)


def test_all_57_case_studies_ship_and_17_of_them_are_incidents() -> None:
    kinds = Counter(atlas.is_exercise(case) for case in CASES.values())
    assert kinds == {True: 40, False: 17}


def test_exercises_are_left_out_unless_asked_for() -> None:
    found = list(atlas.reports(CASES.values(), aware_before=AT, exercises=False))
    assert len(found) == 17


def test_an_exercise_is_marked_as_a_drill() -> None:
    assert body("AML.CS0000")["drill"] is True


def test_an_incident_is_not_marked_as_a_drill() -> None:
    assert "drill" not in body("AML.CS0015")


@pytest.mark.parametrize(
    ("case_id", "system"),
    [
        ("AML.CS0002", "malware-detector"),
        ("AML.CS0004", "face-recognition"),
        ("AML.CS0009", "support-assistant"),
        ("AML.CS0015", "model-platform"),
        ("AML.CS0017", "face-recognition"),
        ("AML.CS0023", "model-platform"),
        ("AML.CS0047", "code-assistant"),
        ("AML.CS0053", "agent-platform"),
    ],
)
def test_a_target_is_stood_in_for_by_a_system_of_its_kind(case_id: str, system: str) -> None:
    assert body(case_id)["system"] == system


def test_a_target_that_no_system_fits_stays_unregistered() -> None:
    assert body("AML.CS0044")["system"].startswith("unregistered-ukraine")


def test_at_most_one_incident_has_no_system() -> None:
    found = atlas.reports(CASES.values(), aware_before=AT, exercises=False)
    assert sum(not each.registered for each in found) == 1


@pytest.mark.parametrize(
    ("case_id", "failure_modes"),
    [
        ("AML.CS0009", ["data_poisoning"]),
        ("AML.CS0015", ["supply_chain_compromise"]),
        ("AML.CS0032", ["evasion"]),
        ("AML.CS0056", ["model_extraction"]),
    ],
)
def test_techniques_give_the_failure_modes(case_id: str, failure_modes: list[str]) -> None:
    assert body(case_id)["failure_modes"] == failure_modes


def test_techniques_of_impact_give_the_harms() -> None:
    assert body("AML.CS0017")["harms"] == ["financial_loss"]


def test_no_harm_is_given_where_the_techniques_name_none() -> None:
    assert "harms" not in body("AML.CS0009")


def test_exfiltration_is_an_unauthorised_occurrence() -> None:
    assert body("AML.CS0015")["security"] == {"unauthorised_occurrence": True}


def test_a_wig_before_a_camera_does_not_say_whether_systems_were_entered() -> None:
    assert "security" not in body("AML.CS0017")


def test_the_narrative_tells_the_steps_in_order() -> None:
    narrative = body("AML.CS0017")["incident"]["narrative"]
    assert narrative.index("1. AI-Enabled Product") < narrative.index("2. Evade AI Model")


def test_the_narrative_says_that_only_the_year_is_known() -> None:
    assert "gives the year only" in body("AML.CS0004")["incident"]["narrative"]


def test_the_narrative_says_that_awareness_is_simulated() -> None:
    assert "is simulated" in body("AML.CS0015", simulated=True)["incident"]["narrative"]


def test_awareness_stays_out_when_only_the_record_counts() -> None:
    assert set(body("AML.CS0015")["moments"]) == {"occurred"}


def test_the_source_names_the_case_study() -> None:
    assert body("AML.CS0015")["source"]["url"] == "https://atlas.mitre.org/studies/AML.CS0015"


def test_a_release_of_atlas_yaml_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "ATLAS.yaml"
    file.write_text(YAML)
    (found,) = atlas.reports(atlas.read(file), aware_before=None, exercises=False)
    assert found.body["moments"] == {"occurred": "2025-02-03T00:00:00+00:00"}


@pytest.mark.parametrize(
    ("name", "text"), [("a.json", "[1"), ("a.json", "{}"), ("a.yaml", "x: 1"), ("a.yaml", "[")]
)
def test_another_file_is_refused_by_name(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(atlas.NotAtlasError, match=name):
        atlas.read(tmp_path / name)


def test_the_same_record_gives_the_same_report_on_every_run() -> None:
    assert body("AML.CS0023", simulated=True) == body("AML.CS0023", simulated=True)
