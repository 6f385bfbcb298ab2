from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from incidents.replay import aiid
from incidents.replay.aiid import Classified

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SNAPSHOT = Path(__file__).parent / "data" / "aiid"
FOUND = {each.incident["incident_id"]: each for each in aiid.read(SNAPSHOT)}


def body(number: str, *, simulated: bool = False) -> dict[str, Any]:
    return dict(aiid.to_report(FOUND[number], aware_before=AT if simulated else None).body)


def incident(title: str, description: str = "", **classifications: dict[str, str]) -> Classified:
    row = {
        "incident_id": "1",
        "date": "2020-01-02",
        "title": title,
        "description": description,
        "Alleged deployer of AI system": '["some-company"]',
    }
    return Classified(row, classifications)


def harms(found: Classified) -> list[str]:
    return [choice.name for choice in aiid.choose_harms(found)]


def test_every_incident_of_a_snapshot_is_read_in_order_of_its_number() -> None:
    assert list(FOUND) == ["4", "20", "37", "74", "444", "473"]


@pytest.mark.parametrize(
    ("number", "system"),
    [
        ("4", "driver-assistance"),
        ("20", "driver-assistance"),
        ("37", "recruitment-screening"),
        ("74", "face-recognition"),
        ("444", "unregistered-us-air-force"),
        ("473", "search-assistant"),
    ],
)
def test_an_incident_is_stood_in_for_by_a_system_of_its_kind(number: str, system: str) -> None:
    assert body(number)["system"] == system


@pytest.mark.parametrize(
    ("title", "system"),
    [
        ("Deepfake of a minister on Facebook", "image-generator"),
        ("Chatbot gave false legal advice", "support-assistant"),
        ("Warehouse robot injured a worker", "industrial-robot"),
        ("Essay grading software was unfair", "student-assessment"),
        ("Welfare algorithm accused families", "benefit-eligibility"),
        ("TikTok showed harmful videos", "content-recommendation"),
        ("Mistranslated post led to an arrest", "machine-translation"),
        ("A lottery went wrong", "unregistered-some-company"),
    ],
)
def test_words_of_the_title_choose_the_system(title: str, system: str) -> None:
    assert aiid.choose_system(incident(title)).name == system


def test_the_title_counts_before_goal_and_description() -> None:
    found = incident("Chatbot failed", "A robot", GMF={"Known AI Goal": "Face Recognition"})
    assert aiid.choose_system(found).name == "support-assistant"


def test_the_goal_counts_before_the_description() -> None:
    found = incident("A failure", "A robot", GMF={"Known AI Goal": "Face Recognition"})
    assert aiid.choose_system(found).name == "face-recognition"


def test_lives_lost_in_cset_v1_are_a_death() -> None:
    assert "death" in harms(incident("A crash", CSETv1={"Lives Lost": "2", "Injuries": "0"}))


def test_injuries_in_cset_v1_are_an_injury_of_unknown_gravity() -> None:
    found = harms(incident("A crash", CSETv1={"Lives Lost": "0", "Injuries": "3"}))
    assert found == ["injury"]


def test_maybe_in_cset_v1_says_nothing() -> None:
    assert harms(incident("A refusal", CSETv1={"Rights Violation": "maybe"})) == []


def test_a_near_miss_in_cset_v0_gives_no_harm_type() -> None:
    row = {"Near Miss": "Near miss", "Harm Type": "Financial harm", "Lives Lost": "False"}
    assert harms(incident("A refusal", CSETv0=row)) == []


def test_where_cset_counted_no_dead_the_words_do_not_say_otherwise() -> None:
    found = incident("Robot killed a worker, it was first said", CSETv1={"Lives Lost": "0"})
    assert harms(found) == []


def test_the_mit_subdomain_speaks_where_cset_does_not() -> None:
    found = incident("A refusal", MIT={"Risk Subdomain": "1.1. Unfair discrimination"})
    assert harms(found) == ["discrimination"]


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("The driver died.", ["death"]),
        ("A pedestrian was killed.", ["death"]),
        ("Two people were seriously injured.", ["serious_injury", "injury"]),
        ("A passenger was injured.", ["injury"]),
        ("Victims were defrauded of savings.", ["financial_loss"]),
        ("The deadline passed.", []),
        ("Nobody noticed.", []),
    ],
)
def test_narrow_words_of_the_text_speak_last(description: str, expected: list[str]) -> None:
    assert harms(incident("An event", description)) == expected


def test_a_death_that_a_machine_made_up_is_no_death() -> None:
    found = incident(
        "Chatbot said that a man was killed", MIT={"Risk Subdomain": "3.1. False information"}
    )
    assert "death" not in harms(found)


def test_gmf_failures_are_the_failure_modes() -> None:
    assert body("37")["failure_modes"] == ["harmful_bias"]


def test_the_mit_subdomain_gives_the_failure_mode_without_gmf() -> None:
    assert body("74")["failure_modes"] == ["harmful_bias"]


def test_an_intentional_attack_by_people_has_a_malicious_actor() -> None:
    assert body("473")["causes"] == ["malicious_actor"]


def test_an_intention_outside_the_malicious_domains_is_no_malicious_actor() -> None:
    mit = {"Risk Subdomain": "1.1. Unfair", "Entity": "Human", "Intent": "Intentional"}
    assert aiid.choose_causes(incident("A score", MIT=mit)) == []


def test_the_country_is_given_where_cset_names_one() -> None:
    assert body("37")["impact"] == {"jurisdictions": ["IE"]}


def test_no_impact_is_given_where_no_country_is_named() -> None:
    assert "impact" not in body("444")


def test_parties_stay_alleged() -> None:
    assert "Alleged deployer of AI system: uber." in body("4")["incident"]["narrative"]


def test_the_narrative_names_the_licence_of_the_record() -> None:
    assert "CC BY-SA 4.0" in body("4")["incident"]["narrative"]


def test_the_moment_of_occurrence_is_that_of_the_record() -> None:
    assert body("4")["moments"] == {"occurred": "2018-03-18T00:00:00+00:00"}


def test_a_simulated_awareness_is_said_to_be_simulated() -> None:
    found = body("4", simulated=True)
    assert "aware" in found["moments"]
    assert "is simulated" in found["incident"]["narrative"]


def test_every_choice_comes_with_the_words_that_led_to_it() -> None:
    replayed = aiid.to_report(FOUND["4"], aware_before=None)
    assert "harms death: CSETv1 counts 1 lives lost" in replayed.reasons


def test_a_directory_without_a_snapshot_is_refused(tmp_path: Path) -> None:
    with pytest.raises(aiid.NotASnapshotError, match=r"incidents\.csv"):
        list(aiid.read(tmp_path))


def test_parties_that_are_no_json_array_are_left_out() -> None:
    found = incident("A lottery went wrong")
    row = {**found.incident, "Alleged deployer of AI system": "not json"}
    assert aiid.choose_system(Classified(row, {})).name == "unregistered-unknown"
