"""Whom an iCalendar feed names at an instant."""

import pytest

from policies.on_call import check
from policies.on_call.feed import named
from tests.policies.escalating.matrices import BRUSSELS, utc


def calendar(*events: str) -> str:
    body = "\n".join(f"BEGIN:VEVENT\nUID:{n}\n{each}\nEND:VEVENT" for n, each in enumerate(events))
    head = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN"
    return f"{head}\n{body}\nEND:VCALENDAR\n".replace("\n", "\r\n")


def people(text: str, at: str) -> tuple[str, ...]:
    found = named(text, BRUSSELS, utc(at))
    return found.addresses if found else ()


SHIFT = "DTSTART:20261123T080000Z\nDTEND:20261123T160000Z"
ANN = "ATTENDEE;CN=Ann:mailto:ann@example.org"


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-11-23T07:59", ()),
        ("2026-11-23T08:00", ("ann@example.org",)),
        ("2026-11-23T15:59", ("ann@example.org",)),
        ("2026-11-23T16:00", ()),
    ],
)
def test_an_event_counts_from_its_start_until_its_end(at: str, who: tuple[str, ...]) -> None:
    assert people(calendar(f"{SHIFT}\n{ANN}"), at) == who


@pytest.mark.parametrize(
    ("lines", "who"),
    [
        (f"{ANN}\nSUMMARY:ben@example.org", ("ann@example.org",)),
        ("SUMMARY:On call: ben@example.org", ("ben@example.org",)),
        ("SUMMARY:Night\nDESCRIPTION:call cy@example.org.", ("cy@example.org",)),
        ("SUMMARY:Night\nORGANIZER:mailto:dan@example.org", ("dan@example.org",)),
        ("ATTENDEE;PARTSTAT=DECLINED:mailto:ann@example.org\nSUMMARY:ben@example.org",
         ("ben@example.org",)),
        ("ATTENDEE;CUTYPE=ROOM:mailto:room@example.org\n" + ANN, ("ann@example.org",)),
        ("ATTENDEE:mailto:a@example.org\nATTENDEE:mailto:b@example.org",
         ("a@example.org", "b@example.org")),
        ("ATTENDEE:urn:uuid:1\nSUMMARY:nobody", ()),
        (f"{ANN}\nSTATUS:CANCELLED", ()),
    ],
)  # fmt: skip
def test_whom_an_event_names(lines: str, who: tuple[str, ...]) -> None:
    assert people(calendar(f"{SHIFT}\n{lines}"), "2026-11-23T09:00") == who


def test_events_at_once_name_all_their_people() -> None:
    text = calendar(f"{SHIFT}\nSUMMARY:ben@example.org", f"{SHIFT}\n{ANN}")
    assert set(people(text, "2026-11-23T09:00")) == {"ann@example.org", "ben@example.org"}


WEEKLY = (
    f"DTSTART;TZID={BRUSSELS}:20261102T090000\nDTEND;TZID={BRUSSELS}:20261109T090000\n"
    "RRULE:FREQ=WEEKLY;INTERVAL=2"
)


@pytest.mark.parametrize(
    ("at", "on_call"),
    [
        ("2026-11-03T00:00", True),
        ("2026-11-10T00:00", False),
        ("2026-11-17T00:00", True),
        ("2027-04-05T06:59", False),  # summer time: 08:59 in Brussels
        ("2027-04-05T07:00", True),
        ("2027-04-12T07:00", False),
    ],
)
def test_what_recurs_is_expanded_at_its_local_time(at: str, *, on_call: bool) -> None:
    assert bool(people(calendar(f"{WEEKLY}\n{ANN}"), at)) is on_call


def test_an_exception_does_not_count() -> None:
    text = calendar(f"{WEEKLY}\nEXDATE;TZID={BRUSSELS}:20261116T090000\n{ANN}")
    assert people(text, "2026-11-17T00:00") == ()


def test_a_moved_occurrence_counts_where_it_is() -> None:
    moved = (
        "BEGIN:VEVENT\nUID:0\nRECURRENCE-ID;TZID=Europe/Brussels:20261116T090000\n"
        "DTSTART:20261112T080000Z\nDTEND:20261112T090000Z\nSUMMARY:ben@example.org\nEND:VEVENT"
    )
    text = calendar(f"{WEEKLY}\n{ANN}").replace(
        "END:VCALENDAR", moved.replace("\n", "\r\n") + "\r\nEND:VCALENDAR"
    )
    assert people(text, "2026-11-12T08:30") == ("ben@example.org",)
    assert people(text, "2026-11-17T00:00") == ()


@pytest.mark.parametrize(
    ("at", "on_call"),
    [("2026-11-22T22:59", False), ("2026-11-22T23:00", True), ("2026-11-23T22:59", True),
     ("2026-11-23T23:00", False)],
)  # fmt: skip
def test_a_whole_day_is_one_of_the_feeds_zone(at: str, *, on_call: bool) -> None:
    text = calendar(f"DTSTART;VALUE=DATE:20261123\nDTEND;VALUE=DATE:20261124\n{ANN}")
    assert bool(people(text, at)) is on_call


@pytest.mark.parametrize(
    ("at", "on_call"), [("2026-11-23T07:00", True), ("2026-11-23T09:00", False)]
)
def test_a_time_without_a_zone_is_one_of_the_feeds_zone(at: str, *, on_call: bool) -> None:
    text = calendar(f"DTSTART:20261123T080000\nDTEND:20261123T100000\n{ANN}")
    assert bool(people(text, at)) is on_call


def test_a_duration_stands_for_an_end() -> None:
    text = calendar(f"DTSTART:20261123T080000Z\nDURATION:PT2H\n{ANN}")
    assert people(text, "2026-11-23T09:59") == ("ann@example.org",)
    assert people(text, "2026-11-23T10:00") == ()


def test_an_empty_calendar_names_nobody() -> None:
    assert people(calendar(), "2026-11-23T09:00") == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>Please sign in</html>",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        calendar(f"{SHIFT}\nRRULE:FREQ=SECONDLY\n{ANN}"),
        calendar(f"{SHIFT}\nRRULE:FREQ=WEEKLY;COUNT=x\n{ANN}"),
    ],
)
def test_what_cannot_be_used_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        check(text, BRUSSELS, utc("2026-11-23T09:00"))
