"""Names and types of files that others send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents import file_names


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
        ("a\r\nContent-Type: text.html", "aContent-Type text.html"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ('a"b<c>.txt', "abc.txt"),
        ("Bericht Größe.pdf", "Bericht Größe.pdf"),
        ("nul\0.txt", "nul.txt"),
        ("\ud800.txt", "txt"),
    ],
)
def test_a_name_leads_nowhere(given: str, kept: str) -> None:
    assert file_names.name(given) == kept


def test_a_long_name_keeps_its_ending() -> None:
    found = file_names.name(f"{'a' * 300}.pdf")
    assert (len(found), found[-4:]) == (200, ".pdf")


@given(st.text(max_size=400))
def test_no_name_is_empty_long_or_a_path(name: str) -> None:
    found = file_names.name(name)
    assert 0 < len(found) <= 200
    assert not set(found) & set('/\\\0\r\n"')
    assert found.strip(". ") == found


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("application/pdf", "application/pdf"),
        ("Text/HTML; charset=utf-8", "text/html"),
        ("text/html\r\nX: y", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_a_type_is_a_type_or_says_nothing(given: str, kept: str) -> None:
    assert file_names.media_type(given) == kept
