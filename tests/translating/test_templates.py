"""No template has a text that is not translated."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.template.base import Lexer, Token, TokenType

from tests.translating import readable
from tests.translating.readable import Piece
from tests.translating.sources import templates

#: What is the same in every language.
_NAMES: Final = re.compile(r"\b(Bylaw|UTC|SHA-256)\b")
_BLOCKS: Final = {
    "blocktranslate": "endblocktranslate",
    "blocktrans": "endblocktrans",
    "comment": "endcomment",
}
#: A text given to a filter or to an include, unless as `_("…")`, and plurals of English alone.
_GIVEN: Final = re.compile(
    r"""\|(?:default|default_if_none|yesno):["'][^"']*[A-Za-z]"""
    r"""|^include .*=["'][^"']*[A-Za-z] [A-Za-z]"""
    r"""|\|pluralize"""
)
#: Template → what looks like a text in it, and is none.
_NONE: Final = {"console/page.html": "app- model-"}  # classes, for the frame around it


def _left(source: str) -> Iterator[Piece]:
    markup = []
    for token in _outside(Lexer(source).tokenize()):
        if token.token_type == TokenType.TEXT:
            markup.append(token.contents)
        elif _worded(token):
            yield Piece(token.contents, token.lineno or 0)
    for piece in readable.of("".join(markup)):
        if any(map(str.isalpha, _NAMES.sub("", piece.text))):
            yield piece


def _outside(tokens: list[Token]) -> Iterator[Token]:
    """Without what stands within blocks that are translated, or not shown."""
    end = ""
    for token in tokens:
        name = token.contents.split(" ", 1)[0] if token.token_type == TokenType.BLOCK else ""
        if not end:
            yield token
        if end == name:
            end = ""
        elif not end:
            end = _BLOCKS.get(name, "")


def _worded(token: Token) -> bool:
    return token.token_type != TokenType.COMMENT and bool(_GIVEN.search(token.contents))


def _name(file: Path) -> str:
    return str(file.relative_to(next(up for up in file.parents if up.name == "templates")))


@pytest.mark.parametrize("file", list(templates()), ids=_name)
def test_every_text_of_a_template_is_translated(file: Path) -> None:
    found = [(each.line, each.text) for each in _left(file.read_text())]
    assert [each for each in found if each[1] != _NONE.get(_name(file))] == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Met</p>",
        '<p title="Met">{{ x }}</p>',
        '<form data-say-saved="Kept">',
        "<p>{% translate 'Met' %}, late</p>",
        '{{ x|default:"not met" }}',
        '{% include "a.html" with title="Met late" %}',
        "{{ count }} clock{{ count|pluralize }}",
        "{% if x %}<b>{% else %}<b class='y'>{% endif %}Met</b>",
    ],
)
def test_a_text_that_is_not_translated_is_found(source: str) -> None:
    assert list(_left(source))


@pytest.mark.parametrize(
    "source",
    [
        "<p>{% translate 'Met' %}</p><code>manage.py</code>",
        "{% blocktranslate %}Met by {{ who }}{% endblocktranslate %}",
        '{{ at|date:"Y-m-d H:i" }} UTC',
        '{{ x|default:_("not met") }}',
        '<span class="material-symbols-outlined">inbox</span>',
    ],
)
def test_what_is_translated_or_no_text_is_not_found(source: str) -> None:
    assert list(_left(source)) == []
