"""What is translated in modules is found by `makemessages`, and stands whole in one place."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

from tests.translating.catalogue import called, calls
from tests.translating.sources import modules

#: Calls with a text that stands elsewhere, where it is marked by `gettext_noop`.
_ELSEWHERE: Final = frozenset(
    {
        "governance/console/checkpoints.py",  # titles of witnesses
        "governance/console/coverage.py",
        "governance/console/lists.py",  # what a search says of itself
        "governance/console/objects.py",  # kinds of objects
        "governance/console/role_titles.py",
        "governance/console/teams.py",  # titles of roles
        "governance/marking.py",
        "incidents/admin/standings.py",  # standings of deadlines
        "policies/admin/duties.py",  # statuses of laws
    }
)
_MODULE: Final = "django.utils.translation"
#: By what people are told something, as a keyword or as an attribute of a class.
_SAYING: Final = frozenset(
    {
        "description",
        "explains",
        "heading",
        "help_text",
        "label",
        "making_explains",
        "making_title",
        "title",
        "verbose_name",
        "verbose_name_plural",
        "when_empty",
    }
)


def _name(file: Path) -> str:
    return str(file.relative_to(settings.BASE_DIR))


def _importing() -> Iterator[Path]:
    return (file for file in modules() if "gettext" in file.read_text())


def _of_console() -> Iterator[Path]:
    for file in modules():
        if {"console", "admin", "signon"} & set(file.parts) and file.name != "urls.py":
            yield file


@pytest.mark.parametrize("file", list(_importing()), ids=_name)
def test_functions_have_names_by_which_texts_are_found(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == _MODULE:
            renamed = {each.name: each.asname for each in node.names if each.asname}
            assert renamed in ({}, {"gettext_lazy": "_"})


@pytest.mark.parametrize("file", list(_importing()), ids=_name)
def test_what_is_translated_is_a_text_and_no_expression(file: Path) -> None:
    for call in calls(ast.parse(file.read_text())):
        texts = call.args[: 2 if called(call) == "ngettext" else 1]
        known = all(isinstance(each, ast.Constant) for each in texts)
        assert known or _name(file) in _ELSEWHERE, f"line {call.lineno}"


@pytest.mark.parametrize("file", list(_importing()), ids=_name)
def test_nothing_is_translated_within_an_f_string(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.JoinedStr):
            assert not list(calls(node)), f"line {node.lineno}: makemessages does not look there"


@pytest.mark.parametrize("file", list(_of_console()), ids=_name)
def test_labels_and_headings_are_translated(file: Path) -> None:
    found = list(_said(ast.parse(file.read_text())))
    assert [(each.lineno, ast.unparse(each)) for each in found if _plain(each)] == []


@pytest.mark.parametrize("file", list(_of_console()), ids=_name)
def test_what_an_action_answers_is_translated(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef) and node.name == "run":
            returned = [each.value for each in ast.walk(node) if isinstance(each, ast.Return)]
            assert not [ast.unparse(each) for each in returned if each and _plain(each)]


def _said(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in _SAYING:
            yield node.value
        elif isinstance(node, ast.ClassDef):
            yield from _attributes(node)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "labels.label":
            yield node.args[0]


def _attributes(node: ast.ClassDef) -> Iterator[ast.expr]:
    for each in node.body:
        if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) in _SAYING:
            yield each.value


def _plain(value: ast.expr) -> bool:
    """A text with a letter, as it stands."""
    if isinstance(value, ast.Constant):
        return isinstance(value.value, str) and any(map(str.isalpha, value.value))
    return isinstance(value, ast.JoinedStr) and any(map(_plain, value.values))


def test_no_page_takes_the_capitals_of_a_label() -> None:
    """In German a noun has one wherever it stands. What is refused or kept is English."""
    pages = [each for each in modules() if each.parent.name in {"admin", "console"}]
    taken = re.compile(
        r"(_display\(\)|\.label|\.text|\btitle\([^\n]*\)|[A-Z]\w*\[\w+\])\.lower\(\)"
    )
    assert [str(each) for each in pages if taken.search(each.read_text())] == []
