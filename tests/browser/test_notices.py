"""A notice in real browsers, from its draft to the mail server: one writes, another approves."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PASSWORD
from tests.flows.tool import Tool, outage
from tests.live.stack import Stack

_COUNSEL = f"""
from governance import clock
from governance.accounts import people
from governance.ledger import ledger
people.create(username="counsel", password="{PASSWORD}", email="", roles=["legal-counsel"],
              administrator=False, by=ledger.system("test"), at=clock.now())
"""


@pytest.fixture(scope="module")
def counsel(stack: Stack, tool: Tool) -> str:
    stack.manage("shell", "-c", _COUNSEL)
    return "counsel"


@pytest.fixture
def lawyer(browser: Browser, stack: Stack, counsel: str) -> Iterator[Page]:
    with browser.new_context(base_url=stack.url) as context:
        page = context.new_page()
        page.goto("/")
        page.fill("input[name=username]", counsel)
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        expect(page.get_by_text("Notices to approve")).to_be_visible()
        yield page


def draft(page: Page, tool: Tool, *, legal_end_in: timedelta | None = None) -> str:
    """The address of a notice that was begun on the page of its deadline."""
    incident = tool.report(outage(legal_end_in=legal_end_in))
    page.goto(f"/incidents/clock/{tool.stage(incident, 'initial')['id']}/change/")
    page.get_by_role("button", name="Draft the notice").click()
    expect(page.get_by_text("The notice is drafted from what is known.")).to_be_visible()
    return page.url


def test_what_one_writes_and_another_approves_reaches_the_mail_server(
    officer: Page, lawyer: Page, tool: Tool, stack: Stack, complaints: list[str]
) -> None:
    address = draft(officer, tool)
    officer.locator("textarea[name=body]").fill("The store was stale.\nIt is mended.")
    officer.locator("#action-edit").get_by_role("button", name="Save").click()
    officer.get_by_role("button", name="Submit for review").click()
    expect(officer.get_by_text("It is in review")).to_be_visible()

    lawyer.goto(address)
    lawyer.get_by_role("button", name="Approve this text").click()
    expect(lawyer.get_by_text("You have approved text 2.")).to_be_visible()

    officer.goto(address)
    officer.locator("summary", has_text="Send by e-mail").click()
    officer.fill("#action-send input[name=to]", "authority@example.org")
    if officer.locator("#id_send_incomplete").count():
        officer.check("#id_send_incomplete")
    officer.locator("#action-send").get_by_role("button", name="Send by e-mail").click()
    expect(officer.get_by_text("It is on its way to authority@example.org.")).to_be_visible()

    expect(_state(officer)).to_have_text("Sent", timeout=30_000)
    (letter,) = stack.mail.to("authority@example.org")
    assert "The store was stale." in letter.get_content()
    assert complaints == []


def _state(page: Page) -> Locator:
    """The label of the state, once the page was loaded often enough for the sweep to have run."""
    for _ in range(20):
        if page.locator(".by-head .by-label").first.inner_text() == "Sent":
            break
        page.wait_for_timeout(1_000)
        page.reload()
    return page.locator(".by-head .by-label").first


def test_the_letter_and_its_list_follow_what_is_typed(
    officer: Page, tool: Tool, complaints: list[str]
) -> None:
    draft(officer, tool, legal_end_in=timedelta(minutes=55))
    expect(officer.locator(".by-left time")).to_have_text(re.compile(r"^in \d+ min \d+ s$"))
    officer.locator("textarea[name=body]").fill("Nobody has saved this.")
    expect(officer.locator("#letter")).to_have_text("Nobody has saved this.")
    expect(officer.locator("#unsaved")).to_be_visible()
    assert officer.locator("#required").get_by_text("in the text", exact=True).count() == 0

    officer.on("dialog", lambda dialog: dialog.accept())  # what was typed is not saved
    officer.reload()
    expect(officer.locator("#letter")).not_to_have_text("Nobody has saved this.")
    assert complaints == []


def test_a_deadline_that_passes_while_the_page_is_open_is_marked(
    officer: Page, tool: Tool, complaints: list[str]
) -> None:
    address = draft(officer, tool, legal_end_in=timedelta(minutes=55))
    officer.clock.install()
    officer.goto(address)
    expect(officer.locator(".by-left time")).not_to_have_class(re.compile("by-passed"))
    officer.clock.fast_forward("02:00:00")
    expect(officer.locator(".by-left time.by-passed")).to_have_text(re.compile(r" late$"))
    expect(officer.get_by_role("status")).to_contain_text("A deadline on this page has just passed")
    assert complaints == []


def test_two_who_save_at_once_see_both_texts(officer: Page, lawyer: Page, tool: Tool) -> None:
    address = draft(officer, tool)
    lawyer.goto(address)
    lawyer.locator("textarea[name=body]").fill("Theirs.")
    lawyer.locator("#action-edit").get_by_role("button", name="Save").click()
    expect(lawyer.get_by_text("Saved as text 2.")).to_be_visible()

    officer.locator("textarea[name=body]").fill("Mine.")
    officer.locator("#action-edit").get_by_role("button", name="Save").click()
    expect(officer.get_by_text("Somebody saved another text meanwhile")).to_be_visible()
    expect(officer.locator(".by-removed", has_text="Theirs.")).to_be_visible()

    officer.get_by_role("button", name="Put mine in its place").click()
    expect(officer.get_by_text("Saved as text 3.")).to_be_visible()
    expect(officer.locator("textarea[name=body]")).to_have_value(re.compile(r"^Mine\.\s*$"))


@pytest.mark.parametrize("officer", [1280, 390], indirect=True)
def test_the_workspace_fits_the_screen(officer: Page, tool: Tool, complaints: list[str]) -> None:
    draft(officer, tool)
    overflow = officer.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0
    assert complaints == []


def test_a_file_is_kept_by_the_browser(officer: Page, tool: Tool) -> None:
    draft(officer, tool)
    officer.locator("summary", has_text="Add a file").click()
    file = {"name": "log.html", "mimeType": "text/html", "buffer": b"<script>alert(1)</script>"}
    officer.set_input_files("#action-attach input[type=file]", files=[file])  # type: ignore[list-item]
    officer.locator("#action-attach").get_by_role("button", name="Add a file").click()
    expect(officer.get_by_text("log.html is added.")).to_be_visible()

    with officer.expect_download() as download:
        officer.get_by_role("link", name="log.html").click()
    assert download.value.suggested_filename == "log.html"
