"""Every page of the console by the rules of WCAG 2.2 AA that a machine can check (axe-core)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OPTIONS: Final = {
    "runOnly": {"type": "tag", "values": _RULES},
    "resultTypes": ["violations"],
}
#: What axe calls a finding that keeps somebody from using the page.
_SERIOUS: Final = frozenset({"serious", "critical"})
_SHOWN: Final = 3


def findings(page: Page) -> list[str]:
    """What is serious, each with the rule and the first places."""
    found = Axe().run(page, options=_OPTIONS).response["violations"]
    return [_said(each) for each in found if each["impact"] in _SERIOUS]


def _said(found: Mapping[str, Any]) -> str:
    places = [f"{node['target']}: {node['html'][:160]}" for node in found["nodes"][:_SHOWN]]
    return f"{found['id']} ({len(found['nodes'])} places): {'; '.join(places)}"


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")], ids=str
)
def test_no_page_has_a_serious_finding(
    boss: Page, pages: Sequence[str], width: int, scheme: Any
) -> None:
    boss.set_viewport_size({"width": width, "height": 900})
    boss.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    wrong = {}
    for path in pages:
        boss.goto(path)
        if found := findings(boss):
            wrong[path] = found
    assert wrong == {}


def test_a_page_without_labels_has_serious_findings(boss: Page, pages: Sequence[str]) -> None:
    """The twin: the rules run, and what is wrong is found."""
    boss.goto("/account/")
    boss.evaluate("document.querySelector('main, body').innerHTML += '<input><img src=\"/x\">'")
    assert {each.partition(" ")[0] for each in findings(boss)} >= {"label", "image-alt"}
