"""Every page of the console by the rules of WCAG 2.2 AA that a machine can check (axe-core)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_ALL: Final = {"type": "tag", "values": _RULES}
#: How a page is looked at: width, colours, and the rules that this can change.
_LOOKS: Final[Sequence[tuple[int, Any, Mapping[str, Any]]]] = (
    (1280, "light", _ALL),
    (1280, "dark", {"type": "rule", "values": ["color-contrast"]}),
    (390, "light", {"type": "rule", "values": ["color-contrast", "target-size"]}),
)
#: What axe calls a finding that keeps somebody from using the page.
_SERIOUS: Final = frozenset({"serious", "critical"})
_SHOWN: Final = 3


def findings(page: Page, rules: Mapping[str, Any] = _ALL) -> list[str]:
    """What is serious, each with the rule and the first places."""
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [_said(each) for each in found if each["impact"] in _SERIOUS]


def _said(found: Mapping[str, Any]) -> str:
    places = [f"{node['target']}: {node['html'][:160]}" for node in found["nodes"][:_SHOWN]]
    return f"{found['id']} ({len(found['nodes'])} places): {'; '.join(places)}"


def test_no_page_has_a_serious_finding(boss: Page, pages: Sequence[str]) -> None:
    boss.emulate_media(reduced_motion="reduce")
    wrong = {}
    for path in pages:
        boss.goto(path)
        for width, scheme, rules in _LOOKS:
            boss.set_viewport_size({"width": width, "height": 900})
            boss.emulate_media(color_scheme=scheme)
            if found := findings(boss, rules):
                wrong[f"{path} {width} {scheme}"] = found
    assert wrong == {}


def test_a_page_without_labels_has_serious_findings(boss: Page, pages: Sequence[str]) -> None:
    """The twin: the rules run, and what is wrong is found."""
    boss.goto("/account/")
    boss.evaluate("document.querySelector('main, body').innerHTML += '<input><img src=\"/x\">'")
    assert {each.partition(" ")[0] for each in findings(boss)} >= {"label", "image-alt"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_warning_among_counts_can_be_read(boss: Page, pages: Sequence[str], scheme: Any) -> None:
    """Whatever the house has: each tone, as a strip of counts has it."""
    boss.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    boss.goto("/incidents/clock/")
    boss.evaluate(
        """() => { document.querySelector(".by-list-head").innerHTML = ["bad", "warn"].map((tone) =>
        `<a href="/" class="by-chip by-${tone}"><strong>12</strong> At risk</a>`).join(" "); }"""
    )
    assert findings(boss, {"type": "rule", "values": ["color-contrast"]}) == []
