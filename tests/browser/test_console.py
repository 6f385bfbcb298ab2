"""An officer's day in a real browser against the real service."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils.html import strip_tags
from playwright.sync_api import Page, expect

from governance.console import times
from tests.flows.tool import Tool, outage
from tests.translating import catalogue
from tests.translating.brackets import ASKING

SOON = timedelta(minutes=50)
#: Shows what a countdown says with so many seconds left.
LEFT = """(time, seconds) => {
  const [asked] = performance.getEntriesByType("navigation");
  time.dataset.left = seconds + (performance.now() - asked.requestStart) / 1000;
  document.dispatchEvent(new Event("visibilitychange"));
  return time.textContent;
}"""


@pytest.fixture(scope="module")
def stack_settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """It speaks the language of brackets to whoever asks for it, and English else."""
    folder = tmp_path_factory.mktemp("translated")
    catalogue.write(folder)
    return {"DJANGO_SETTINGS_MODULE": "tests.translating.settings", "TRANSLATED": str(folder)}


def open_incident(page: Page, reference: str) -> None:
    page.goto(f"/incidents/incident/?q={reference}")
    page.get_by_role("link", name=reference).first.click()
    expect(page.locator("h2.by-title")).to_contain_text(reference)


def test_the_first_page_leads_to_the_deadline_of_a_report(officer: Page, tool: Tool) -> None:
    incident = tool.report(outage(legal_end_in=SOON / 10))  # sooner than all others: it leads
    officer.goto("/")

    row = officer.locator("tr", has_text=incident["reference"]).first
    expect(row).to_contain_text("min")
    row.get_by_role("link", name="First message").click()

    expect(officer.locator("h2.by-title")).to_have_text("First message")
    expect(officer.get_by_text("House rule 1").first).to_be_visible()


def test_a_countdown_that_runs_says_what_the_server_would(officer: Page, tool: Tool) -> None:
    incident = tool.report(outage(legal_end_in=SOON))
    officer.goto(f"/incidents/clock/?q={incident['reference']}")
    countdown, now = officer.locator("time[data-left]").first, datetime.now(UTC)
    for left in (0.5, 754.5, 5430, 86400 * 2.6, -30.5, -7230, -86400 * 3.1):
        made = times.countdown(now + timedelta(seconds=left), now=now)
        assert countdown.evaluate(LEFT, left) == strip_tags(made)


def test_a_countdown_runs_in_the_language_of_the_reader(
    officer: Page, tool: Tool, complaints: list[str]
) -> None:
    incident = tool.report(outage(legal_end_in=SOON))
    officer.set_extra_http_headers(ASKING)
    officer.goto(f"/incidents/clock/?q={incident['reference']}")
    countdown = officer.locator("time[data-left]").first

    expect(countdown).not_to_have_text(countdown.inner_text())
    expect(countdown).to_have_text(re.compile(r"^⟦in ⟦\d+ min \d+ s⟧⟧$"))
    assert countdown.evaluate(LEFT, 0) == "⟦⟦0 min 0 s⟧ late⟧"
    expect(officer.locator(".by-passing")).to_have_text(re.compile("^⟦A deadline.*stands.⟧$"))
    officer.emulate_media(reduced_motion="reduce")
    assert countdown.evaluate(LEFT, 754.5) == "⟦in ⟦12 min⟧⟧"
    assert complaints == []


def test_the_editor_speaks_the_language_of_the_reader(officer: Page, complaints: list[str]) -> None:
    officer.set_extra_http_headers(ASKING)
    officer.goto("/policies/policyversion/add/?paste=1")
    officer.locator(".cm-content").focus()
    officer.keyboard.type("kind: Playbook")
    expect(officer.get_by_role("tab", name="⟦Problems (")).to_be_visible()
    officer.keyboard.press("Control+F")
    expect(officer.get_by_placeholder("⟦Find⟧")).to_be_focused()
    assert complaints == []

    officer.context.set_offline(True)
    officer.locator(".cm-content").focus()
    officer.keyboard.type("s")
    expect(officer.locator("#checking")).to_have_text(re.compile("^⟦not checked: .*not lost.⟧$"))


def test_the_board_shows_the_report_and_leads_to_its_incident(officer: Page, tool: Tool) -> None:
    incident = tool.report(outage(legal_end_in=SOON))
    officer.get_by_role("link", name="Deadline board").first.click()

    officer.fill("#searchbar", incident["reference"])
    officer.press("#searchbar", "Enter")
    officer.get_by_role("link", name=incident["reference"]).first.click()

    expect(officer.locator("h2.by-title")).to_contain_text("Feature store returns stale values")


def test_acknowledging_is_one_click(officer: Page, tool: Tool) -> None:
    incident = tool.report(outage())
    open_incident(officer, incident["reference"])

    officer.get_by_role("button", name="Acknowledge").click()

    expect(officer.get_by_text(f"You have acknowledged {incident['reference']}.")).to_be_visible()
    row = officer.locator("#timeline li", has_text="incident.acknowledged")
    expect(row).to_contain_text("officer")
    expect(officer.get_by_role("button", name="Acknowledge")).to_have_count(0)


def test_recording_as_sent_starts_the_next_stage(officer: Page, tool: Tool) -> None:
    incident = tool.report(outage(legal_end_in=SOON))
    clock = tool.stage(incident, "initial")["id"]
    officer.goto(f"/incidents/clock/{clock}/change/")

    officer.locator("summary", has_text="Record as sent").click()
    officer.fill("input[name=submitted_at]", f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}")
    officer.fill("input[name=receipt_number]", "R-2026-17")
    officer.locator("#action-fulfil").get_by_role("button", name="Record as sent").click()

    expect(officer.get_by_text("Recorded as sent: First message.")).to_be_visible()
    expect(officer.get_by_role("definition").filter(has_text="R-2026-17")).to_be_visible()
    assert tool.stage(incident, "initial")["standing"] == "met"
    assert tool.stage(incident, "final")["standing"] == "running"


def test_what_would_happen_is_told_before_it_does(officer: Page, tool: Tool) -> None:
    incident = tool.report(outage(legal_end_in=SOON))
    open_incident(officer, incident["reference"])
    form = officer.locator("#action-resolve")

    officer.locator("summary", has_text="More actions").click()
    form.locator("summary").click()
    form.locator("input[name=reason]").fill("The store was rolled back.")
    form.get_by_role("button", name="See what would happen").click()

    expect(form.get_by_role("status")).to_contain_text("Open → Resolved")
    assert tool.get(f"/incidents/{incident['reference']}")["state"] == "open"
    form.get_by_role("button", name="Resolve", exact=True).click()
    expect(officer.get_by_text(f"{incident['reference']} is resolved.")).to_be_visible()


def test_the_outline_leads_by_keyboard(officer: Page, tool: Tool) -> None:
    incident = tool.report(outage(legal_end_in=SOON))
    open_incident(officer, incident["reference"])
    outline = officer.get_by_role("navigation", name="On this page")

    outline.get_by_role("link", name="Log").focus()
    officer.keyboard.press("Enter")

    expect(officer.locator("#timeline h3")).to_be_in_viewport()
    expect(outline).to_be_in_viewport()


def test_facts_that_do_not_fit_are_explained_and_not_lost(officer: Page, tool: Tool) -> None:
    incident = tool.report(outage())
    open_incident(officer, incident["reference"])

    officer.locator("summary", has_text="Add or correct facts").click()
    officer.fill("textarea[name=facts]", '{"harms": ["privcy"]}')
    officer.fill("#action-amend input[name=reason]", "A user wrote.")
    officer.locator("#action-amend").get_by_role("button", name="Add or correct facts").click()

    expect(officer.get_by_text("Did you mean 'privacy'?")).to_be_visible()
    expect(officer.locator("textarea[name=facts]")).to_have_value('{"harms": ["privcy"]}')


def test_a_rejected_report_is_corrected_in_place(officer: Page, tool: Tool) -> None:
    report = outage() | {"system": "feature-stor"}
    refused = tool.post("/incidents", report, expect=422)
    officer.goto(f"/incidents/submission/{refused['submission']}/change/")
    expect(officer.get_by_text("Nearest:")).to_contain_text("feature-store")

    officer.locator("summary", has_text="Correct the report").click()
    editor = officer.locator("textarea[name=report]")
    editor.fill(editor.input_value().replace("feature-stor", "feature-store"))
    officer.locator("#action-correct").get_by_role("button").click()

    opened = officer.get_by_text("The corrected report opened")
    expect(opened).to_have_text(re.compile(r"INC-\d{4}-\d{6}"))


def test_the_trail_of_an_incident_is_found_by_its_id(officer: Page, tool: Tool) -> None:
    incident = tool.report(outage())
    open_incident(officer, incident["reference"])

    officer.get_by_role("link", name="In the audit trail").click()
    officer.get_by_role("link", name="incident.reported").click()

    expect(officer.get_by_text(incident["reference"]).first).to_be_visible()
    officer.get_by_text("Its exact bytes and their digest").click()
    expect(officer.get_by_text("fits the bytes")).to_be_visible()


PAGES = [
    "/",
    "/incidents/clock/",
    "/incidents/incident/",
    "/incidents/duty/",
    "/incidents/submission/",
    "/policies/policyversion/",
    "/ledger/entry/",
    "/outbox/message/",
]


@pytest.mark.parametrize("officer", [1280, 390], indirect=True)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_its_screen_and_stays_at_home(
    officer: Page, tool: Tool, complaints: list[str], path: str
) -> None:
    tool.report(outage(legal_end_in=SOON))
    officer.goto(path)
    officer.wait_for_load_state("networkidle")
    assert complaints == []
    width = officer.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert width <= 0


@pytest.mark.parametrize("officer", [1280, 390], indirect=True)
@pytest.mark.parametrize("kind", ["incident", "clock"])
def test_the_page_of_one_object_fits_its_screen(
    officer: Page, tool: Tool, complaints: list[str], kind: str
) -> None:
    incident = tool.report(outage(legal_end_in=SOON))
    key = incident["id"] if kind == "incident" else tool.stage(incident, "initial")["id"]
    officer.goto(f"/incidents/{kind}/{key}/change/")
    officer.wait_for_load_state("networkidle")
    assert complaints == []
    width = officer.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert width <= 0
