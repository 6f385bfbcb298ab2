"""A compliance officer's day: a deadline from the home page to its receipt."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from playwright.sync_api import FilePayload, expect

from tests.browser.stories.person import Person

RECEIPT: Final[FilePayload] = {
    "name": "receipt.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.4 Received.",
}


def reads_at_home_what_is_due(ada: Person, incident: Mapping[str, Any]) -> None:
    row = ada.page.locator("section", has_text="Next deadlines").locator("tbody tr").first
    expect(row).to_contain_text(incident["reference"])
    expect(row).to_contain_text(re.compile(r"in \d+ min"))
    ada.sees("home with what is due first")


def opens_the_most_urgent(ada: Person, incident: Mapping[str, Any]) -> None:
    row = ada.page.locator("section", has_text="Next deadlines").locator("tbody tr").first
    row.get_by_role("link", name=incident["reference"]).click()
    expect(ada.page.locator("h2.by-title")).to_contain_text(incident["reference"])
    ada.sees("the incident")


def reads_why(ada: Person) -> None:
    ada.page.get_by_role("link", name="Why SEV3").click()
    expect(ada.page.locator("#why")).to_be_in_viewport()
    fold = ada.opens("Why SEV3?")
    expect(fold).to_contain_text("A part that several systems stand on failed.")
    ada.sees("why it is so severe")


def answers_an_open_question(ada: Person) -> None:
    form = ada.opens("Answer what is open")
    form.get_by_label("Our role for the data concerned").select_option("Controller")
    form.get_by_label("Personal data › breach").select_option("Yes")
    form.get_by_label("Personal data › risk").select_option("Likely")
    form.get_by_label("How you know").fill("The owner of the store read the access log.")
    form.get_by_role("button", name="See what would happen").click()
    form = ada.page.locator("#action-answer")
    expect(form.get_by_role("status")).to_contain_text("Notify the supervisory authority")
    ada.sees("what the answer would change")
    form.get_by_role("button", name="Answer what is open").click()


def sees_the_duties_change(ada: Person) -> None:
    duty = ada.page.locator("#duties .by-duty", has_text="Notify the supervisory authority")
    expect(duty.first).to_contain_text("Open")
    expect(ada.page.locator("#questions")).not_to_contain_text("Notify the supervisory authority")
    ada.sees("what the answer changed")


def acknowledges(ada: Person, incident: Mapping[str, Any]) -> None:
    ada.page.get_by_role("button", name="Acknowledge").click()
    ada.reads(f"You have acknowledged {incident['reference']}.")
    ada.sees("acknowledged")


# --- the notice ----------------------------------------------------------------------------------


def drafts_the_notice(ada: Person) -> None:
    ada.page.get_by_role("link", name="Next: First message").click()
    ada.sees("the deadline")
    ada.page.get_by_role("button", name="Draft the notice").click()
    ada.reads("The notice is drafted from what is known.")
    ada.sees("the draft")


def fills_in_what_is_missing(ada: Person) -> None:
    asked = ada.page.locator("li", has_text="impact.people_affected")
    asked.get_by_text("Add the fact").click()
    asked.get_by_label("The fact").fill("40")
    ada.sees("a fact that nobody had stated")
    asked.get_by_role("button", name="Record it").click()
    ada.reads("It is recorded, and the policies were applied again.")
    ada.sees("the fact is recorded")
    form = ada.opens("Fill anew from the facts")
    form.get_by_label("Put it in the place of the present text").check()
    form.get_by_role("button", name="Fill anew from the facts").click()
    expect(ada.page.locator("#letter")).to_contain_text("Number of people affected: 40")


def writes_and_previews(ada: Person) -> None:
    body = ada.page.locator("textarea[name=body]")
    body.fill(body.input_value().replace("Causes: (not known yet)", "Causes: a failed job"))
    expect(ada.page.locator("#letter")).to_contain_text("Causes: a failed job")
    expect(ada.page.locator("#unsaved")).to_be_visible()
    ada.sees("the letter follows what is typed")
    ada.page.locator("#action-edit").get_by_role("button", name="Save").click()
    ada.page.get_by_role("link", name="Open to print").click()
    ada.reads("Causes: a failed job")
    ada.sees("the letter alone", paper=True)
    ada.page.go_back()


def asks_for_its_approval(ada: Person) -> None:
    ada.page.get_by_role("button", name="Submit for review").click()
    ada.reads("It is in review")
    ada.sees("in review")


def approves_the_notice(counsel: Person, incident: Mapping[str, Any]) -> None:
    counsel.page.reload()
    counsel.sees("what waits for counsel")
    counsel.page.get_by_role("link", name="Notices to approve").click()
    counsel.sees("notices to approve")
    counsel.chooses(incident["reference"])
    counsel.sees("the notice to approve")
    counsel.page.get_by_role("button", name="Approve this text").click()
    counsel.reads("You have approved text 3.")
    counsel.sees("the approved notice")


def files_it_with_its_receipt(ada: Person, incident: Mapping[str, Any]) -> None:
    ada.menu("Notices and reports")
    ada.sees("all notices")
    ada.chooses(incident["reference"])
    form = ada.opens("Mark as filed")
    form.get_by_label("When it was filed").fill(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}")
    form.get_by_label("To whom").fill("Test authority")
    form.get_by_label("Portal or channel").fill("Web form")
    form.get_by_label("Receipt number").fill("R-2026-17")
    form.locator("input[type=file]").set_input_files(files=[RECEIPT])
    expect(form.get_by_label("Choose file to upload")).to_have_value(RECEIPT["name"])
    ada.sees("what filing asks")
    form.get_by_role("button", name="Mark as filed").click()
    ada.reads("R-2026-17")
    expect(ada.page.locator(".by-head .by-label").first).to_have_text("Filed")
    ada.sees("filed with its receipt")


def sees_it_met_on_the_board(ada: Person, incident: Mapping[str, Any]) -> None:
    ada.menu("Deadline board")
    ada.sees("the board")
    ada.page.fill("#searchbar", incident["reference"])
    ada.page.press("#searchbar", "Enter")
    row = ada.page.locator("#result_list tr", has_text="First message")
    expect(row).to_contain_text("Met")
    ada.sees("met on the board")
