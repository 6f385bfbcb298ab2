from datetime import date, timedelta

from incidents.figures.deadlines import Row as Deadlines
from incidents.figures.measures import TITLES, Measure, measures
from incidents.figures.times import STEPS, Row, Took

DAYS = [date(2026, 1, 1), date(2026, 2, 1)]
HOUR = timedelta(hours=1)


def times(day: str, median: timedelta) -> Row:
    took = {step: Took(1, median, median) for step in STEPS}
    return Row(day, day, 1, took)


def shares(day: str, met: int, late: int) -> Deadlines:
    return Deadlines(day, met, late, 0, 0, None, None)


def made(*rows: Row, met: tuple[Deadlines, ...] = ()) -> dict[str, Measure]:
    return {each.name: each for each in measures(DAYS, ["2026-01", "2026-02"], rows, met)}


def test_each_step_and_the_share_have_a_chart() -> None:
    assert set(made()) == set(TITLES)


def test_a_step_of_time_in_which_nobody_got_there_has_no_bar() -> None:
    found = made(times("2026-02-01", 3 * HOUR))["acknowledged"]
    assert [len(column.pieces) for column in found.bars.columns] == [0, 1]
    assert found.said == ["", "3 h"]


def test_the_unit_is_one_that_the_longest_has_some_of() -> None:
    assert made(times("2026-01-01", 3 * HOUR))["resolved"].unit == "hours"
    assert made(times("2026-01-01", 72 * HOUR))["resolved"].unit == "days"
    assert made(times("2026-01-01", HOUR / 2))["resolved"].unit == "minutes"


def test_the_scale_of_a_share_ends_with_all() -> None:
    found = made(met=(shares("2026-01-01", 1, 3),))["in-time"]
    assert found.bars.lines[-1].text == "100"
    assert found.said == ["25 %", ""]


def test_without_anything_it_is_empty() -> None:
    assert made()["in-time"].empty
    assert not made(met=(shares("2026-01-01", 1, 0),))["in-time"].empty
