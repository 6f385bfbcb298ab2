"""Measures of agreement between two ordered ratings of the same things (pure).

A rating is a rank: 0 is the lowest. Pairs are (label, computed).
"""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from math import sqrt

Pair = tuple[int, int]


def exact(pairs: Sequence[Pair]) -> float:
    return within(pairs, 0)


def within(pairs: Sequence[Pair], distance: int) -> float:
    """The share of pairs that are at most so many levels apart."""
    return sum(abs(label - computed) <= distance for label, computed in pairs) / len(pairs)


def bias(pairs: Sequence[Pair]) -> float:
    """Levels by which the computed rating lies above the label, on average."""
    return sum(computed - label for label, computed in pairs) / len(pairs)


def tau_b(pairs: Sequence[Pair]) -> float:
    """Kendall's rank correlation with ties: 1 the same order, 0 none, -1 the reverse. It needs no
    view of which label is as severe as which level. Raises ValueError if one rating is constant."""
    agree = disagree = tied_label = tied_computed = 0
    for (one_label, one), (other_label, other) in combinations(pairs, 2):
        labels, computed = one_label - other_label, one - other
        tied_label += labels == 0
        tied_computed += computed == 0
        agree += labels * computed > 0
        disagree += labels * computed < 0
    total = len(pairs) * (len(pairs) - 1) // 2
    scale = sqrt((total - tied_label) * (total - tied_computed))
    if not scale:
        raise ValueError("A rating that never changes has no order.")
    return (agree - disagree) / scale


def kappa(pairs: Sequence[Pair], *, levels: int) -> float:
    """Cohen's kappa with quadratic weights: 1 the same, 0 no better than chance. Raises ValueError
    if both ratings are one and the same level throughout."""
    count = len(pairs)
    labels = Counter(label for label, _ in pairs)
    computed = Counter(value for _, value in pairs)
    seen = sum((label - value) ** 2 for label, value in pairs) / count
    chance = sum(
        labels[label] * computed[value] * (label - value) ** 2
        for label in range(levels)
        for value in range(levels)
    ) / (count * count)
    if not chance:
        raise ValueError("Ratings that never change cannot be compared.")
    return 1 - seen / chance
