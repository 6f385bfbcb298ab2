"""A policy's way from draft to force, in a real browser: one writes, another approves."""

import re
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


_PASTE: Final = """(it, text) => {
  const given = new DataTransfer();
  given.setData("text/plain", text);
  const event = { clipboardData: given, bubbles: true, cancelable: true };
  it.dispatchEvent(new ClipboardEvent("paste", event));
}"""


class Editor:
    """The editor of a page. The field behind it is what the form sends."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.content = page.locator(".cm-content")
        self.field = page.locator("textarea[name=text]")
        expect(self.content).to_be_visible()

    @property
    def text(self) -> str:
        return self.field.input_value()

    def paste(self, text: str) -> None:
        """In the place of all that there is."""
        self.content.focus()
        self.page.keyboard.press("Control+A")
        self.content.evaluate(_PASTE, text)
        expect(self.field).to_have_value(text)

    def type(self, text: str) -> None:
        """Below the last line."""
        self.content.focus()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type(text)

    @property
    def options(self) -> Any:
        return self.page.locator(".cm-tooltip-autocomplete li")


def begin(page: Page) -> Editor:
    """The editor with the next version of the severity policy."""
    page.goto("/policies/policyversion/?kind=SeverityPolicy&standing=in_force")
    page.get_by_role("link", name="severity").first.click()
    page.get_by_role("link", name="New version of this").click()
    return Editor(page)


def blank(page: Page) -> Editor:
    page.goto("/policies/policyversion/add/?paste=1")
    return Editor(page)


def save(page: Page) -> str:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("h2.by-title")).to_have_text("Severity of AI incidents")
    return page.url


def test_a_mistake_is_marked_while_typing_and_leads_to_its_line(
    officer: Page, complaints: list[str]
) -> None:
    editor = begin(officer)
    text = editor.text

    editor.paste(text.replace("level: SEV2", "level: SEV22", 1))
    officer.get_by_role("tab", name="Problems (1)").click()
    expect(officer.locator("#problems")).to_contain_text("Did you mean 'SEV2'?")
    officer.locator("#problems .by-jump").click()

    expect(officer.locator(".cm-lintRange-error")).to_have_text("SEV22")
    assert officer.evaluate("document.getSelection().toString()") == "SEV22"
    editor.paste(text)
    expect(officer.locator("#problems")).to_contain_text("every policy test passes")
    expect(officer.locator(".cm-lintRange-error")).to_have_count(0)
    assert complaints == []


def test_the_schema_completes_keys_and_values(officer: Page, complaints: list[str]) -> None:
    editor = blank(officer)
    editor.type("apiVersion: bylaw/v1\nkind: ")
    assert editor.text == "apiVersion: bylaw/v1\nkind: "
    editor.type("Obl")
    expect(editor.options).to_have_text(["ObligationPolicy"])
    officer.keyboard.press("Enter")
    officer.keyboard.type("\nspec:\n")
    assert editor.text.endswith("kind: ObligationPolicy\nspec:\n  ")
    editor.paste("kind: ObligationPolicy\nspec:\n  regime:\n    title: x\n    ")
    editor.type("aut")
    expect(editor.options.first).to_contain_text("authority")
    officer.keyboard.press("Enter")
    assert editor.text.endswith("    title: x\n    authority: ")
    assert complaints == []


def test_facts_and_names_in_force_are_completed(officer: Page) -> None:
    editor = blank(officer)
    editor.paste("kind: ObligationPolicy\nspec:\n  applies_when: {harms: {includes: ")
    editor.type("priv")
    expect(editor.options.first).to_have_text("privacy")
    officer.keyboard.press("Escape")
    editor.paste("kind: ObligationPolicy\nmetadata:\n  owner: ")
    editor.type("leg")
    expect(editor.options.first).to_contain_text("legal-counsel")


def test_the_words_follow_the_text(officer: Page) -> None:
    editor = begin(officer)
    editor.paste(editor.text.replace("because: ", "because: Whatever else. ", 1))
    officer.get_by_role("tab", name="In words").click()
    expect(officer.locator("#words")).to_contain_text("Whatever else.")
    editor.paste(editor.text + "]")
    expect(officer.locator("#words.by-stale")).to_contain_text("Whatever else.")


def test_a_part_goes_where_it_belongs(officer: Page) -> None:
    editor = begin(officer)
    officer.get_by_role("tab", name="Examples").click()
    officer.locator("#pieces summary").first.click()
    officer.locator("#pieces [data-place='spec.rules']").first.click()
    before, _, after = editor.text.partition("    - id: privacy-or-money\n")
    assert before.count("\n  rules:\n") == 1
    assert "\n  default:" in after


def test_the_outline_leads_to_a_line(officer: Page) -> None:
    begin(officer)
    officer.get_by_role("tab", name="Outline").click()
    officer.locator("#outline").get_by_role("button", name="Rules").click()
    assert officer.evaluate("document.getSelection().toString()") == "rules"


def test_saving_by_key_keeps_the_page_and_what_can_be_undone(
    officer: Page, complaints: list[str]
) -> None:
    editor = begin(officer)
    editor.type("# first")
    officer.get_by_role("button", name="Save and go on").click()
    expect(officer.locator("h2.by-title")).to_contain_text("Edit SeverityPolicy")
    editor.type(" second")
    officer.keyboard.press("Control+S")
    expect(officer.locator("#saved")).to_contain_text("is saved.")
    officer.keyboard.press("Control+Z")
    expect(editor.field).not_to_have_value(re.compile("second"))
    officer.reload()
    expect(editor.field).to_have_value(re.compile("# first second"))
    assert complaints == []


def test_the_keyboard_gets_out_of_the_text(officer: Page) -> None:
    editor = begin(officer)
    editor.content.focus()
    officer.keyboard.press("Tab")
    expect(editor.content).to_be_focused()
    officer.keyboard.press("Escape")
    officer.keyboard.press("Tab")
    expect(editor.content).not_to_be_focused()


#: `|` is where one types; path, and whether a key or a value may stand there.
PLACES: Final = [
    ("kind: Obl|", "kind", False),
    ("spec:\n  duties:\n    - id: a\n      ow|\n      title: x\n", "spec.duties.[]", True),
    ("spec:\n  roles:\n  - id: x\n    ti|\n", "spec.roles.[]", True),
    ("spec:\n  limits: [{from: aware, cou|}]\n", "spec.limits.[]", True),
    ("spec:\n  limits:\n    - {from: aware, counting: |}\n", "spec.limits.[].counting", False),
    (
        "spec:\n  all:\n    - harms:\n        in:\n          [\n  a, b|\n",
        "spec.all.[].harms.in.[]",
        False,
    ),
    ("metadata:\n  name: x\n|\nspec:\n", "", True),
    ("spec:\n  body: |-\n    words |", None, False),
    ("spec: # a comm|", None, False),
]


def test_the_place_in_the_text_is_known_while_one_types(officer: Page) -> None:
    officer.goto("/policies/policyversion/")
    found = officer.evaluate(
        """async (texts) => {
          const { placeAt } = await import("/static/policies/yaml_place.js");
          return texts.map((text) => {
            const at = text.lastIndexOf("|");
            const place = placeAt(text.slice(0, at) + text.slice(at + 1), at);
            return place && [place.path.join("."), place.key];
          });
        }""",
        [text for text, _, _ in PLACES],
    )
    assert found == [None if path is None else [path, key] for _, path, key in PLACES]


def test_one_writes_and_another_puts_it_in_force_for_a_day(
    officer: Page, counsel: Page, complaints: list[str]
) -> None:
    day = (datetime.now(UTC) + timedelta(days=40)).replace(hour=0, minute=0, second=0)
    editor = begin(officer)
    editor.paste(editor.text.replace(RULES, RULE, 1))
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
    editor.type("# more")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    officer.on("dialog", stay)

    officer.get_by_role("link", name="Leave without saving").click(no_wait_after=True)

    expect(editor.content).to_contain_text("# more")
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
    "/policies/policyversion/calendar/",
    "/policies/policyversion/duties/",
    "/policies/policyversion/escalation/",
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
