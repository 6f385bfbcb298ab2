"""The calendar: what begins, ends or waits on which day, as a month and as a list."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from governance import clock
from policies import approvals, retirements
from policies.models import PolicyVersion
from tests import factory
from tests.incidents.admin.desk import Desk, desk, text
from tests.policies.admin import office
from tests.policies.admin.office import address

NOON = datetime(2031, 3, 12, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def month(officer: Desk, day: datetime = NOON, **query: str) -> Any:
    return officer.client.get(address("calendar"), {"month": f"{day:%Y-%m}", **query}).context


def listed(officer: Desk, day: datetime = NOON, **query: str) -> list[tuple[date, str, str]]:
    """(day, what, policy) of the month of `day`."""
    return [
        (each.day, each.what, each.name)
        for day_ in month(officer, day, **query)["listed"]
        for group in day_.groups
        for each in group.all
    ]


def scheduled(officer: Desk, counsel: Desk, at: datetime) -> PolicyVersion:
    made = office.submitted(officer)
    (row,) = approvals.approve([made], by=office.actor(counsel), at=clock.now(), effective_from=at)
    return row


def test_what_is_scheduled_stands_on_its_day(officer: Desk, counsel: Desk) -> None:
    row = scheduled(officer, counsel, NOON)
    assert listed(officer) == [(NOON.date(), "comes into force", str(row))]


def test_what_is_replaced_is_not_said_to_end(officer: Desk, counsel: Desk) -> None:
    scheduled(officer, counsel, NOON)
    assert "SeverityPolicy/severity@1.0.0" not in {name for _, _, name in listed(officer)}


def test_what_waits_for_approval_stands_on_the_day_that_was_asked_for(officer: Desk) -> None:
    made = office.submitted(officer, effective_from=NOON)
    assert listed(officer) == [(NOON.date(), "would begin", str(made))]


def test_a_retirement_waits_and_is_then_for_good(officer: Desk, counsel: Desk) -> None:
    breach = PolicyVersion.objects.get(name="breach")
    retirements.ask(breach, until=NOON, comment="Gone", by=office.actor(officer), at=clock.now())
    assert listed(officer) == [(NOON.date(), "would retire", str(breach))]
    asked = PolicyVersion.objects.get(id=breach.id)
    retirements.agree(asked, by=office.actor(counsel), at=clock.now(), comment="")
    assert listed(officer) == [(NOON.date(), "retires", str(breach))]


def test_the_day_from_which_a_law_applies_is_its_own(officer: Desk) -> None:
    law = datetime(2018, 5, 1, tzinfo=UTC)
    assert (date(2018, 5, 25), "begins to apply", "ObligationPolicy/breach@1.0.0") in listed(
        officer, law
    )


def test_the_day_on_which_holidays_run_out_is_shown(officer: Desk) -> None:
    version = PolicyVersion.objects.filter(kind="Calendar").first()
    assert version is not None
    end = factory.document(version.text).data["spec"]["covers"]["until"]
    day = datetime.fromisoformat(end).replace(tzinfo=UTC)
    assert (day.date(), "holidays known until", str(version)) in listed(officer, day)


def test_one_sort_alone_is_shown(officer: Desk, counsel: Desk) -> None:
    scheduled(officer, counsel, NOON)
    assert listed(officer, only="laws") == []
    assert len(listed(officer, only="policies")) == 1


def test_the_month_has_whole_weeks_with_the_day_in_its_cell(officer: Desk, counsel: Desk) -> None:
    scheduled(officer, counsel, NOON)
    weeks = month(officer)["weeks"]
    assert {len(week) for week in weeks} == {7}
    assert weeks[0][0].day == date(2031, 2, 24)
    (cell,) = [day for week in weeks for day in week if day.groups]
    assert (cell.day, cell.groups[0].what) == (NOON.date(), "comes into force")


def test_many_of_one_day_are_counted_in_the_grid(now: datetime, officer: Desk) -> None:
    cells = [day for week in month(officer, now - 60 * DAY)["weeks"] for day in week if day.groups]
    (group,) = [each for cell in cells for each in cell.groups if each.what == "came into force"]
    assert (group.shown, len(group.all)) == ((), PolicyVersion.objects.count())


def test_another_month_leads_to_the_next_change(officer: Desk, counsel: Desk) -> None:
    scheduled(officer, counsel, NOON)
    found = month(officer, NOON - 40 * DAY, only="policies")
    assert (found["later"], found["later_month"]) == ("?month=2031-03&only=policies", "March 2031")


@pytest.mark.parametrize("given", ["", "soon", "2031-13", "0000-00", "2031-03-01\0"])
def test_what_is_no_month_is_this_one(officer: Desk, now: datetime, given: str) -> None:
    found = officer.client.get(address("calendar"), {"month": given}).context
    assert found["month"] == f"{now:%B %Y}"


@pytest.mark.parametrize("given", ["0001-01", "9999-12"])
def test_the_first_and_the_last_month_of_all_can_be_shown(officer: Desk, given: str) -> None:
    assert officer.client.get(address("calendar"), {"month": given}).status_code == 200


def test_an_empty_month_teaches_what_would_stand_in_it(officer: Desk) -> None:
    answer = officer.client.get(address("calendar"), {"month": "2033-01"})
    assert "Nothing changes in January 2033." in text(answer)


def test_it_is_closed_to_a_person_without_roles(now: datetime) -> None:
    assert desk().client.get(address("calendar")).status_code == 403
