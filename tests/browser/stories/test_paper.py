"""What the pages are on paper: without the console around them, dark on white, and whole."""

from collections.abc import Iterator
from io import BytesIO
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, StorageState
from pypdf import PdfReader

from tests.flows.tool import Tool, outage
from tests.live.stack import Stack

#: What only a screen is for.
_CLICKED: Final = ":is(button, input, select, textarea, nav, #header-inner, #nav-sidebar):visible"
_INK: Final = """() => [document.body, ...document.querySelectorAll("main, .by-card")].map(
  (it) => getComputedStyle(it).backgroundColor)"""
PAGES: Final = {
    "incident": "What nobody knows yet",
    "board": "AI incidents: report to the board",
    "duties": "Duties of all regimes",
    "trail": "incident.reported",
}


@pytest.fixture(scope="module")
def addresses(tool: Tool) -> dict[str, str]:
    incident = tool.report(outage())
    return {
        "incident": f"/incidents/incident/{incident['id']}/change/",
        "board": "/incidents/incident/statistics/board/",
        "duties": "/policies/policyversion/duties/",
        "trail": "/ledger/entry/",
    }


@pytest.fixture
def sheet(browser: Browser, stack: Stack, session: StorageState) -> Iterator[Page]:
    """As wide as a sheet of A4, for somebody whose screen is dark."""
    with browser.new_context(
        base_url=stack.url,
        storage_state=session,
        color_scheme="dark",
        viewport={"width": 703, "height": 1000},
    ) as context:
        yield context.new_page()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_on_paper_has_what_is_read_and_nothing_to_click(
    sheet: Page, addresses: dict[str, str], name: str
) -> None:
    sheet.goto(addresses[name])
    assert sheet.locator(_CLICKED).count() > 0
    pages = PdfReader(BytesIO(sheet.pdf(format="A4"))).pages
    assert PAGES[name] in " ".join(each.extract_text() for each in pages).replace("\n", " ")

    sheet.emulate_media(media="print")
    assert sheet.locator(_CLICKED).count() == 0
    assert set(sheet.evaluate(_INK)) <= {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
    assert sheet.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
