"""The days of the three people whom the console is for, click by click: at a desk in light colours,
and on a phone in dark ones. Each step looks whether its page is in order (`Person.sees`).

`STORY_PICTURES=DIRECTORY` keeps a picture of every step.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import expect

from tests.browser.stories import auditor, author, officer, responder
from tests.browser.stories.conftest import Enter
from tests.browser.stories.person import PHONE, Look
from tests.flows.tool import Tool, outage

MENU: Final = "#nav-sidebar"
SOON: Final = timedelta(minutes=45)
#: What `Person.sees` has to tell, each as a page would have it.
FAULTS: Final = {
    "wide": "document.querySelector('main').style.width = '60rem'",
    "light": "document.body.style.background = '#fff'",
    "titles": "document.querySelector('main').append(document.createElement('h1'))",
    "mains": "document.body.append(document.createElement('main'))",
    "error": "console.error('a script failed')",
}


def test_officer_meets_a_deadline(enter: Enter, house: Tool) -> None:
    incident = house.report(outage(legal_end_in=SOON))
    ada, counsel = enter("officer"), enter("counsel")
    officer.reads_at_home_what_is_due(ada, incident)
    officer.opens_the_most_urgent(ada, incident)
    officer.reads_why(ada)
    officer.answers_an_open_question(ada)
    officer.sees_the_duties_change(ada)
    officer.acknowledges(ada, incident)
    officer.drafts_the_notice(ada)
    officer.fills_in_what_is_missing(ada)
    officer.writes_and_previews(ada)
    officer.asks_for_its_approval(ada)
    officer.approves_the_notice(counsel, incident)
    officer.files_it_with_its_receipt(ada, incident)
    officer.sees_it_met_on_the_board(ada, incident)


def test_author_changes_a_policy(enter: Enter, house: Tool, look: Look) -> None:
    house.report(outage())
    day = (datetime.now(UTC) + timedelta(days=60 if look.phone else 40)).replace(
        hour=0, minute=0, second=0
    )
    ada, counsel = enter("officer"), enter("counsel")
    editor = author.begins_the_next_version(ada)
    author.makes_a_mistake_and_mends_it(ada, editor)
    author.reads_what_it_would_do(ada)
    author.submits_it(ada)
    author.approves_it_for_a_day(counsel, day)
    author.sees_it_in_the_calendar(ada, day)


def test_responder_ends_an_incident_at_night(enter: Enter, house: Tool, look: Look) -> None:
    signal = f"stale features, {look.name}"
    responder.a_tool_reports_what_does_not_fit(house, signal)
    nina = enter("responder")
    responder.finds_the_rejected_report(nina)
    responder.corrects_it(nina)
    reference = responder.opens_the_incident(nina)
    responder.a_monitor_sees_it_again(house, signal, reference)
    responder.reads_how_often_it_was_seen(nina)
    responder.acknowledges_at_night(nina, reference)
    responder.records_when_it_was_resolved(nina)
    responder.writes_a_note(nina)
    responder.adds_a_file(nina)
    responder.resolves_it(nina, reference)
    responder.is_told_what_keeps_it_open(nina)
    responder.answers_what_is_open(nina)
    responder.closes_it(nina, reference)


def test_auditor_checks_all_of_it(enter: Enter, house: Tool, tmp_path: Path) -> None:
    incident = house.report(outage())
    house.post(
        f"/incidents/{incident['reference']}/state", {"state": "resolved", "reason": "Mended."}
    )
    olga = enter("auditor")
    auditor.narrows_the_trail(olga, "incident.resolved")
    auditor.reads_a_difference(olga, "incident.resolved")
    auditor.verifies_the_trail(olga)
    auditor.orders_a_package(olga, incident["reference"])
    key, package = auditor.notes_the_key(olga), auditor.takes_it_along(olga, tmp_path)
    auditor.checks_it_by_upload(olga, package)
    auditor.checks_it_elsewhere(package, key)
    auditor.takes_the_figures_along(olga)
    auditor.finds_nothing_to_change(olga, incident["reference"])
    auditor.is_refused_what_was_not_offered(olga)


@pytest.mark.parametrize("look", [PHONE], indirect=True, ids=["phone"])
def test_a_page_that_is_not_in_order_ends_the_story(enter: Enter) -> None:
    """The twin: what no story may meet is seen."""
    nina = enter("responder")
    for name, fault in FAULTS.items():
        nina.page.reload()
        nina.sees("home")
        nina.page.evaluate(fault)
        with pytest.raises(AssertionError, match=name):
            nina.sees(name)
    nina.complaints.clear()


@pytest.mark.parametrize("look", [PHONE], indirect=True, ids=["phone"])
def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(enter: Enter) -> None:
    nina = enter("responder")
    opener, menu = nina.page.get_by_role("button", name="Menu", exact=True), nina.page.locator(MENU)
    opener.focus()
    nina.page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    expect(opener).to_have_attribute("aria-expanded", "true")
    nina.page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    opener.click()
    nina.page.get_by_role("button", name="Close the menu").click()
    expect(menu).to_be_hidden()
    expect(opener).to_have_attribute("aria-expanded", "false")
