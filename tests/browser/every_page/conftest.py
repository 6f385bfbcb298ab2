"""A service in which there is something of everything, and somebody who may open every page."""

from collections.abc import Iterator, Sequence
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.browser.conftest import PASSWORD, _leaves, _note
from tests.browser.every_page.house import furnished
from tests.live import servers
from tests.live.stack import Stack, environment, manage

_BOSS: Final = f"""
from governance import clock
from governance.accounts import people
from governance.accounts.roles import ROLES
from governance.ledger import ledger
people.create(username="boss", password="{PASSWORD}", email="boss@example.org", roles=list(ROLES),
              administrator=True, by=ledger.system("test"), at=clock.now())
"""
_TELL: Final = """
document.addEventListener("securitypolicyviolation", (event) => console.error(
  `policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile} ${event.sample}`));
"""


@pytest.fixture(scope="module")
def prepared_database(
    running_servers: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Without the shipped policies: the house has its own."""
    name = f"bare_{servers.WORKER or 'only'}"
    with servers.database(name) as url:
        own = environment(tmp_path_factory.mktemp("bare"), url)
        manage(own, "prepare", "--static-only")
        manage(own, "migrate")
        yield name


@pytest.fixture(scope="module")
def pages(stack: Stack) -> Sequence[str]:
    """The address of every page of a service in which there is something of everything."""
    stack.manage("shell", "-c", _BOSS)
    return furnished(stack)


@pytest.fixture(scope="module")
def signed_in(browser: Browser, stack: Stack, pages: Sequence[str]) -> StorageState:
    with browser.new_context(base_url=stack.url) as context:
        page = context.new_page()
        page.goto("/login/?next=/account/")
        page.fill("input[name=username]", "boss")
        page.fill("input[name=password]", PASSWORD)
        page.click("#login-form button[type=submit]")
        expect(page.locator("h2.by-title")).to_have_text("boss")
        return context.storage_state()


@pytest.fixture
def boss(
    browser: Browser, stack: Stack, signed_in: StorageState, complaints: list[str]
) -> Iterator[Page]:
    """The browser of somebody with every role, that tells of whatever the policy stops."""
    with browser.new_context(base_url=stack.url, storage_state=signed_in) as context:
        page = context.new_page()
        page.add_init_script(_TELL)
        page.on("pageerror", lambda error: complaints.append(f"{page.url} {error}"))
        page.on("console", lambda said: _note(said, complaints))
        page.on("response", lambda got: _failed(got.status, got.url, complaints))
        page.on("request", lambda sent: _leaves(sent, stack.url, complaints))
        yield page


def _failed(status: int, url: str, complaints: list[str]) -> None:
    if status >= 400:
        complaints.append(f"{status} {url}")
