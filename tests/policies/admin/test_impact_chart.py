"""The chart of an impact: what is how high, and what is left out."""

from typing import Any, Final

import pytest

from policies.admin import impact_chart
from policies.titles import NONE, Titles

LEVELS: Final = ("SEV1", "SEV2")


def severity(before: str, after: str, count: int) -> dict[str, Any]:
    return {"before": before, "after": after, "count": count}


def duty(name: str, before: str, after: str, count: int) -> dict[str, Any]:
    return {"policy": "breach", "duty": name, "before": before, "after": after, "count": count}


def test_the_heights_are_as_the_counts_and_the_closed_stand_on_the_open() -> None:
    chart = impact_chart.severities(
        [severity("SEV2", "SEV1", 10)], [severity("SEV2", "SEV2", 30)], LEVELS
    )
    assert chart is not None
    open_, closed = [bar for bar in chart.bars if "before" in bar.shade]
    assert closed.height == 3 * open_.height
    assert (open_.y + open_.height, closed.y + closed.height) == (chart.base, open_.y)


def test_each_level_has_its_count_now_and_with_the_change() -> None:
    chart = impact_chart.severities(
        [severity("SEV2", "SEV1", 10)], [severity("SEV2", "SEV2", 30)], LEVELS
    )
    assert chart is not None
    assert [each.text for each in chart.levels] == ["SEV1", "SEV2"]
    assert [each.text for each in chart.counts] == ["0", "10", "40", "30"]


def test_every_bar_says_what_it_shows() -> None:
    chart = impact_chart.severities([severity("SEV2", "SEV1", 10)], [], LEVELS)
    assert chart is not None
    assert [bar.said for bar in chart.bars] == [
        "SEV1, with the change: 10 open", "SEV2, now: 10 open",
    ]  # fmt: skip


def test_no_incident_no_drawing() -> None:
    assert impact_chart.severities([], [], []) is None
    assert impact_chart.duties([], [], NONE) is None


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("absent", "applies", "owed"),
        ("applies", "question", "question"),
        ("applies", "does_not_apply", "ended"),
        ("question", "absent", "ended"),
        ("applies in shadow", "does_not_apply", "other"),
    ],
)
def test_what_becomes_of_a_duty(before: str, after: str, expected: str) -> None:
    assert impact_chart.change(before, after) == expected


def test_new_duties_lead_and_the_longest_bar_is_the_most() -> None:
    found = impact_chart.duties(
        [duty("a", "applies", "absent", 4), duty("b", "absent", "applies", 1)],
        [duty("b", "absent", "applies", 1)],
        Titles({}, {("breach", "a"): "Tell the customers"}, {}),
    )
    assert found is not None
    assert [each.text for each in found.names] == ["b", "Tell the customers"]
    assert [each.text for each in found.counts] == ["2", "4"]
    longest = max(found.bars, key=lambda bar: bar.width)
    assert longest.said == "Tell the customers. No longer owed: 4 open"


def test_duties_of_two_policies_that_are_called_the_same_say_which_they_are() -> None:
    other = {**duty("b", "absent", "applies", 1), "policy": "outage"}
    titles = {("breach", "a"): "Tell", ("outage", "b"): "Tell", ("breach", "c"): "Ask"}
    rows = [duty("a", "absent", "applies", 3), other, duty("c", "absent", "applies", 2)]
    found = impact_chart.duties(rows, [], Titles({}, titles, {}))
    assert found is not None
    assert [each.text for each in found.names] == ["Tell (breach)", "Ask", "Tell (outage)"]


def test_of_very_many_the_greatest_are_drawn() -> None:
    rows = [duty(f"d{number:02}", "absent", "applies", number + 1) for number in range(14)]
    found = impact_chart.duties(rows, [], NONE)
    assert found is not None
    assert (len(found.names), found.left_out) == (10, 4)
    assert "d03" not in {each.text for each in found.names}
