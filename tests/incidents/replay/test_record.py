from datetime import UTC, date, datetime, timedelta

import pytest

from incidents.replay import record
from incidents.replay.record import Chosen, Replayed

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("name", ["aiid-1", "aiid-989", "atlas-AML.CS0000", "atlas-AML.CS0056"])
def test_simulated_awareness_lies_within_the_96_hours_before(name: str) -> None:
    aware = record.simulated_awareness(name, at=AT)
    assert AT - timedelta(hours=96) < aware <= AT


def test_simulated_awareness_is_as_far_back_on_every_run() -> None:
    later = AT + timedelta(days=30)
    first = AT - record.simulated_awareness("aiid-7", at=AT)
    assert later - record.simulated_awareness("aiid-7", at=later) == first


def test_simulated_awareness_spreads_over_the_96_hours() -> None:
    days = {(AT - record.simulated_awareness(f"aiid-{n}", at=AT)).days for n in range(100)}
    assert days == {0, 1, 2, 3}


def test_without_simulation_no_moment_of_awareness_is_given() -> None:
    found = record.moments("aiid-1", date(2015, 5, 19), aware_before=None)
    assert found == {"occurred": "2015-05-19T00:00:00+00:00"}


def test_empty_facts_stay_out_of_a_report() -> None:
    body = record.report(
        title="T",
        narrative="N",
        system="s",
        source={"name": "x"},
        moments={},
        facts={"harms": [], "impact": {}, "drill": None, "causes": ["malicious_actor"]},
    )
    assert set(body) == {"incident", "system", "source", "causes"}


def test_a_fact_that_is_false_stays_in_a_report() -> None:
    body = record.report(
        title="T", narrative="N", system="s", source={}, moments={}, facts={"drill": False}
    )
    assert body["drill"] is False


def test_a_long_title_is_cut_to_what_the_report_allows() -> None:
    assert len(record.shorten("word " * 100, record.TITLE_LIMIT)) <= record.TITLE_LIMIT


def test_names_keep_the_order_of_first_choice() -> None:
    chosen = [Chosen("b", "1"), Chosen("a", "2"), Chosen("b", "3")]
    assert record.names(chosen) == ["b", "a"]


@pytest.mark.parametrize(
    ("deployer", "system"),
    [
        ("us-air-force", "unregistered-us-air-force"),
        (
            "Ukraine’s security and defense sector",
            "unregistered-ukraine-s-security-and-defense-sector",
        ),
        ("", "unregistered-unknown"),
        ("???", "unregistered-unknown"),
    ],
)
def test_an_unregistered_system_is_named_after_its_deployer(deployer: str, system: str) -> None:
    assert record.unregistered(deployer).name == system


def test_a_record_with_an_unregistered_system_says_so() -> None:
    assert not Replayed("aiid", "1", {"system": "unregistered-x"}, ()).registered


def test_the_idempotency_key_names_set_and_record() -> None:
    assert Replayed("aiid", "23", {"system": "x"}, ()).idempotency_key == "aiid-23"
