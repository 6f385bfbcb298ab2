"""Every page of the console under its content security policy, in a real browser."""

from collections.abc import Sequence

from playwright.sync_api import Page, expect


def test_nothing_of_any_page_is_stopped_by_the_policy(
    boss: Page, pages: Sequence[str], complaints: list[str]
) -> None:
    for path in pages:
        answer = boss.goto(path)
        assert answer is not None
        assert "script-src 'self'" in answer.headers["content-security-policy"]
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
    boss.get_by_role("button", name="Menu", exact=True).click()
    expect(menu).to_be_hidden()
    boss.goto("/")
    expect(menu).to_be_hidden()
    assert complaints == []
