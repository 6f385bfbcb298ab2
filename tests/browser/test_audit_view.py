"""The audit view in a real browser: the drawn trail, a verification that follows itself, a package
that somebody brings."""

import io
import json
import zipfile

import pytest
from playwright.sync_api import Page, expect

from incidents.figures.question import USUAL
from tests.flows.tool import Tool, outage
from tests.live.stack import Stack

ASKED = """
INSERT INTO incidents_keptfigures
    (key, question, state, wanted_at, requested_at, parts, error, attempts)
VALUES (%s, %s, 'waiting', now(), now(), '{}', '', 0)
"""
PAGES = [
    "/ledger/entry/?readings=without",
    "/ledger/checkpoint/",
    "/incidents/export/check/",
    "/incidents/incident/statistics/",
    "/incidents/incident/statistics/board/",
]


def test_a_bar_of_the_trail_leads_to_its_entries(officer: Page, tool: Tool) -> None:
    tool.report(outage())
    officer.goto("/ledger/entry/?verb=incident.reported")

    officer.locator("#activity svg a").last.click(force=True)

    officer.wait_for_url("**since=*")
    assert "verb=incident.reported" in officer.url
    expect(officer.locator("#result_list").get_by_text("incident.reported").first).to_be_visible()


def test_a_verification_shows_its_end_by_itself(officer: Page, tool: Tool) -> None:
    tool.report(outage())
    officer.goto("/ledger/verification/add/")

    officer.get_by_role("button", name="Create").click()

    expect(officer.get_by_text("Everything is as it was sealed.")).to_be_visible(timeout=90_000)
    expect(officer.locator("progress")).to_have_count(0)


def test_figures_that_are_being_counted_appear_by_themselves(
    officer: Page, tool: Tool, stack: Stack
) -> None:
    tool.report(outage())
    with stack.locked("incidents_clock"):  # they take long
        stack.rewrite(ASKED, USUAL.key, json.dumps(USUAL.as_dict()))
        officer.goto("/incidents/incident/statistics/")
        expect(officer.get_by_text("The figures are being counted")).to_be_visible()
        expect(officer.locator("progress")).to_be_visible()

    expect(officer.get_by_text("over time")).to_be_visible(timeout=60_000)
    expect(officer.locator("progress")).to_have_count(0)


def test_a_package_that_is_none_is_explained(
    officer: Page, tool: Tool, complaints: list[str]
) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        package.writestr("bag/bagit.txt", "nothing")
    officer.goto("/incidents/export/check/")

    file = {"name": "package.zip", "mimeType": "application/zip", "buffer": written.getvalue()}
    officer.set_input_files("input[type=file]", file)  # type: ignore[arg-type]
    officer.get_by_role("button", name="Check").click()

    expect(officer.get_by_text("This is not what was signed.")).to_be_visible(timeout=60_000)
    assert complaints == []


@pytest.mark.parametrize("officer", [1280, 390], indirect=True)
def test_the_pages_fit_their_screen_and_stay_at_home(
    officer: Page, tool: Tool, complaints: list[str]
) -> None:
    tool.report(outage())
    for path in PAGES:
        officer.goto(path)
        officer.wait_for_load_state("networkidle")
        assert complaints == [], path
        wider = officer.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, path
