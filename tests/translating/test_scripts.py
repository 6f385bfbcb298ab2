"""No script has words of its own: what it puts into a page, the page brings along, translated."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

from tests.translating import literals
from tests.translating.literals import Literal
from tests.translating.sources import scripts

_WORDS: Final = re.compile(r"[^\W\d_]\s|\s[^\W\d_]|…")
#: Where what stands next is for the browser: which elements, how a medium is.
_FOR_MACHINES: Final = re.compile(
    r"\b(?:querySelector|querySelectorAll|closest|matches|getElementById|matchMedia)\(\s*\W?$"
)
#: Where a text is shown or read out, if it is only one word.
_SHOWN: Final = re.compile(
    r"""\b(?:textContent|innerText|innerHTML|title|placeholder|alt|ariaLabel)\s*\+?=(?!=)[^,]*$
    |["'\s](?:label|displayLabel|detail|info|message|title|placeholder|aria-label)["']?\s*:[^,]*$
    |\bsetAttribute\(["'](?:title|placeholder|alt|aria-label)["'],[^,]*$
    |\b(?:append|prepend|before|after|replaceChildren|createTextNode|alert|confirm|prompt)\([^)]*$
    """,
    re.VERBOSE,
)
_COMPARED: Final = re.compile(r"[!=]==?\s*.?$")


def _said(source: str) -> Iterator[Literal]:
    """One word that reaches the page by way of a variable is not seen here."""
    for each in literals.of(source):
        machine = each.text == "use strict" or _FOR_MACHINES.search(each.before)
        if not machine and (_is_words(each) or _is_shown(each)):
            yield each


def _is_words(literal: Literal) -> bool:
    """Of several words, wherever it stands, unless they are names of ours for styles."""
    styles = all(each.startswith("by-") for each in literal.text.split())
    return bool(_WORDS.search(literal.text)) and not styles


def _is_shown(literal: Literal) -> bool:
    if _COMPARED.search(literal.before) or not _SHOWN.search(literal.before):
        return False
    return any(map(str.isalpha, literal.text))


def _name(file: Path) -> str:
    return str(file.relative_to(settings.BASE_DIR))


@pytest.mark.parametrize("file", list(scripts()), ids=_name)
def test_a_script_has_no_words_of_its_own(file: Path) -> None:
    assert [(each.line, each.text) for each in _said(file.read_text())] == []


@pytest.mark.parametrize(
    "source",
    [
        'say("Load the page again.");',
        "const text = `in ${amount}`;",
        "const text = `${amount} late`;",
        "return `${days} d ${hours} h`;",
        "if (/[\"']/.test(a)) say(`There is no ${{ b: '}' }.b} to put it in`);",
        'status.textContent = depth === "lint" ? "checking" : "testing";',
        'status.textContent = "…";',
        'tab.append("Problems");',
        'field.setAttribute("aria-label", "Text");',
        'return { label: name, detail: needed ? "required" : undefined };',
        'of({ "aria-label": "Text" });',
    ],
)
def test_words_in_a_script_are_found(source: str) -> None:
    assert list(_said(source))


@pytest.mark.parametrize(
    "source",
    [
        'status.textContent = depth === "lint" ? said.sayChecking : said.sayTesting;',
        'document.querySelector("#problems [data-line]");',
        "tab.className = `by-tab by-${kind}`; tab.id = `tab-${name}`;",
        'status.textContent = ""; tab.append(pane.dataset.title);',
        '// It says "Load the page again." here.\nconst words = /"[a-z] x"/; /* "a b" */',
        'return { label: name, type: "property" };',
        '"use strict";',
    ],
)
def test_what_is_for_machines_is_not_found(source: str) -> None:
    assert list(_said(source)) == []


def test_every_script_of_ours_is_read() -> None:
    names = {file.name for file in scripts()}
    assert {"countdown.js", "editor.js", "editor_view.js", "completion.js"} <= names
