"""A policy's way from draft to force, in a real browser: one writes, another approves."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.browser.conftest import PASSWORD
from tests.live.stack import Stack

RULES: Final = "  rules:\n"
RULE: Final = """\
  rules:
    - id: assistant
      level: SEV1
      because: The assistant talks to all customers.
      when: {system.name: Support assistant, harms: {includes: privacy}}

"""
_HIRE: Final = f"""
from governance import clock
from governance.accounts import people
from governance.ledger import ledger
for name, role in (("officer", "compliance-officer"), ("counsel", "legal-counsel")):
    people.create(username=name, password="{PASSWORD}", email="", roles=[role],
                  administrator=False, by=ledger.system("test"), at=clock.now())
"""


@pytest.fixture(scope="module")
def tool(stack: Stack) -> None:
    """In place of a tool that reports: two people, because no test here needs an incident."""
    stack.manage("shell", "-c", _HIRE)


@pytest.fixture
def counsel(browser: Browser, stack: Stack, tool: None) -> Iterator[Page]:
    """Another person's browser."""
    with browser.new_context(base_url=stack.url) as context:
        page = context.new_page()
        page.goto("/")
        page.fill("input[name=username]", "counsel")
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        expect(page.get_by_text("Next deadlines")).to_be_visible()
        yield page


def begin(page: Page) -> Any:
    """The editor with the next version of the severity policy."""
    page.goto("/policies/policyversion/?kind=SeverityPolicy&standing=in_force")
    page.get_by_role("link", name="severity").first.click()
    page.get_by_role("link", name="New version of this").click()
    return page.locator("textarea[name=text]")


def save(page: Page) -> str:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("h2.by-title")).to_have_text("Severity of AI incidents")
    return page.url


def test_a_mistake_is_shown_while_typing_and_leads_to_its_line(officer: Page) -> None:
    editor = begin(officer)
    text = editor.input_value()

    editor.fill(text.replace("level: SEV2", "level: SEV22", 1))
    expect(officer.locator("#problems")).to_contain_text("Did you mean 'SEV2'?")
    officer.locator("#problems .by-jump").click()

    selected = editor.evaluate("it => it.value.slice(it.selectionStart, it.selectionEnd)")
    assert selected == "SEV22"
    editor.fill(text)
    expect(officer.locator("#problems")).to_contain_text("no problem")


def test_one_writes_and_another_puts_it_in_force_for_a_day(
    officer: Page, counsel: Page, complaints: list[str]
) -> None:
    day = (datetime.now(UTC) + timedelta(days=40)).replace(hour=0, minute=0, second=0)
    editor = begin(officer)
    editor.fill(editor.input_value().replace(RULES, RULE, 1))
    url = save(officer)
    officer.locator("summary", has_text="Submit for review").click()
    officer.fill("#action-submit textarea[name=comment]", "They reach everybody.")
    officer.locator("#action-submit").get_by_role("button").click()
    expect(officer.get_by_text("somebody else must approve it")).to_be_visible()
    expect(officer.locator("#action-approve")).to_have_count(0)

    counsel.goto(url)
    expect(counsel.locator("#difference")).to_contain_text("The rule ‘assistant’ is new")
    counsel.locator("#impact").get_by_role("button", name="Look at the impact").click()
    expect(counsel.locator("#impact")).to_contain_text("Done")
    counsel.locator("summary", has_text="Approve").click()
    counsel.fill("#action-approve input[name=effective_from]", f"{day:%Y-%m-%dT%H:%M:%S}")
    counsel.locator("#action-approve").get_by_role("button").click()
    expect(counsel.locator(".by-head .by-label")).to_have_text("Scheduled")

    counsel.goto("/policies/policyversion/days/")
    counsel.locator("#changes").get_by_role("link", name=f"{day:%Y-%m-%d}").click()
    expect(counsel.locator("#held h3")).to_contain_text(f"{day:%Y-%m-%d}")
    expect(counsel.get_by_text("then, not now:")).to_contain_text("Severity of AI incidents")
    assert complaints == []


def test_leaving_with_unsaved_words_asks_first(officer: Page) -> None:
    editor = begin(officer)
    editor.press_sequentially("# more")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    officer.on("dialog", stay)

    officer.get_by_role("link", name="Leave without saving").click(no_wait_after=True)

    expect(editor).to_have_value(editor.input_value())
    assert asked == ["beforeunload"]


def test_without_scripts_a_button_checks(browser: Browser, stack: Stack, session: Any) -> None:
    with browser.new_context(
        base_url=stack.url, storage_state=session, java_script_enabled=False
    ) as context:
        page = context.new_page()
        page.goto("/policies/policyversion/add/?kind=Playbook")
        editor = page.locator("textarea[name=text]")
        editor.fill(editor.input_value().replace("role: responder", "role: respnder"))
        page.get_by_role("button", name="Check").click()
        expect(page.locator("#problems")).to_contain_text("responder")
        expect(editor).to_have_value(editor.input_value())


PAGES = [
    "/policies/policyversion/",
    "/policies/policyversion/add/",
    "/policies/policyversion/add/?kind=ObligationPolicy",
    "/policies/policyversion/days/",
]


@pytest.mark.parametrize("officer", [1280, 390], indirect=True)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_its_screen(officer: Page, complaints: list[str], path: str) -> None:
    officer.goto(path)
    officer.wait_for_load_state("networkidle")
    assert complaints == []
    assert officer.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


@pytest.mark.parametrize("officer", [1280, 390], indirect=True)
@pytest.mark.parametrize("kind", ["SeverityPolicy", "ObligationPolicy", "Taxonomy", "Calendar"])
def test_the_page_of_a_version_fits_its_screen(
    officer: Page, complaints: list[str], kind: str
) -> None:
    officer.goto(f"/policies/policyversion/?kind={kind}&standing=in_force")
    officer.locator("#result_list a").first.click()
    officer.locator("summary", has_text="In words").click()
    officer.wait_for_load_state("networkidle")
    assert complaints == []
    assert officer.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
