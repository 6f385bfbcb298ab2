import itertools

from governance.console import bars
from governance.console.bars import BOTTOM, LEFT, TOP, WIDTH, Given


def given(*counts: dict[int, float]) -> list[Given]:
    return [Given(f"n{number}", each, "said", "?x") for number, each in enumerate(counts)]


def test_the_highest_bar_stays_below_the_top() -> None:
    (column,) = bars.drawn(given({1: 7})).columns
    assert TOP <= column.pieces[0].y < BOTTOM


def test_pieces_stand_on_one_another() -> None:
    (column,) = bars.drawn(given({2: 4, 1: 4})).columns
    low, high = column.pieces
    assert (low.shade, high.shade) == (1, 2)
    assert round(high.y + high.height, 1) == low.y


def test_something_is_never_nothing() -> None:
    first, _ = bars.drawn(given({1: 1}, {1: 100_000})).columns
    assert first.pieces[0].height > 0


def test_bars_lie_side_by_side_within_the_chart() -> None:
    columns = bars.drawn(given(*({1: 1} for _ in range(48)))).columns
    assert columns[0].left == LEFT
    assert all(a.x + a.width <= b.x for a, b in itertools.pairwise(columns))
    assert columns[-1].x + columns[-1].width <= WIDTH


def test_a_label_is_not_cut_at_the_edge() -> None:
    labels = bars.drawn(given(*({1: 1} for _ in range(13))), width=480, most_labels=5).labels
    assert all(each.at <= 480 - 24 for each in labels)


def test_a_scale_may_end_where_it_is_told() -> None:
    assert bars.drawn(given({1: 30}), top=100).lines[-1].text == "100"


def test_nothing_to_draw_is_no_error() -> None:
    assert bars.drawn([]).columns == []
