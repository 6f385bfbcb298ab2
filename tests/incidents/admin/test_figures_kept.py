"""The page of figures when there are very many incidents."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance import clock
from governance.accounts import teams
from incidents.figures import counting, keeping
from incidents.models import Incident, KeptFigures
from tests import factory
from tests.incidents.admin.desk import Desk, desk, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _many(incident: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    """One incident is too many to be counted on the spot."""
    monkeypatch.setattr(keeping, "AT_ONCE", 0)


def page(viewer: Desk, **query: str) -> HttpResponse:
    return viewer.client.get(reverse("admin:incidents_incident_statistics"), query)


def board(viewer: Desk, **query: str) -> HttpResponse:
    return viewer.client.get(reverse("admin:incidents_incident_board"), query)


def counted(viewer: Desk, **query: str) -> HttpResponse:
    page(viewer, **query)
    assert counting.work()
    return page(viewer, **query)


def aged(length: timedelta) -> None:
    """As if it had been counted so long ago."""
    for row in KeptFigures.objects.exclude(counted_at=None):
        assert row.as_of is not None
        assert row.counted_at is not None
        KeptFigures.objects.filter(key=row.key).update(
            as_of=row.as_of - length, counted_at=row.counted_at - length
        )


def test_what_is_not_counted_yet_is_waited_for(officer: Desk) -> None:
    found = text(page(officer))
    assert "The figures are being counted" in found
    assert "<progress" in found
    assert "console/following.js" in found
    assert "over time" not in found


def test_while_it_is_counted_it_says_how_many_incidents(officer: Desk) -> None:
    assert "More than 0 incidents" in text(page(officer))
    counting.work(budget=timedelta(0))
    found = text(page(officer))
    assert ">1 incident<" in found
    assert 'max="5" value="1"' in found


def test_the_page_has_its_figures_when_they_are_counted(officer: Desk) -> None:
    found = text(counted(officer))
    assert "1 incident over time" in found
    assert "console/following.js" not in found


def test_it_says_as_of_when_they_hold_and_that_files_may_say_more(officer: Desk) -> None:
    found = text(counted(officer))
    as_of = KeptFigures.objects.get().as_of
    assert as_of is not None
    assert f"As of {as_of:%Y-%m-%d %H:%M} UTC." in found
    assert "are counted when you fetch them" in found


def test_old_ones_are_shown_while_new_ones_are_counted(officer: Desk) -> None:
    counted(officer)
    aged(timedelta(minutes=6))
    found = text(page(officer))
    assert "1 incident over time" in found
    assert "new figures are being counted" in found
    assert "console/following.js" in found


def test_the_board_and_the_pictures_show_what_the_page_shows(officer: Desk) -> None:
    links = counted(officer, by="system").context["links"]  # type: ignore[attr-defined]
    factory.submit(factory.report(), at=clock.now())
    assert "<strong>1</strong>" in text(officer.client.get(links["board"]))
    assert ": 1</title>" in text(officer.client.get(links["svg"]))
    assert officer.client.get(links["acknowledged"])["Content-Type"] == "image/svg+xml"
    assert KeptFigures.objects.count() == 1


def test_a_picture_that_is_not_counted_yet_leads_to_the_page(officer: Desk) -> None:
    for name in ("trend", "decided"):
        path = reverse(f"admin:incidents_incident_{name}")
        answer = officer.client.get(path, {"since": "2025-01-01"})
        assert (answer.status_code, "since=2025-01-01" in answer["Location"]) == (302, True)


def test_the_board_says_as_of_when_its_figures_hold(officer: Desk) -> None:
    counted(officer)
    as_of = KeptFigures.objects.get().as_of
    found = text(board(officer))
    assert found.count("As of") == 1
    assert f"As of {as_of:%Y-%m-%d %H:%M} UTC." in found


def test_the_board_waits_likewise(officer: Desk) -> None:
    found = text(board(officer))
    assert "The figures are being counted" in found
    assert "No incident was reported" not in found


def test_what_failed_says_why_and_can_be_tried_again(officer: Desk) -> None:
    page(officer)
    later = clock.now() + timedelta(hours=1)
    KeptFigures.objects.update(state="failed", error="The disk is full.", lease_until=later)
    found = text(page(officer))
    assert "The disk is full." in found
    assert "The figures are being counted" not in found
    officer.client.post(reverse("admin:incidents_incident_statistics"))
    assert "1 incident over time" in text(counted(officer))


def test_it_says_when_too_many_are_waited_for(
    officer: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_WAITING", 0)
    said = "Many other figures are being counted."
    assert said in text(page(officer, by="system"))
    assert said not in text(page(officer))


def test_what_did_not_fail_is_not_counted_again(officer: Desk) -> None:
    counted(officer)
    answer = officer.client.post(reverse("admin:incidents_incident_statistics"), follow=True)
    assert "did not fail" in text(answer)


def test_who_may_not_read_incidents_has_nothing_counted() -> None:
    assert page(desk("reporter")).status_code == 403
    assert not KeptFigures.objects.exists()


def test_who_reads_one_teams_systems_sees_no_figures_of_others(
    officer: Desk, now: datetime
) -> None:
    factory.submit(factory.breach(now, system="chat-bot"), at=clock.now())
    assert "2 incidents over time" in text(counted(officer))
    by = {"by": factory.PERSON, "at": now}
    owner = teams.give(teams.make("Night watch", **by), ["chat-bot"], **by)
    other = desk("reporter")
    teams.appoint(owner, other.user, ["responder"], **by)
    assert "over time" not in text(page(other))
    found = text(counted(other))
    assert "1 incident over time" in found
    assert "systems of your teams: chat-bot" in found


def test_kept_figures_take_few_statements(officer: Desk) -> None:
    counted(officer)
    with CaptureQueriesContext(connection) as taken:
        page(officer)
    assert len(taken) <= 12
