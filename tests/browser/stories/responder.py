"""An engineering tool reports; a responder finds what came of it, at night."""

import re
from datetime import UTC, datetime
from typing import Any, Final

from playwright.sync_api import FilePayload, Locator, expect

from tests.browser.stories.person import Person
from tests.flows.tool import Tool, outage

LOG: Final[FilePayload] = {
    "name": "store.log",
    "mimeType": "text/plain",
    "buffer": b"02:58 features of 2026-11-28 served",
}
INCIDENT: Final = re.compile(r"INC-\d{4}-\d{6}")


def report(signal: str) -> dict[str, Any]:
    return outage() | {
        "failure_modes": ["data_pipeline_failure"],
        "signal": {"fingerprint": signal, "count": 40},
    }


def a_tool_reports_what_does_not_fit(tool: Tool, signal: str) -> None:
    """The system's name is misspelt, so that it is kept, and no incident yet."""
    tool.post("/incidents", report(signal) | {"system": "feature-stor"}, expect=422)


def a_monitor_sees_it_again(tool: Tool, signal: str, reference: str) -> None:
    assert tool.post("/incidents", report(signal))["reference"] == reference


def finds_the_rejected_report(nina: Person) -> None:
    nina.sees("home")
    nina.page.get_by_role("link", name="Rejected reports").click()
    nina.sees("the rejected reports")
    nina.page.locator("#result_list tbody tr").first.get_by_role("link").first.click()
    nina.reads("Nearest:")
    nina.sees("what is wrong with it")


def corrects_it(nina: Person) -> None:
    form = nina.opens("Correct the report")
    editor = form.locator("textarea[name=report]")
    editor.fill(editor.input_value().replace('"feature-stor"', '"feature-store"'))
    nina.sees("the correction")
    form.get_by_role("button").click()
    nina.reads("The corrected report opened")
    nina.sees("it opened an incident")


def opens_the_incident(nina: Person) -> str:
    nina.page.locator("main").get_by_role("link", name=INCIDENT).first.click()
    nina.sees("the incident")
    found = INCIDENT.search(nina.page.locator("h2.by-title").inner_text())
    assert found is not None
    return found[0]


def reads_how_often_it_was_seen(nina: Person) -> None:
    nina.page.reload()
    expect(nina.page.locator("#signals")).to_contain_text("Seen 80 times in 2 reports")
    nina.sees("a repeated signal is counted")


def acknowledges_at_night(nina: Person, reference: str) -> None:
    nina.page.get_by_role("button", name="Acknowledge").click()
    nina.reads(f"You have acknowledged {reference}.")
    nina.sees("acknowledged")


def records_when_it_was_resolved(nina: Person) -> None:
    form = nina.opens("Record a moment")
    form.get_by_label("What happened").select_option("It was resolved")
    form.get_by_label("When it happened").fill(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}")
    form.get_by_label("Basis").fill("The job ran again.")
    nina.sees("what a moment asks")
    form.get_by_role("button", name="Record a moment").click()
    expect(nina.page.locator("#moments")).to_contain_text("The job ran again.")
    nina.sees("the moment is recorded")


def writes_a_note(nina: Person) -> None:
    form = nina.opens("Write a note")
    form.get_by_label("Note").fill("Restarted the job that fills the store.")
    nina.sees("what a note asks")
    form.get_by_role("button", name="Write a note").click()
    expect(nina.page.locator("#timeline")).to_contain_text("Restarted the job")
    nina.sees("the note is in the log")


def adds_a_file(nina: Person) -> None:
    nina.opens("More actions")
    form = nina.opens("Add a file")
    form.locator("input[type=file]").set_input_files(files=[LOG])
    expect(form.get_by_label("Choose file to upload")).to_have_value(LOG["name"])
    form.get_by_label("What it is for").select_option("Other")
    nina.sees("what a file asks")
    form.get_by_role("button", name="Add a file").click()
    nina.reads(f"{LOG['name']} is added.")
    nina.sees("the file is added")


def resolves_it(nina: Person, reference: str) -> None:
    nina.opens("More actions")
    form = nina.opens("Resolve")
    form.get_by_label("Reason").fill("The job ran again; features are of today.")
    nina.sees("what resolving asks")
    form.get_by_role("button", name="Resolve", exact=True).click()
    nina.reads(f"State of {reference}: Resolved.")
    nina.sees("resolved")


def is_told_what_keeps_it_open(nina: Person) -> None:
    form = _asks_to_close(nina)
    nina.is_refused(409, "why it cannot be closed yet")
    expect(form).to_be_visible()


def answers_what_is_open(nina: Person) -> None:
    form = nina.opens("Answer what is open")
    form.get_by_label("Personal data › breach").select_option("No")
    form.get_by_label("Security › unauthorised occurrence").select_option("No")
    form.get_by_label("How you know").fill("Nothing left the store.")
    nina.sees("the answers")
    form.get_by_role("button", name="Answer what is open").click()
    expect(nina.page.locator("#questions")).to_have_count(0)
    nina.sees("nothing is open")


def closes_it(nina: Person, reference: str) -> None:
    _asks_to_close(nina)
    nina.reads(f"State of {reference}: Closed.")
    nina.sees("closed")


def _asks_to_close(nina: Person) -> Locator:
    nina.opens("More actions")
    form = nina.opens("Close")
    form.get_by_label("Reason").fill("Nothing is left to do.")
    nina.sees("what closing asks")
    form.get_by_role("button", name="Close", exact=True).click()
    return form
