"""Refusals are in English, also what they say of a state."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from governance import english
from incidents.models import Dispensation
from tests.translating import catalogue
from tests.translating.brackets import CODE


def test_a_label_stays_english_on_a_page_in_another_language(tmp_path: Path, settings: Any) -> None:
    catalogue.write(tmp_path / "locale")
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    row = Dispensation(state="approved")
    with translation.override(CODE):
        assert row.get_state_display() == catalogue.bracketed("In force")
        assert english.label(row) == "in force"


@pytest.mark.parametrize(("field", "expected"), [("kind", "waiver"), ("state", "requested")])
def test_it_is_that_of_the_field_that_is_named(field: str, expected: str) -> None:
    assert english.label(Dispensation(kind="waiver", state="requested"), field) == expected


@pytest.mark.parametrize(
    ("number", "words", "said"),
    [
        (0, ["file"], "0 files"),
        (1, ["file"], "1 file"),
        (2_000, ["entry", "entries"], "2,000 entries"),
        (1, ["entry", "entries"], "1 entry"),
    ],
)
def test_what_is_counted_is_one_or_many(number: int, words: list[str], said: str) -> None:
    assert english.counted(number, *words) == said
