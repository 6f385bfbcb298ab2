"""Passkeys and one-time codes in a real browser, which has an authenticator of its own."""

import re
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PASSWORD, _leaves, _note
from tests.governance.signon import codes
from tests.live.stack import Stack

_AUTHENTICATOR: Final = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
_HIRE: Final = f"""
from governance import clock
from governance.accounts import people
from governance.ledger import ledger
for name in ("keyholder", "coder"):
    people.create(username=name, password="{PASSWORD}", email="", roles=["responder"],
                  administrator=False, by=ledger.system("test"), at=clock.now())
"""


@pytest.fixture(scope="module")
def hired(stack: Stack) -> None:
    stack.manage("shell", "-c", _HIRE)


@pytest.fixture
def page(hired: None, browser: Browser, stack: Stack, complaints: list[str]) -> Iterator[Page]:
    """On localhost, for a passkey belongs to a name and not to an address."""
    url = stack.url.replace("127.0.0.1", "localhost")
    with browser.new_context(base_url=url) as context:
        found = context.new_page()
        found.on("pageerror", lambda error: complaints.append(str(error)))
        found.on("console", lambda said: _note(said, complaints))
        found.on("request", lambda sent: _leaves(sent, url, complaints))
        devices = context.new_cdp_session(found)
        devices.send("WebAuthn.enable")
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": _AUTHENTICATOR})
        yield found


def sign_in(page: Page, name: str) -> None:
    page.goto("/login/?next=/account/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("#login-form button[type=submit]")


def prove_again(page: Page) -> None:
    page.fill("input[name=password]", PASSWORD)
    page.click("#account-form button[type=submit]")


def sign_out(page: Page) -> None:
    page.goto("/logout/")
    page.get_by_role("button", name="Sign out").click()


def test_a_passkey_signs_in_without_name_and_password(page: Page, complaints: list[str]) -> None:
    sign_in(page, "keyholder")
    page.get_by_role("link", name="Add a passkey").click()
    prove_again(page)
    page.check("input[name=passwordless]")
    page.click("#passkey")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()

    sign_out(page)
    page.goto("/login/?next=/account/")
    page.click("#passkey")
    expect(page.locator("h2.by-title")).to_have_text("keyholder")

    sign_out(page)
    sign_in(page, "keyholder")
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.click("#passkey")
    expect(page.locator("h2.by-title")).to_have_text("keyholder")
    assert complaints == []


def test_one_time_codes_are_set_up_and_asked_for(page: Page, complaints: list[str]) -> None:
    sign_in(page, "coder")
    page.get_by_role("link", name="Set up").click()
    prove_again(page)
    expect(page.locator("img.by-scan")).to_be_visible()
    secret = page.locator("#totp-secret").inner_text()
    page.fill("input[name=code]", codes.shown(secret))
    page.click("#account-form button[type=submit]")
    recovery = re.findall(r"\d{8}", page.locator("#recovery-codes").inner_text())
    assert len(recovery) == 10

    sign_out(page)
    sign_in(page, "coder")
    page.fill("input[name=code]", recovery[0])
    page.click("#code-form button[type=submit]")
    expect(page.locator("h2.by-title")).to_have_text("coder")
    assert complaints == []
