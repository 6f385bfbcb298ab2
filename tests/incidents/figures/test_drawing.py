"""Where bars go; nothing is drawn."""

from datetime import date

import pytest

from incidents.figures.drawing import BOTTOM, WIDTH, chart
from incidents.figures.trend import Step

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


def test_without_incidents_there_are_no_bars_and_a_scale() -> None:
    drawn = chart([Step(JANUARY, {})], ["SEV1"], "month")
    assert (drawn.bars, [line.text for line in drawn.lines]) == ([], ["0", "1", "2", "3", "4"])


def test_bars_of_a_step_stand_on_each_other_the_most_severe_below() -> None:
    drawn = chart([Step(JANUARY, {"SEV2": 1, "SEV1": 3})], ["SEV1", "SEV2"], "month")
    below, above = drawn.bars
    assert (below.said, below.y + below.height) == ("2026-01, SEV1: 3", BOTTOM)
    assert above.y + above.height == pytest.approx(below.y)


def test_heights_are_as_the_numbers() -> None:
    drawn = chart([Step(JANUARY, {"SEV1": 1}), Step(FEBRUARY, {"SEV1": 4})], ["SEV1"], "month")
    first, second = drawn.bars
    assert second.height == pytest.approx(4 * first.height, abs=0.3)


def test_no_bar_leaves_the_chart() -> None:
    drawn = chart([Step(JANUARY, {"SEV1": 7})] * 520, ["SEV1"], "week")
    assert max(bar.x + bar.width for bar in drawn.bars) <= WIDTH


def test_labels_stay_apart_whatever_the_period() -> None:
    drawn = chart([Step(JANUARY, {})] * 520, [], "week")
    assert len(drawn.labels) <= 9


def test_a_level_of_an_earlier_policy_is_drawn_too() -> None:
    drawn = chart([Step(JANUARY, {"P1": 1})], ["SEV1", "SEV2"], "month")
    assert drawn.levels == [(3, "P1")]


@pytest.mark.parametrize(("most", "top"), [(1, "4"), (5, "8"), (9, "20"), (21, "40"), (401, "800")])
def test_the_scale_ends_at_a_round_number(most: int, top: str) -> None:
    drawn = chart([Step(JANUARY, {"SEV1": most})], ["SEV1"], "month")
    assert drawn.lines[-1].text == top
