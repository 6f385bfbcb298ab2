"""Every page of the console under its content security policy, in a real browser."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.browser.conftest import PASSWORD, _leaves, _note
from tests.browser.test_pages import LISTS
from tests.flows.tool import Tool, outage
from tests.live.stack import Stack, wait_for

_TELL: Final = """
document.addEventListener("securitypolicyviolation", (event) => console.error(
  `policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile} ${event.sample}`));
"""
_BOSS: Final = f"""
from governance import clock
from governance.accounts import people
from governance.accounts.roles import ROLES
from governance.ledger import ledger
people.create(username="boss", password="{PASSWORD}", email="boss@example.org", roles=list(ROLES),
              administrator=True, by=ledger.system("test"), at=clock.now())
"""
#: Pages besides the lists of the menu and what they lead to.
OTHERS: Final = [
    "/",
    "/account/",
    "/account/codes/add/",
    "/account/passkeys/add/",
    "/password_change/",
    "/login/",
    "/logout/",
    "/accounts/user/add/",
    "/accounts/apikey/add/",
    "/webhook/webhookendpoint/add/",
    "/policies/policyversion/add/",
    "/incidents/export/check/",
    "/incidents/incident/statistics/board/",
]


@pytest.fixture(scope="module")
def reported(tool: Tool, stack: Stack) -> None:
    stack.manage("shell", "-c", _BOSS)
    incident = tool.report(outage(legal_end_in=timedelta(seconds=1)))
    assert wait_for(lambda: "timer.overdue" in tool.verbs(incident), within=60)


@pytest.fixture(scope="module")
def signed_in(browser: Browser, stack: Stack, reported: None) -> StorageState:
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
    """A superuser's browser that tells of whatever the policy stops."""
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


def test_nothing_of_any_page_is_stopped_by_the_policy(boss: Page, complaints: list[str]) -> None:
    for path in [*OTHERS, *LISTS]:
        answer = boss.goto(path)
        assert answer is not None
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        first = boss.locator(f"#result_list a[href*='{path}'][href*='/change/']")
        if path in LISTS and first.count():
            boss.goto(str(first.first.get_attribute("href")))
        assert complaints == [], path


def test_code_that_a_page_brings_along_does_not_run(boss: Page, complaints: list[str]) -> None:
    """The twin: the policy is there, and what it stops is told."""
    boss.goto("/account/")
    boss.evaluate(
        "() => { const made = document.createElement('script');"
        " made.textContent = 'window.ran = true'; document.body.append(made); }"
    )
    boss.evaluate("() => document.body.setAttribute('onclick', 'window.ran = true')")
    boss.click("body")
    assert boss.evaluate("window.ran") is None
    assert any(each.startswith("policy: script-src") for each in complaints)


def test_text_is_never_made_code(boss: Page) -> None:
    boss.goto("/account/")
    ran = boss.evaluate(
        "() => new Promise((done) => {"
        " setTimeout('window.late = true', 0); setTimeout(() => done(window.late), 0); })"
    )
    assert ran is None


def test_the_menu_folds_and_stays_folded(boss: Page, complaints: list[str]) -> None:
    boss.goto("/")
    menu = boss.locator("#nav-sidebar")
    expect(menu).to_be_visible()
    boss.locator("span[x-on\\:click*='sidebarDesktopOpen']").click()
    expect(menu).to_be_hidden()
    boss.goto("/")
    expect(menu).to_be_hidden()
    assert complaints == []
