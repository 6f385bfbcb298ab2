"""The words of a policy as HTML."""

import pytest

from policies.admin import prose
from tests import factory


def html(*edits: tuple[str, str]) -> str:
    return str(prose.html(factory.document(factory.text("breach", *edits)), {"aware": "We knew"}))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Notify `x`", "Notify <code>x</code>"),
        ("Notify `**x**`", "Notify <code>**x**</code>"),
        ("Notify **x**", "Notify <strong>x</strong>"),
        ("<b>Notify</b>", "&lt;b&gt;Notify&lt;/b&gt;"),
        ("[x](https://example.org/a)", '<a class="by-link" rel="noreferrer" href="https://'),
        ("[x](javascript:alert)", "[x](javascript:alert)"),
        ('[x](https://example.org/\\")', 'href="https://example.org/&quot;"'),
    ],
)
def test_what_authors_write_becomes_no_other_markup(written: str, shown: str) -> None:
    assert shown in html(("title: Notify the authority", f'title: "{written}"'))


def test_a_bar_in_a_text_ends_no_cell() -> None:
    assert "Art. 1 | 2" in html(("citation: Art. 1", "citation: Art. 1 | 2"))


def test_a_moment_stands_by_its_title() -> None:
    assert "We knew" in html()


def test_a_nested_condition_is_indented() -> None:
    assert '<li class="by-depth-1">' in html(
        (
            "{not: {personal_data.risk: unlikely}}",
            "{any: [{harms: {includes: death}}, {not: {personal_data.risk: unlikely}}]}",
        )
    )


@pytest.mark.parametrize("name", ["taxonomy", "severity", "escalation", "register", "calendar"])
def test_every_kind_has_words(name: str) -> None:
    assert "<table" in prose.html(factory.document(factory.text(name)), {})


def test_names_and_values_are_a_list_of_pairs() -> None:
    assert "<div><dt>Jurisdiction</dt><dd>EU</dd></div>" in html()
