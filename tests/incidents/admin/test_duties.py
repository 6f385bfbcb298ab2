from datetime import datetime
from typing import Any

import pytest

from incidents.models import Incident
from tests import factory
from tests.incidents.admin.desk import Desk, rows, text

DUTIES = "incidents_duty"


@pytest.fixture
def asked(now: datetime) -> Incident:
    return factory.submit(factory.report(personal_data={"breach": True}), at=now)


def test_a_question_is_shown_with_what_is_missing(asked: Incident, officer: Desk) -> None:
    found = text(officer.list(DUTIES, q=asked.reference))
    assert "personal_data.risk" in found
    assert "in 5 h" in found


def test_questions_come_first_by_their_limit(asked: Incident, officer: Desk) -> None:
    limits = [duty.determine_by for duty in rows(officer.list(DUTIES))]
    known = [limit for limit in limits if limit is not None]
    assert limits[: len(known)] == sorted(known)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"regime": "breach"}, {"notify"}),
        ({"state__exact": "undetermined", "regime": "breach"}, {"notify"}),
        ({"state__exact": "open", "regime": "breach"}, set()),
        ({"owner": "executive"}, set()),
        ({"q": "nothing like it"}, set()),
    ],
)
def test_filters_narrow_it(
    asked: Incident, officer: Desk, query: dict[str, str], names: set[str]
) -> None:
    assert {duty.duty for duty in rows(officer.list(DUTIES, **query))} == names


def test_decisions_not_to_notify_can_be_listed_by_whether_they_are_confirmed(
    asked: Incident, officer: Desk
) -> None:
    factory.amend(asked, at=asked.reported_at, personal_data={"risk": "unlikely"})
    found = officer.list(DUTIES, confirmation__exact="unconfirmed")
    assert {duty.duty for duty in rows(found)} == {"notify"}
    assert "Unconfirmed" in text(found)


def test_its_queries_do_not_grow_with_its_rows(
    now: datetime, officer: Desk, django_assert_max_num_queries: Any
) -> None:
    for _ in range(6):
        factory.submit(factory.breach(now), at=now)
    officer.list(DUTIES)  # the first look of the hour is put on record
    with django_assert_max_num_queries(12):  # one for each part of its order
        assert len(list(rows(officer.list(DUTIES)))) >= 6
