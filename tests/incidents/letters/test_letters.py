"""A call in words: the text, the HTML and the event say the same."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest

from governance import canonical
from incidents.calls import Call
from incidents.letters import event, page, plain
from incidents.letters.letter import Letter
from incidents.models import Incident
from tests import factory
from tests.factory import AT, HOUR, deadline, duty

pytestmark = pytest.mark.django_db
BRUSSELS = (
    "hours: 8, counting: elapsed",
    "days: 2, counting: eu-1182, calendar: office",
)


@pytest.fixture
def incident() -> Incident:
    factory.install(breach=factory.text("breach", BRUSSELS))
    return factory.submit(factory.breach())


def letter(incident: Incident, **more: Any) -> Letter:
    given = {"headline": "Look", "because": "You must know.", **more}
    return Letter(Call("k", incident, ("executive",), **given), ["Executive"])


def shown(html: str) -> str:
    """The words of a page, as somebody reads them."""
    body = html.partition("</style>")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


FORMS: list[Callable[[Letter], str]] = [
    plain.write,
    page.write,
    lambda letter: canonical.text(event.write(letter, at=AT)),
]
forms = pytest.mark.parametrize("write", FORMS, ids=["text", "html", "event"])


@forms
def test_every_form_says_why_it_comes_and_where_to_look(
    incident: Incident, write: Callable[[Letter], str]
) -> None:
    found = unescape(write(letter(incident)))
    assert "You must know." in found
    assert f"http://localhost:8000/incidents/incident/{incident.id}/change/" in found


@forms
def test_every_form_says_when_in_the_zone_that_counted_and_in_utc(
    incident: Incident, write: Callable[[Letter], str]
) -> None:
    found = write(letter(incident, clock=deadline(incident, "notify", "initial")))
    words = shown(found) if "<html" in found else found
    assert "Wednesday 2026-11-25 09:00 Europe/Brussels (2026-11-25 08:00 UTC)" in words
    assert "Thursday 2026-11-26 00:00 Europe/Brussels (2026-11-25 23:00 UTC)" in words


@forms
def test_every_form_says_which_law_and_to_whom(
    incident: Incident, write: Callable[[Letter], str]
) -> None:
    found = write(letter(incident, clock=deadline(incident, "notify", "initial")))
    assert "Art. 1" in found
    assert "Data protection authority" in found


@forms
def test_every_form_says_what_to_do(incident: Incident, write: Callable[[Letter], str]) -> None:
    assert "Call them." in write(letter(incident, to_do="Call them."))


def test_the_page_has_every_word_of_the_text(incident: Incident) -> None:
    given = letter(incident, duties=list(incident.duties.all()), acknowledge_by=AT + HOUR)
    words = shown(page.write(given))
    text, _, _ = plain.write(given).partition("Open it: ")
    parts = [part for line in text.splitlines() for part in re.split(r": +|; ", line.strip(" -."))]
    assert [part for part in parts if part not in words and part != "Duty"] == []


def test_the_page_leads_with_the_first_deadline_that_binds(incident: Incident) -> None:
    found = shown(page.write(letter(incident, duties=list(incident.duties.all()))))
    assert "First deadline: Report a death Work to 2026-11-23 20:00 UTC" in found


def test_a_page_without_a_date_invents_none(incident: Incident) -> None:
    stage = deadline(incident, "serious", "investigate")
    assert "Work to" not in shown(page.write(letter(incident, clock=stage)))


def test_what_a_reporter_wrote_is_text_on_the_page(incident: Incident) -> None:
    incident.title = "<script>alert(1)</script>"
    found = page.write(letter(incident, headline="<img src=x onerror=y>"))
    assert "<script>" not in found
    assert "<img" not in found
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in found


def test_the_page_fetches_nothing(incident: Incident) -> None:
    found = page.write(letter(incident, duties=list(incident.duties.all())))
    assert not re.search(r"<(img|link|script|iframe|object|form)|url\(|@import|src=", found)
    assert set(re.findall(r'href="([^"]+)"', found)) == {
        f"http://localhost:8000/incidents/incident/{incident.id}/change/"
    }


def test_the_page_can_be_read_in_the_dark_and_on_a_phone(incident: Incident) -> None:
    found = page.write(letter(incident))
    assert "prefers-color-scheme: dark" in found
    assert "width=device-width" in found


def test_a_drill_says_so_on_the_page_too(incident: Incident) -> None:
    incident.drill = True
    assert shown(page.write(letter(incident))).startswith("This is a drill.")


# --- the event -----------------------------------------------------------------------------------


def sent(given: Letter, at: datetime = AT) -> dict[str, Any]:
    return dict(event.write(given, at=at))


def test_an_event_has_its_type_its_time_and_its_data(incident: Incident) -> None:
    found = sent(letter(incident, event="deadline.overdue"))
    assert (found["type"], found["timestamp"]) == ("deadline.overdue", AT)
    assert found["data"]["headline"] == "Look"


def test_instants_are_written_in_utc(incident: Incident) -> None:
    stage = deadline(incident, "notify", "initial")
    text = canonical.text(sent(letter(incident, clock=stage)))
    assert '"timestamp":"2026-11-23T08:00:00.000000Z"' in text
    assert '"legal_due":"2026-11-25T23:00:00.000000Z"' in text
    assert '"zone":"Europe/Brussels"' in text


def test_an_event_names_the_incident_as_people_and_as_programs_do(incident: Incident) -> None:
    found = sent(letter(incident))["data"]["incident"]
    assert (found["reference"], found["system"], found["severity"]) == (
        incident.reference,
        "triage",
        "SEV2",
    )


def test_an_event_without_a_deadline_has_none(incident: Incident) -> None:
    assert sent(letter(incident))["data"]["deadline"] is None


def test_an_event_lists_the_duties_with_their_deadlines(incident: Incident) -> None:
    found = sent(letter(incident, duties=[duty(incident, "notify")]))["data"]["duties"]
    assert [each["title"] for each in found] == ["Notify the authority"]
    due = datetime(2026, 11, 25, 23, tzinfo=UTC)
    assert due in [each["legal_due"] for each in found[0]["deadlines"]]
