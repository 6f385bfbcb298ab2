"""The page of figures, as an officer reads it."""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents.models import Incident
from tests import factory
from tests.incidents.admin.desk import Desk, desk, text

pytestmark = pytest.mark.django_db


def page(viewer: Desk, **query: str) -> HttpResponse:
    return viewer.client.get(reverse("admin:incidents_incident_statistics"), query)


def test_it_says_how_many_incidents_there_were(incident: Incident, officer: Desk) -> None:
    assert "1 incident over time" in text(page(officer))


def test_an_empty_period_says_what_to_do(incident: Incident, officer: Desk) -> None:
    found = text(page(officer, since="2020-01-01", until="2020-02-01"))
    assert "Choose a longer one" in found


def test_groups_go_by_their_names(incident: Incident, officer: Desk) -> None:
    assert "Triage of patients" in text(page(officer, by="system"))


def test_what_cannot_be_used_is_said_and_the_last_year_shown(
    incident: Incident, officer: Desk
) -> None:
    answer = page(officer, since="2026-02-30")
    assert answer.status_code == 200
    assert "Enter a valid date." in text(answer)
    assert "1 incident over time" in text(answer)


def test_a_period_that_ends_before_it_begins_is_said(incident: Incident, officer: Desk) -> None:
    assert "is to be before" in text(page(officer, since="2026-02-01", until="2026-01-01"))


def test_a_regime_shows_what_was_met_in_time(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    factory.fulfil(factory.deadline(incident, "notify", "initial"), now, now + timedelta(hours=1))
    assert "100 %" in text(page(officer))


def test_files_have_the_same_period(incident: Incident, officer: Desk, now: datetime) -> None:
    day = (now - timedelta(days=40)).replace(hour=0, minute=0, second=0, microsecond=0)
    answer = page(officer, since=f"{day:%Y-%m-%d}")
    link = urlsplit(answer.context["links"]["trend"])  # type: ignore[attr-defined]
    assert link.geturl() in text(answer)
    assert datetime.fromisoformat(parse_qs(link.query)["since"][0]) == day


def test_the_files_of_the_page_can_be_fetched(incident: Incident, officer: Desk) -> None:
    links = page(officer).context["links"]  # type: ignore[attr-defined]
    answers = {name: officer.client.get(url).status_code for name, url in links.items()}
    assert answers == dict.fromkeys(links, 200)


def test_the_chart_comes_as_a_picture_of_its_own(incident: Incident, officer: Desk) -> None:
    answer = officer.client.get(reverse("admin:incidents_incident_trend"))
    assert answer["Content-Type"] == "image/svg+xml"
    assert text(answer).startswith("<svg")
    assert "<style>" in text(answer)


def test_the_menu_marks_this_page_alone(incident: Incident, officer: Desk) -> None:
    menu = page(officer).context["sidebar_navigation"]  # type: ignore[attr-defined]
    marked = [each["title"] for section in menu for each in section["items"] if each["active"]]
    assert marked == ["Statistics"]


def test_who_may_not_read_incidents_sees_no_figures() -> None:
    assert page(desk("reporter")).status_code == 403


def test_figures_stand_beside_the_period_before(incident: Incident, officer: Desk) -> None:
    assert "1 more than before (0)" in text(page(officer))


def test_what_was_met_in_time_goes_by_groups_as_well(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    factory.fulfil(factory.deadline(incident, "notify", "initial"), now, now + timedelta(hours=1))
    (row,) = page(officer, by="system").context["parts"]  # type: ignore[attr-defined]
    assert (row.title, row.share) == ("Triage of patients", 100)


@pytest.mark.parametrize("name", ["acknowledged", "in-time"])
def test_each_trend_comes_as_a_picture(incident: Incident, officer: Desk, name: str) -> None:
    answer = officer.client.get(reverse(f"admin:incidents_incident_{name}"))
    assert answer["Content-Type"] == "image/svg+xml"
    assert "<style>" in text(answer)
    assert f"{name}.svg" in answer["Content-Disposition"]


def test_the_board_gets_one_page_of_the_same_period(incident: Incident, officer: Desk) -> None:
    answer = officer.client.get(page(officer, since="2025-01-01").context["links"]["board"])  # type: ignore[attr-defined]
    assert "from 1 January 2025" in text(answer)
    assert "What the law wanted, and whether it was met in time" in text(answer)


def test_an_empty_board_page_says_so(officer: Desk) -> None:
    answer = officer.client.get(reverse("admin:incidents_incident_board"))
    assert "No incident was reported in this period." in text(answer)


def test_the_page_takes_few_statements(incident: Incident, officer: Desk) -> None:
    page(officer, by="rmf_subcategory")
    with CaptureQueriesContext(connection) as taken:
        page(officer, by="rmf_subcategory")
    assert len(taken) <= 30
