from collections.abc import Mapping
from typing import Any

import pytest

from incidents.replay import summary
from incidents.replay.client import Answer, Outcome, Statistics
from incidents.replay.summary import Summary


def accepted(level: str = "SEV3", *duties: Mapping[str, object]) -> Answer:
    return Answer("1", Outcome.ACCEPTED, {"severity": {"level": level}, "duties": list(duties)})


def rejected(code: str, pointer: str) -> Answer:
    content = {"code": "invalid-report", "errors": [{"code": code, "pointer": pointer}]}
    return Answer("2", Outcome.REJECTED, content)


def other(outcome: Outcome, **content: Any) -> Answer:
    return Answer("3", outcome, content)


def holding(accepted: int, rejected: int = 0) -> Statistics:
    return Statistics(submissions=accepted + rejected, rejected=rejected, incidents=accepted)


def text(*answers: Answer, known: int = 0) -> str:
    return "\n".join(summary.lines(Summary(answers, known=known)))


def test_severities_are_counted() -> None:
    assert "SEV1      2" in text(accepted("SEV1"), accepted("SEV1"), accepted("SEV4"))


def test_duties_are_counted_by_regime_and_state() -> None:
    duty = {"regime": "GDPR", "state": "open", "shadow": False}
    assert "GDPR: open      2" in text(accepted("SEV1", duty, duty))


def test_duties_in_shadow_are_counted_apart() -> None:
    duty = {"regime": "AI Act", "state": "open", "shadow": True}
    assert "AI Act (shadow): open      1" in text(accepted("SEV1", duty))


def test_rejections_are_counted_by_code_and_pointer() -> None:
    found = text(rejected("unknown-system", "/system"), rejected("unknown-system", "/system"))
    assert "unknown-system /system      2" in found


def test_failures_are_counted_by_code() -> None:
    assert "unreachable      1" in text(other(Outcome.FAILED, code="unreachable"))


def test_records_held_already_count_as_already_there() -> None:
    assert Summary((other(Outcome.ALREADY_THERE),), known=3).count(Outcome.ALREADY_THERE) == 4


def test_a_summary_of_nothing_has_no_tables() -> None:
    assert "Severity" not in text()


@pytest.mark.parametrize(
    ("answers", "gained", "unaccounted"),
    [
        ((accepted(), rejected("x", "/y")), holding(1, 1), 0),
        ((accepted(), accepted()), holding(1), 1),
        ((accepted(), other(Outcome.FAILED)), holding(1), 1),
        ((other(Outcome.ALREADY_THERE),), holding(0), 0),
        # Others may report at the same time: more than expected is no loss.
        ((accepted(),), holding(9), 0),
        ((), holding(0), 0),
    ],
)
def test_what_the_service_does_not_count_is_unaccounted_for(
    answers: tuple[Answer, ...], gained: Statistics, unaccounted: int
) -> None:
    assert Summary(answers).unaccounted(holding(0), gained) == unaccounted


def test_the_comparison_gives_both_counts() -> None:
    found = list(summary.comparison(Summary((accepted(),)), holding(4), holding(5)))
    assert found[0] == "Accounted for: command 1, API 1"


def test_the_comparison_names_what_is_missing() -> None:
    found = list(summary.comparison(Summary((accepted(),)), holding(4), holding(4)))
    assert "  unaccounted for: 1" in found
