from datetime import datetime
from typing import Any

import pytest

from incidents import flow
from incidents.models import Incident
from tests import factory
from tests.incidents.admin.desk import Desk, rows, text

INCIDENTS = "incidents_incident"


def references(response: Any) -> list[str]:
    return [incident.reference for incident in rows(response)]


def test_the_newest_comes_first(now: datetime, officer: Desk) -> None:
    first, second = (factory.submit(factory.report(), at=now) for _ in range(2))
    assert references(officer.list(INCIDENTS)) == [second.reference, first.reference]


def test_open_duties_are_counted_without_shadow_ones(now: datetime, officer: Desk) -> None:
    incident = factory.submit(factory.breach(now, harms=["injury"]), at=now)
    owed = incident.duties.filter(state__in=["open", "undetermined"], shadow=False).count()
    (row,) = rows(officer.list(INCIDENTS))
    assert row.owed == owed


def test_who_took_it_on_is_named(incident: Incident, officer: Desk, now: datetime) -> None:
    by = factory.Actor("user", str(officer.user.id))
    flow.acknowledge(incident, by=by, at=now)
    assert officer.user.username in text(officer.list(INCIDENTS))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"acknowledged": "no"}, 1),
        ({"acknowledged": "yes"}, 0),
        ({"severity": "SEV2"}, 1),
        ({"severity": "SEV3"}, 0),
        ({"state__exact": "closed"}, 0),
        ({"system": "triage"}, 1),
        ({"system": "other"}, 0),
        ({"drill__exact": "1"}, 0),
        ({"q": "wrong"}, 1),
        ({"q": "right"}, 0),
    ],
)
def test_filters_and_search_narrow_it(
    incident: Incident, officer: Desk, query: dict[str, str], count: int
) -> None:
    assert len(references(officer.list(INCIDENTS, **query))) == count


def test_its_queries_do_not_grow_with_its_rows(
    now: datetime, officer: Desk, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        factory.submit(factory.breach(now), at=now)
    officer.list(INCIDENTS)  # the first look of the hour is put on record
    with django_assert_max_num_queries(11):
        assert len(references(officer.list(INCIDENTS))) == 12
