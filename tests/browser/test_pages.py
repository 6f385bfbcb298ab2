"""Every list of the menu, and the page of something that it lists, as a person sees them."""

import re
from datetime import timedelta
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from governance.console.site import MENU
from tests.flows.tool import Tool, outage
from tests.live.stack import wait_for

#: What a template shows when it was given something else than words.
RAW: Final = re.compile(r"\{'\w+': |</?(?:span|time|a|strong)\b|object at 0x|SafeString")
LISTS: Final = sorted(
    ["/incidents/timer/?state=fired"]
    + [f"/{re.sub('[.:]', '/', page.lower())}/" for _, entries in MENU for _, _, page in entries]
)


@pytest.fixture(scope="module")
def reported(tool: Tool) -> None:
    """Something in most lists: a report that is overdue, and one that was refused."""
    incident = tool.report(outage(legal_end_in=timedelta(seconds=1)))
    assert wait_for(lambda: "timer.overdue" in tool.verbs(incident), within=60)
    tool.post("/incidents", {"system": "nothing"}, expect=422)


def seen(page: Page) -> str:
    """What stands on the page, which is wholly there and no wider than the window."""
    expect(page.get_by_role("heading").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    return page.locator("body").inner_text()


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("officer", [1280, 390], indirect=True)
def test_it_opens_and_shows_words(reported: None, officer: Page, path: str) -> None:
    answer = officer.goto(path)
    assert answer is not None
    if answer.status == 403:
        return  # not for an officer: the menu does not show it
    assert answer.status == 200
    assert not RAW.search(seen(officer))
    model = path.partition("?")[0]
    first = officer.locator(f"#result_list a[href*='{model}'][href*='/change/']")
    if first.count():
        officer.goto(str(first.first.get_attribute("href")))
        assert not RAW.search(seen(officer))
