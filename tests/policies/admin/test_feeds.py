"""The list of on-call feeds."""

from datetime import timedelta
from typing import Any

import pytest

from governance import clock
from policies.models import OnCallFeed
from tests.incidents.admin.desk import Desk, desk, text

pytestmark = pytest.mark.django_db
FEEDS = "policies_oncallfeed"


@pytest.fixture
def officer() -> Desk:
    return desk("compliance-officer")


def feed(**more: Any) -> None:
    at = clock.now()
    given = {"url": "https://example.org/a.ics", "name": "pager", "zone": "UTC"}
    OnCallFeed.objects.create(**{**given, "named_at": at, "next_fetch_at": at, **more})


def test_without_feeds_the_page_says_what_they_are(officer: Desk) -> None:
    assert "No escalation matrix names a feed." in text(officer.list(FEEDS))


@pytest.mark.parametrize(
    ("age", "error", "state"),
    [
        (None, "", "not fetched yet"),
        (timedelta(hours=1), "", "good"),
        (timedelta(hours=25), "", "old"),
        (timedelta(hours=1), "status 503", "cannot be fetched"),
    ],
)
def test_a_feed_says_how_it_stands(
    officer: Desk, age: timedelta | None, error: str, state: str
) -> None:
    feed(fetched_at=clock.now() - age if age else None, error=error)
    page = text(officer.list(FEEDS))
    assert state in page
    assert error in page


def test_a_feed_that_nobody_names_any_more_is_not_asked_again(officer: Desk) -> None:
    now = clock.now()
    feed(named_at=now - timedelta(days=91), next_fetch_at=now - timedelta(days=1), error="gone")
    asked = now - timedelta(days=1)
    assert f"{asked:%Y-%m-%d}" not in text(officer.list(FEEDS))


def test_who_may_not_read_policies_does_not_see_them() -> None:
    assert desk("reporter").list(FEEDS).status_code in (302, 403)
