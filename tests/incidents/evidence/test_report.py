"""The report for people: what it says, as a page and as a PDF."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from pypdf import PdfReader

from governance.access import reads
from incidents import flow
from incidents.evidence import picture
from incidents.evidence.picture import Picture
from incidents.evidence.report import chart, content, page, sheet
from incidents.evidence.report.chart import Span
from tests.factory import AT, HOUR, PERSON
from tests.incidents.evidence import packing
from tests.incidents.evidence.packing import LATER, Unpacked

TITLE = "It went <wrong> & 失敗"


@pytest.fixture
def taken(db: None) -> Picture:
    """Of an incident with a title that is markup and partly beyond the typeface."""
    incident = packing.full_incident()
    facts = {"incident": {"title": TITLE}}
    flow.amend(incident, facts, reason="A better title.", by=PERSON, at=LATER)
    packing.seal()
    return picture.take(incident.id)


def html(of: Picture) -> str:
    return page.draw(content.of(of)).decode()


def pdf(of: Picture) -> str:
    reader = PdfReader(BytesIO(sheet.draw(content.of(of))))
    return " ".join(" ".join(each.extract_text() for each in reader.pages).split())


def test_the_page_says_title_severity_and_state(taken: Picture) -> None:
    said = unescape(html(taken))
    assert TITLE in said
    assert "<dt>Severity</dt><dd>SEV2</dd>" in said
    assert "<dt>State</dt><dd>Open</dd>" in said


def test_text_of_people_is_no_markup(taken: Picture) -> None:
    assert "<wrong>" not in html(taken)


def test_the_page_has_no_script_and_loads_nothing(taken: Picture) -> None:
    found = html(taken)
    assert not re.search(r"<script|\bon\w+=|src=|href=|@import|url\(", found)


def test_it_says_why_this_severity(taken: Picture) -> None:
    assert "Personal data were breached." in html(taken)
    assert "Personal data were breached." in pdf(taken)


def test_it_says_how_a_duty_was_met(taken: Picture) -> None:
    for said in (unescape(html(taken)), pdf(taken)):
        assert "receipt R-17" in said
        assert "web form" in said


def test_it_names_people_by_role(taken: Picture) -> None:
    rows = content.of(taken).people
    assert ("Legal counsel", "counsel", "notice.approved") in rows


def test_it_summarises_the_proof(taken: Picture) -> None:
    assert taken.checkpoint.root in html(taken)
    assert taken.checkpoint.root in pdf(taken).replace(" ", "")


def test_every_decision_is_there_with_its_digest(taken: Picture) -> None:
    assert [each[3] for each in content.of(taken).decisions] == [
        each.digest for each in taken.decisions
    ]


def test_every_entry_is_an_event(taken: Picture) -> None:
    assert len(content.of(taken).events) == len(taken.entries)


def test_who_looked_at_it_is_no_event_of_the_report(taken: Picture) -> None:
    before = len(content.of(taken).events)
    reads.shown(taken.incident, by=PERSON, at=LATER)
    packing.seal()
    again = picture.take(taken.incident.id)
    assert again.records[-1]["verb"] == "incident.read"
    assert len(content.of(again).events) == before


def test_the_pdf_says_that_it_lacks_a_letter(taken: Picture) -> None:
    assert "It went <wrong> & ??" in pdf(taken)


def test_the_pdf_is_the_same_bytes_for_the_same_content(taken: Picture) -> None:
    shown = content.of(taken)
    assert sheet.draw(shown) == sheet.draw(shown)


def test_another_content_is_another_pdf(taken: Picture) -> None:
    before = sheet.draw(content.of(taken))
    taken.incident.title = "Another"
    assert sheet.draw(content.of(taken)) != before


def test_both_are_in_the_package(package: Unpacked) -> None:
    assert package.path("data/incidents/*/report.html").is_file()
    assert package.path("data/incidents/*/report.pdf").read_bytes().startswith(b"%PDF")


def test_a_reason_longer_than_a_page_is_all_in_the_pdf(taken: Picture) -> None:
    words = " ".join(f"word{number}" for number in range(4000))
    shown = content.of(taken)
    events = [("2026-11-23T08:00:00Z", "test.written", "Somebody", words), *shown.events]
    reader = PdfReader(BytesIO(sheet.draw(replace(shown, events=events))))
    text = "".join(page_.extract_text() for page_ in reader.pages)
    assert "word3999" in "".join(text.split())


# --- the chart -----------------------------------------------------------------------------------

DUE = Span("due", AT, AT + 2 * HOUR, AT + HOUR, "good")


def test_a_bar_ends_where_the_deadline_was_met() -> None:
    (lane,) = chart.chart([DUE], [], at=AT + 3 * HOUR).lanes
    assert lane.end == lane.met
    assert lane.due is not None
    assert lane.begin < lane.end < lane.due


def test_a_bar_of_one_that_is_open_ends_now() -> None:
    (lane,) = chart.chart([Span("x", AT, None, None, "open")], [], at=AT + HOUR).lanes
    assert lane.end == chart.WIDTH - 20


def test_time_goes_from_left_to_right_in_proportion() -> None:
    drawn = chart.chart([], [(AT, "a"), (AT + HOUR, "b"), (AT + 2 * HOUR, "c")], at=AT)
    first, middle, last = (each.x for each in drawn.marks)
    assert middle == pytest.approx((first + last) / 2, abs=0.1)


def test_one_instant_alone_is_drawn_too() -> None:
    drawn = chart.chart([], [(AT, "a")], at=AT)
    assert drawn.marks[0].x == chart.LEFT


def test_lanes_lie_below_each_other() -> None:
    drawn = chart.chart([DUE, DUE], [], at=AT + timedelta(hours=3))
    assert drawn.lanes[1].y - drawn.lanes[0].y == chart.LANE
    assert drawn.height > drawn.lanes[1].y


def test_moments_of_nearly_one_time_share_a_label() -> None:
    marks = [(AT, "aware"), (AT + timedelta(seconds=1), "reported"), (AT + 9 * HOUR, "resolved")]
    drawn = chart.chart([], marks, at=AT)
    assert [each.label for each in drawn.marks] == ["aware, reported", "resolved"]
