"""The chart of an incident's course: its axis, and what is drawn of each clock."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from incidents import candidates, flow
from incidents.admin import course, course_scale
from incidents.admin.course import Track
from incidents.models import Clock, Incident
from incidents.stages.fulfilling import Fulfilment
from policies import titles
from tests import factory
from tests.incidents.admin.desk import Desk, text

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
INCIDENTS = "incidents_incident"


def even(hours: int) -> course_scale.Scale:
    return course_scale.scale([AT, AT + hours * HOUR], None)


def test_an_even_axis_puts_the_middle_in_the_middle() -> None:
    found = even(10)
    ends = found.at(AT) + found.at(AT + 10 * HOUR)
    assert found.at(AT + 5 * HOUR) == pytest.approx(ends / 2)


def test_what_lies_outside_stands_at_the_edge() -> None:
    found = even(10)
    assert found.at(AT + 99 * HOUR) == found.at(AT + 10 * HOUR)


def test_a_short_period_beside_a_long_one_bends_the_axis() -> None:
    found = course_scale.scale([AT, AT + 2000 * HOUR], 24 * HOUR)
    assert found.at(AT + 24 * HOUR) - found.at(AT) > 10


def test_a_bent_axis_never_turns_back() -> None:
    found = course_scale.scale([AT, AT + 2000 * HOUR], 4 * HOUR)
    places = [found.at(AT + hours * HOUR) for hours in range(0, 2001, 50)]
    assert places == sorted(places)


def test_days_are_labelled_at_midnight_of_the_zone() -> None:
    found = course_scale.ticks(even(120), ZoneInfo("Asia/Tokyo"))
    midnight = even(120).at(datetime(2026, 11, 24, tzinfo=ZoneInfo("Asia/Tokyo")))
    assert found[0] == course_scale.Tick(midnight, "24 Nov", major=True)


def test_labels_leave_room_for_each_other() -> None:
    places = [tick.x for tick in course_scale.ticks(even(400), UTC)]
    assert all(later - sooner >= 10 for sooner, later in pairwise(places))


def test_labels_leave_room_for_now() -> None:
    places = [tick.x for tick in course_scale.ticks(even(400), UTC, free=50.0)]
    assert not any(abs(x - 50.0) < 10 for x in places)


def test_on_a_phone_labels_leave_now_more_room() -> None:
    found = course_scale.ticks(even(400), UTC, free=50.0)
    assert [each for each in found if abs(each.x - 50.0) < 20]
    assert not any(each.major and abs(each.x - 50.0) < 20 for each in found)


@pytest.mark.parametrize(
    ("places", "expected"),
    [([1.0, 20.0], [0, 0]), ([1.0, 2.0, 3.0, 9.0], [0, 1, 2, 0])],
    ids=["apart", "crowded"],
)
def test_marks_that_crowd_stand_in_lanes(places: list[float], expected: list[int]) -> None:
    assert course_scale.lanes(places, 7.0) == expected


# --- clocks --------------------------------------------------------------------------------------


def drawn(incident: Incident, *, at: datetime) -> dict[str, Track]:
    clocks = Clock.objects.filter(incident=incident, duty__shadow=False).select_related("duty")
    found = course.of(incident, clocks, candidates.of(incident), titles.of(None), at=at)
    return {each.clock.stage: each for each in found.tracks}


def kinds(track: Track) -> tuple[list[str], list[str]]:
    return [each.kind for each in track.spans], [each.kind for each in track.marks]


def test_a_running_clock_is_drawn_to_its_due(incident: Incident, now: datetime) -> None:
    spans, marks = kinds(drawn(incident, at=now)["initial"])
    assert spans == ["time"]
    assert {"start", "target", "risk", "work", "legal"} == set(marks)


def test_an_overdue_clock_is_drawn_on_to_now(incident: Incident, now: datetime) -> None:
    late = drawn(incident, at=now + 30 * HOUR)["initial"]
    assert "over" in kinds(late)[0]
    assert "late" in late.due


def fulfil(incident: Incident, *, at: datetime) -> None:
    clock = incident.clocks.get(stage="initial", duty__policy_name="breach")
    sent = Fulfilment(submitted_at=at, channel="form", receipt_number="1")
    flow.fulfil(clock, sent, by=factory.PERSON, at=at)


def test_what_was_sent_in_time_has_another_mark_than_what_came_late(
    incident: Incident, now: datetime
) -> None:
    fulfil(incident, at=now)
    track = drawn(incident, at=now)["initial"]
    assert kinds(track)[1][-1] == "met"
    Clock.objects.filter(id=track.clock.id).update(fulfilled_at=now + 30 * HOUR)
    spans, marks = kinds(drawn(incident, at=now + 31 * HOUR)["initial"])
    assert marks[-1] == "late"
    assert spans == ["sent", "over"]


def test_a_clock_that_waits_says_for_what(incident: Incident, now: datetime) -> None:
    assert drawn(incident, at=now)["final"].due == "waits for “initial” being sent"


def test_the_first_due_comes_first(incident: Incident, now: datetime) -> None:
    assert next(iter(drawn(incident, at=now))) == "initial"


def test_each_drawing_is_told_in_words(incident: Incident, now: datetime) -> None:
    said = drawn(incident, at=now)["initial"].said
    assert "Started" in said
    assert "Legal end" in said


@pytest.fixture
def page(incident: Incident, officer: Desk) -> str:
    return text(officer.page(INCIDENTS, incident.id))


def test_the_page_draws_the_course_and_has_it_as_a_table(page: str) -> None:
    assert '<svg class="by-axis"' in page
    assert "The dates as a table" in page


def test_the_page_draws_now_only_while_the_incident_is_open(
    incident: Incident, page: str, now: datetime
) -> None:
    found: Any = candidates.of(incident)
    incident.closed_at = now
    assert 'class="by-now"' in page
    assert course.of(incident, [], found, titles.of(None), at=now).now is None
