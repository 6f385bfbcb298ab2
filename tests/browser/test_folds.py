"""A phone folds what is calm of an incident; desk and paper have all, and links open what they
lead to."""

from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.flows.tool import Tool, outage

PHONE, DESK = 390, 1280


@pytest.fixture(scope="module")
def address(tool: Tool) -> str:
    return f"/incidents/incident/{tool.report(outage())['id']}/change/"


@pytest.mark.parametrize("officer", [PHONE], indirect=True)
def test_on_a_phone_the_page_is_a_third_as_long(officer: Page, address: str) -> None:
    length = "document.documentElement.scrollHeight"
    officer.goto(address)
    expect(officer.locator("#facts .by-pairs")).to_be_hidden()
    folded = officer.evaluate(length)
    officer.evaluate(
        "document.querySelectorAll('details[data-fold]').forEach(it => it.open = true)"
    )
    assert folded * 3 < officer.evaluate(length)


@pytest.mark.parametrize("officer", [PHONE], indirect=True)
def test_a_link_opens_what_it_leads_to(officer: Page, address: str) -> None:
    officer.goto(address)
    officer.locator(".by-outline").get_by_role("link", name="Facts").click()
    expect(officer.locator("#facts .by-pairs")).to_be_visible()
    expect(officer.locator("#facts")).to_be_in_viewport()


@pytest.mark.parametrize("officer", [PHONE], indirect=True)
def test_an_address_opens_what_it_names(officer: Page, address: str) -> None:
    officer.goto(f"{address}#why-severity")
    expect(officer.locator("#why-severity")).to_be_in_viewport()
    expect(officer.locator("#record .by-pairs")).to_be_hidden()


@pytest.mark.parametrize("officer", [PHONE], indirect=True)
def test_the_keyboard_opens_a_fold(officer: Page, address: str) -> None:
    officer.goto(address)
    officer.locator("#facts > summary").focus()
    officer.keyboard.press("Enter")
    expect(officer.locator("#facts .by-pairs")).to_be_visible()


@pytest.mark.parametrize("officer", [PHONE], indirect=True)
def test_paper_has_what_a_phone_folds(officer: Page, address: str) -> None:
    officer.goto(address)
    expect(officer.locator("#facts .by-pairs")).to_be_hidden()
    pages = PdfReader(BytesIO(officer.pdf(format="A4"))).pages
    printed = " ".join(each.extract_text() for each in pages)
    assert "incident.title" in printed.replace("\n", " ").replace(" › ", ".")
    expect(officer.locator("#facts .by-pairs")).to_be_hidden()


def test_on_a_desk_nothing_is_folded(officer: Page, address: str) -> None:
    officer.goto(address)
    expect(officer.locator("#facts .by-pairs")).to_be_visible()
    assert officer.locator("details[data-fold]:not([open])").count() == 0


@pytest.mark.parametrize("officer", [PHONE], indirect=True)
def test_a_phone_that_is_turned_has_all(officer: Page, address: str) -> None:
    officer.goto(address)
    expect(officer.locator("#facts .by-pairs")).to_be_hidden()
    officer.set_viewport_size({"width": DESK, "height": 900})
    expect(officer.locator("#facts .by-pairs")).to_be_visible()


# --- the filters of the audit trail --------------------------------------------------------------


@pytest.mark.parametrize("officer", [PHONE], indirect=True)
def test_on_a_phone_the_trail_begins_with_entries_and_not_with_a_form(officer: Page) -> None:
    officer.goto("/ledger/entry/?readings=without")
    form = officer.locator(".by-filter")
    expect(form).to_be_hidden()
    officer.locator("summary", has_text="1 filter in force").click()
    expect(form).to_be_visible()


def test_on_a_desk_the_form_of_the_trail_stands_as_it_did(officer: Page) -> None:
    officer.goto("/ledger/entry/")
    expect(officer.locator(".by-filter")).to_be_visible()
    expect(officer.locator("summary", has_text="Narrow the trail")).to_be_hidden()
