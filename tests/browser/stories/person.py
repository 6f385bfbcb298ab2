"""Somebody at a browser: what is looked at is in order, and may be kept as a picture."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Locator, Page, Request, Response, expect

from tests.browser.conftest import PASSWORD, _leaves, _note

#: A directory for the picture of each step; without it none is taken.
_PICTURES: Final = os.environ.get("STORY_PICTURES", "")
#: The darkest and lightest that a page may be whose colours are asked for (of 255).
_DARK_AT_MOST: Final = 60
_LIGHT_AT_LEAST: Final = 235
_FOUND: Final = """() => {
  const shade = (it) => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    canvas.fillStyle = getComputedStyle(it).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    return Array.from(canvas.getImageData(0, 0, 1, 1).data);
  };
  return {
    width: document.documentElement.scrollWidth,
    mains: document.querySelectorAll("main, [role=main]").length,
    titles: [...document.querySelectorAll("h1")].map((it) => it.innerText.trim()),
    shade: shade(document.body),
  };
}"""


@dataclass(frozen=True)
class Look:
    """`scheme` is what the browser says that its reader prefers; sizes in CSS pixels."""

    name: str
    width: int
    height: int
    scheme: Any
    phone: bool


DESK: Final = Look("desk", 1440, 900, "light", phone=False)
PHONE: Final = Look("phone", 390, 844, "dark", phone=True)


@dataclass
class Person:
    name: str
    page: Page
    look: Look
    story: str
    complaints: list[str] = field(default_factory=list)
    _steps: int = 0

    def sees(self, step: str, *, paper: bool = False) -> None:
        """Each step ends so: nothing failed, nothing came from elsewhere, the page fits the screen,
        has the colours that were asked for, one main part, and one first heading."""
        self.page.wait_for_load_state()
        self._keep(step)
        found = self.page.evaluate(_FOUND)
        assert self.complaints == [], f"{step}: {self.complaints}"
        assert found["width"] <= self.look.width, f"{step}: {found['width']} pixels wide"
        assert found["mains"] == 1, step
        assert len(found["titles"]) == 1, f"{step}: {found['titles']}"
        if not paper:
            self._has_the_colours(step, found["shade"])

    def is_refused(self, status: int, step: str) -> None:
        """As `sees`, of a page that came with this status and says what is wrong."""
        self.page.wait_for_load_state()
        refusals = [each for each in self.complaints if str(status) in each]
        assert refusals, f"{step}: {self.complaints}"
        for each in refusals:
            self.complaints.remove(each)
        self.sees(step)

    def _has_the_colours(self, step: str, shade: list[int]) -> None:
        assert shade[3] == 255, f"{step}: the page has no ground of its own, {shade}"
        if self.look.scheme == "dark":
            assert max(shade[:3]) <= _DARK_AT_MOST, f"{step}: {shade}"
        else:
            assert min(shade[:3]) >= _LIGHT_AT_LEAST, f"{step}: {shade}"

    def _keep(self, step: str) -> None:
        self._steps += 1
        if _PICTURES:
            words = re.sub(r"\W+", "-", step).lower()
            name = f"{self.story}-{self.look.name}-{self._steps:02}-{self.name}-{words}.png"
            self.page.screenshot(path=Path(_PICTURES) / name, full_page=True)

    # --- what hands do ---------------------------------------------------------------------------

    def menu(self, entry: str) -> None:
        """By the menu, which a phone folds away."""
        if self.look.phone:
            self.page.get_by_role("button", name="Menu", exact=True).click()
        self.page.locator("#nav-sidebar").get_by_role("link", name=entry, exact=True).click()

    def chooses(self, words: str | re.Pattern[str]) -> None:
        """The first row of a list that has these words; its first link leads to it."""
        row = self.page.locator("#result_list tbody tr", has_text=words).first
        row.get_by_role("link").first.click()

    def reads(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()

    def opens(self, words: str) -> Locator:
        """The fold with this summary, which is opened where it is closed."""
        summary = self.page.locator(
            "summary", has_text=re.compile(rf"^\s*{re.escape(words)}\s*$")
        ).first
        fold = summary.locator("xpath=..")
        if fold.get_attribute("open") is None:
            summary.click()
        return fold


@contextmanager
def signed_in(browser: Browser, url: str, name: str, look: Look, story: str) -> Iterator[Person]:
    """Signed in at the form, on the first page."""
    with browser.new_context(
        base_url=url,
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.scheme,
        is_mobile=look.phone,
        has_touch=look.phone,
        reduced_motion="reduce",
    ) as context:
        person = Person(name, context.new_page(), look, story)
        _listen(person, url)
        person.page.goto("/")
        person.sees("the form to sign in")
        person.page.fill("input[name=username]", name)
        person.page.fill("input[name=password]", PASSWORD)
        person.page.get_by_role("button", name="Sign in", exact=True).click()
        person.reads("Next deadlines")
        yield person


def _listen(person: Person, url: str) -> None:
    page, complaints = person.page, person.complaints
    page.on("pageerror", lambda error: complaints.append(f"{page.url} {error}"))
    page.on("console", lambda said: _note(said, complaints))
    page.on("request", lambda sent: _leaves(sent, url, complaints))
    page.on("response", lambda got: _failed(got, complaints))
    page.on("requestfailed", lambda sent: _broken(sent, complaints))


def _failed(got: Response, complaints: list[str]) -> None:
    if got.status >= 400:
        complaints.append(f"{got.status} {got.url}")


def _broken(sent: Request, complaints: list[str]) -> None:
    """What is aborted was a download, or the page was left."""
    if sent.failure != "net::ERR_ABORTED":
        complaints.append(f"{sent.url} {sent.failure}")
