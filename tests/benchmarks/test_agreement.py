import pytest

from benchmarks import agreement

SAME = [(0, 0), (1, 1), (2, 2), (3, 3)]
REVERSED = [(0, 3), (1, 2), (2, 1), (3, 0)]
MIXED = [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2), (3, 1)]


def test_the_same_ratings_agree_in_every_measure() -> None:
    assert agreement.exact(SAME) == 1
    assert agreement.bias(SAME) == 0
    assert agreement.tau_b(SAME) == 1
    assert agreement.kappa(SAME, levels=4) == 1


def test_reversed_ratings_have_the_reverse_order() -> None:
    assert agreement.tau_b(REVERSED) == -1
    assert agreement.kappa(REVERSED, levels=4) == pytest.approx(-1)


def test_exact_counts_pairs_of_one_level() -> None:
    assert agreement.exact(MIXED) == pytest.approx(3 / 6)


def test_within_counts_neighbours_too() -> None:
    assert agreement.within(MIXED, 1) == pytest.approx(5 / 6)


def test_a_rating_that_lies_higher_has_a_positive_bias() -> None:
    assert agreement.bias([(0, 1), (1, 1), (2, 3), (3, 3)]) == pytest.approx(0.5)


def test_tau_b_takes_ties_into_account() -> None:
    # 15 pairs: 7 in the same order, 2 in the reverse; 2 tied in the label, 4 in the other.
    assert agreement.tau_b(MIXED) == pytest.approx((7 - 2) / (13 * 11) ** 0.5)


def test_kappa_weighs_by_the_square_of_the_distance() -> None:
    # Seen: (1 + 1 + 4) / 6. Chance over all 36 combinations of one label and one level: 58 / 36.
    assert agreement.kappa(MIXED, levels=4) == pytest.approx(1 - 1 / (58 / 36))


def test_a_rating_that_never_changes_has_no_order() -> None:
    with pytest.raises(ValueError, match="no order"):
        agreement.tau_b([(0, 1), (1, 1)])


def test_ratings_that_never_change_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="cannot be compared"):
        agreement.kappa([(1, 1), (1, 1)], levels=4)
