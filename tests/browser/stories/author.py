"""A policy's way from an idea to the day on which it counts: one writes, another approves."""

import re
from datetime import datetime
from typing import Final

from playwright.sync_api import expect

from tests.browser.stories.person import Person
from tests.browser.test_policies import RULES, Editor

RULE: Final = """\
  rules:
    - id: features-that-money-depends-on
      level: SEV2
      because: Money was lost to features that every model reads.
      when: {system.name: Feature store, harms: {includes: financial_loss}}

"""
#: At most, from today to the day on which it counts.
MONTHS_AHEAD: Final = 3
WRONG: Final = ("level: SEV2", "level: SEV22")


def begins_the_next_version(ada: Person) -> Editor:
    ada.menu("Policy versions")
    ada.sees("all policies")
    ada.page.fill("#searchbar", "Severity of AI incidents")
    ada.page.press("#searchbar", "Enter")
    ada.chooses(re.compile(r"severity\s*SeverityPolicy\s*1.0.0"))
    ada.sees("the policy in force")
    ada.page.get_by_role("link", name="New version of this").click()
    ada.sees("the editor")
    return Editor(ada.page)


def makes_a_mistake_and_mends_it(ada: Person, editor: Editor) -> None:
    right = editor.text.replace(RULES, RULE, 1)
    editor.paste(right.replace(*WRONG, 1))
    ada.page.get_by_role("tab", name="Problems (1)").click()
    expect(ada.page.locator("#problems")).to_contain_text("Did you mean 'SEV2'?")
    ada.sees("what lint complains of")
    editor.paste(right)
    expect(ada.page.locator("#problems")).to_contain_text("every policy test passes")
    ada.sees("lint is content")
    ada.page.get_by_role("tab", name="In words").click()
    expect(ada.page.locator("#words")).to_contain_text(
        "Money was lost to features that every model reads."
    )
    ada.sees("the policy in words")
    ada.page.get_by_role("button", name="Save", exact=True).click()
    expect(ada.page.locator("h2.by-title")).to_have_text("Severity of AI incidents")
    ada.sees("the draft is saved")


def reads_what_it_would_do(ada: Person) -> None:
    """To the tests, which ran by themselves, and to past incidents, when asked."""
    expect(ada.page.locator("#tests")).to_contain_text("59 pass")
    expect(ada.page.locator("#difference")).to_contain_text("features-that-money-depends-on")
    impact = ada.page.locator("#impact")
    impact.get_by_role("button", name="Look at the impact").click()
    expect(impact).to_contain_text("would differ", timeout=30_000)
    ada.sees("the impact on past incidents")


def submits_it(ada: Person) -> None:
    form = ada.opens("Submit for review")
    form.get_by_role("textbox").last.fill("Money is lost at once.")
    ada.sees("what submitting asks")
    form.get_by_role("button").click()
    ada.reads("somebody else must approve it")
    expect(ada.page.locator("#action-approve")).to_have_count(0)
    ada.sees("submitted")


def approves_it_for_a_day(counsel: Person, day: datetime) -> None:
    counsel.page.reload()
    counsel.page.get_by_role("link", name="Policies to approve").click()
    counsel.sees("policies to approve")
    counsel.chooses("SeverityPolicy")
    expect(counsel.page.locator("#difference")).to_contain_text("features-that-money-depends-on")
    counsel.sees("the policy to approve")
    form = counsel.opens("Approve")
    form.get_by_label("Comes into force at").fill(f"{day:%Y-%m-%dT%H:%M:%S}")
    counsel.sees("what approving asks")
    form.get_by_role("button").click()
    expect(counsel.page.locator(".by-head .by-label").first).to_have_text("Scheduled")
    counsel.sees("the approved policy")


def sees_it_in_the_calendar(ada: Person, day: datetime) -> None:
    ada.menu("What changes when")
    ahead = ada.page.locator("section", has_text="Ahead").last
    expect(ahead).to_contain_text(f"{day:%a} {day.day} {day:%B %Y}")
    ada.sees("the calendar")
    _leafs_to(ada, f"{day:%B %Y}")
    ada.reads("Severity of AI incidents")
    ada.sees("the month in the calendar")


def _leafs_to(ada: Person, month: str) -> None:
    """Page by page: who clicks before the next one is there passes the month."""
    after = ada.page.get_by_role("link", name="Month after")
    wanted = ada.page.get_by_role("heading", name=month, exact=True)
    for _ in range(MONTHS_AHEAD):
        if wanted.count():
            break
        leads_to = after.get_attribute("href") or ""
        after.click()
        expect(after).not_to_have_attribute("href", leads_to)
        ada.page.wait_for_load_state()
    expect(wanted).to_be_visible()
