"""A notice as one exact text."""

import hashlib

import pytest

from governance.errors import Invalid
from incidents.papers import LONGEST_BODY, LONGEST_SUBJECT, Enclosure, Paper, paper

ENCLOSURE = Enclosure("1", "a.pdf", "0" * 64, 3)


def test_the_digest_is_that_of_the_document_in_utf_8() -> None:
    found = Paper("Größe", "Text.\n")
    assert found.document == "Subject: Größe\n\nText.\n"
    assert found.digest == hashlib.sha256(found.document.encode()).hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        Paper("Other", "Text.\n", (ENCLOSURE,)),
        Paper("S", "Text. \n", (ENCLOSURE,)),
        Paper("S", "Text.\n"),
        Paper("S", "Text.\n", (Enclosure("1", "b.pdf", "0" * 64, 3),)),
        Paper("S", "Text.\n", (Enclosure("1", "a.pdf", "1" * 64, 3),)),
    ],
)
def test_whatever_differs_has_another_digest(other: Paper) -> None:
    assert other.digest != Paper("S", "Text.\n", (ENCLOSURE,)).digest


def test_line_ends_of_a_browser_are_line_feeds() -> None:
    assert paper("S", "one\r\ntwo\r\n\r\n").body == "one\ntwo\n"


def test_characters_that_nobody_sees_are_left_out() -> None:
    found = paper("In\u202evoice\nBcc: x", "a\0b\u200e")
    assert (found.subject, found.body) == ("In voice Bcc: x", "ab\n")


@pytest.mark.parametrize(
    ("subject", "body"),
    [("", "b"), ("s", " \n"), ("s" * (LONGEST_SUBJECT + 1), "b"), ("s", "b" * (LONGEST_BODY + 1))],
)
def test_nothing_and_too_much_are_refused(subject: str, body: str) -> None:
    with pytest.raises(Invalid):
        paper(subject, body)


def test_an_enclosure_survives_being_kept() -> None:
    assert Enclosure.of(ENCLOSURE.as_dict()) == ENCLOSURE
