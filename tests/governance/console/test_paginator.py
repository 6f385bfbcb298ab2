import pytest
from django.contrib.auth.models import Permission

from governance.console import paginator


def test_it_counts_what_there_is(db: None) -> None:
    rows = Permission.objects.order_by("id")
    assert paginator.CappedPaginator(rows, 10).count == Permission.objects.count()


def test_it_counts_no_further_than_its_cap(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paginator, "MOST", 7)
    assert paginator.CappedPaginator(Permission.objects.order_by("id"), 5).num_pages == 2
