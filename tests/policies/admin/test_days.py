"""Which rules held on a day, and what comes into force when."""

from datetime import datetime, timedelta

from governance import clock
from policies import approvals, releases
from policies.models import PolicyVersion
from tests.incidents.admin.desk import Desk, desk, field, text
from tests.policies.admin import office
from tests.policies.admin.office import address

DAY = timedelta(days=1)


def scheduled(officer: Desk, counsel: Desk, at: datetime) -> PolicyVersion:
    made = office.submitted(officer)
    (row,) = approvals.approve([made], by=office.actor(counsel), at=clock.now(), effective_from=at)
    return row


def test_today_shows_the_release_by_the_name_that_decisions_carry(
    now: datetime, officer: Desk
) -> None:
    answer = officer.client.get(address("days"))
    assert answer.context["digest"] == releases.in_force(now).digest


def test_a_day_to_come_shows_what_is_scheduled(now: datetime, officer: Desk, counsel: Desk) -> None:
    row = scheduled(officer, counsel, now.replace(microsecond=0) + 10 * DAY)
    found = officer.client.get(address("days"), {"at": field(now + 11 * DAY)}).context
    assert str(row) in "".join(found["only_then"])
    assert "SeverityPolicy/severity@1.0.0" in "".join(found["only_now"])


def test_a_change_to_come_leads_the_list(now: datetime, officer: Desk, counsel: Desk) -> None:
    row = scheduled(officer, counsel, now.replace(microsecond=0) + 10 * DAY)
    first = officer.client.get(address("days")).context["changes"][0]
    assert (first.ahead, first.begins, first.ends) == (True, [row], [])


def test_a_day_before_everything_says_so(now: datetime, officer: Desk) -> None:
    answer = officer.client.get(address("days"), {"at": field(now - 90 * DAY)})
    assert "No policy held then." in text(answer)


def test_what_is_no_instant_is_said(officer: Desk) -> None:
    assert "Enter a valid date/time." in text(officer.client.get(address("days"), {"at": "soon"}))


def test_it_is_closed_to_a_person_without_roles(now: datetime) -> None:
    assert desk().client.get(address("days")).status_code == 403
