from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright

from tests.flows.tool import Tool
from tests.flows.tool import tool as make_tool
from tests.live.stack import Stack

# How long a page takes says how busy the machine is.
expect.set_options(timeout=20_000)
PASSWORD: Final = "six-plain-words-in-a-row"
_QUIET: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_HIRE: Final = f"""
from governance import clock
from governance.accounts import people
from governance.ledger import ledger
people.create(username="officer", password="{PASSWORD}", email="officer@example.org",
              roles=["compliance-officer"], administrator=False,
              by=ledger.system("test"), at=clock.now())
"""


@pytest.fixture(scope="module")
def tool(stack: Stack) -> Tool:
    stack.manage("shell", "-c", _HIRE)
    return make_tool(stack)


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """Not for the session: Playwright keeps an event loop in this thread, and Django refuses its
    database to every test that runs meanwhile."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium_path, args=_QUIET)
        yield found
        found.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of, and every request that left the service."""
    return []


@pytest.fixture(scope="module")
def session(browser: Browser, stack: Stack, tool: Tool) -> StorageState:
    """What a browser keeps of an officer who has signed in at the form."""
    with browser.new_context(base_url=stack.url) as context:
        page = context.new_page()
        page.goto("/")
        page.fill("input[name=username]", "officer")
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        expect(page.get_by_text("Next deadlines")).to_be_visible()
        return context.storage_state()


@pytest.fixture(params=[1280])
def officer(
    request: pytest.FixtureRequest,
    browser: Browser,
    stack: Stack,
    session: StorageState,
    complaints: list[str],
) -> Iterator[Page]:
    """An officer's browser, signed in, on the first page; the parameter is its width."""
    context = browser.new_context(
        base_url=stack.url,
        viewport={"width": request.param, "height": 900},
        storage_state=session,
    )
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: _note(said, complaints))
    page.on("request", lambda sent: _leaves(sent, stack.url, complaints))
    page.goto("/")
    yield page
    context.close()


def _note(said: Any, complaints: list[str]) -> None:
    if said.type == "error":
        complaints.append(said.text)


def _leaves(sent: Any, url: str, complaints: list[str]) -> None:
    if not sent.url.startswith((url, "data:", "blob:")):
        complaints.append(f"left the service: {sent.url}")
