from typing import Any

import pytest
from django.contrib.auth.models import Permission

from governance.console import paginator


def test_it_counts_what_there_is(db: None) -> None:
    rows = Permission.objects.order_by("id")
    assert paginator.CappedPaginator(rows, 10).count == Permission.objects.count()


def test_it_counts_no_further_than_its_cap(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paginator, "MOST", 7)
    assert paginator.CappedPaginator(Permission.objects.order_by("id"), 5).num_pages == 2


def test_it_counts_so_far_beyond_the_page_that_is_read(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paginator, "AHEAD", 7)
    rows = Permission.objects.order_by("id")
    first = paginator.CappedPaginator(rows, 5)
    third = paginator.CappedPaginator(rows, 5, reading=3)
    assert (first.count, first.more, third.count, third.more) == (12, True, 22, True)


def test_it_knows_when_there_are_no_more(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Permission.objects.order_by("id")
    monkeypatch.setattr(paginator, "AHEAD", rows.count() - 5)
    exact = paginator.CappedPaginator(rows, 5)
    assert (exact.count, exact.more) == (rows.count(), False)


def parts() -> paginator.Parts:
    """All permissions: those that view, then those that add, then the others, each by id."""
    rows = Permission.objects.order_by("id")
    view, add = rows.filter(codename__startswith="view"), rows.filter(codename__startswith="add")
    others = rows.exclude(codename__startswith="view").exclude(codename__startswith="add")
    return paginator.Parts([view, add, rows.none(), others])


@pytest.mark.parametrize("size", [1, 7, 50, 1000])
def test_pages_of_parts_are_the_parts_one_after_the_other(db: None, size: int) -> None:
    whole = parts()
    pages = paginator.CappedPaginator(whole, size)
    shown = [row for number in pages.page_range for row in pages.page(number).object_list]
    expected = [row for part in whole._parts for row in part]
    assert shown == expected
    assert len(shown) == Permission.objects.count()


def test_a_page_within_the_first_part_asks_nothing_of_the_others(
    db: None, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        assert len(parts()[0:3]) == 3
