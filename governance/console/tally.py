"""Counts for cards and strips: exact up to MANY, and beyond it said to be more."""

from typing import Any, Final

from django.db.models import QuerySet

MANY: Final = 1_000


def tally(rows: QuerySet[Any]) -> int:
    """How many there are; MANY + 1 for any more, which are not looked at."""
    return int(rows.order_by().values("pk")[: MANY + 1].count())


def shown(count: int) -> str:
    """In words that are true of a tally: `1,000+` beyond MANY."""
    return f"{MANY:,}+" if count > MANY else f"{count:,}"
