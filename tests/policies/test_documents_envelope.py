"""What all kinds of documents share: envelope, identity, digest, and problems with their place."""

import pytest

from policies import documents
from tests import factory

SEVERITY = factory.text("severity")


def test_a_document_knows_who_it_is() -> None:
    document = factory.document(SEVERITY)
    assert document.identity == "SeverityPolicy/severity@1.0.0"
    assert (document.metadata.title, document.metadata.owner) == ("Severity", "compliance-officer")


def test_the_text_is_kept_byte_for_byte() -> None:
    text = "# A comment.\n" + SEVERITY + "\n\n"
    assert factory.document(text).text == text


def test_comments_and_layout_do_not_change_the_digest() -> None:
    other = "# A comment.\n" + SEVERITY.replace("default: SEV3", "default:    SEV3  # low")
    assert factory.document(other).digest == factory.document(SEVERITY).digest


def test_meaning_changes_the_digest() -> None:
    other = SEVERITY.replace("default: SEV3", "default: SEV2")
    assert factory.document(other).digest != factory.document(SEVERITY).digest


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kind: SeverityPolicy", "kind: SeverityPolice", ("unknown-kind", 2, 7, "/kind")),
        ("kind: SeverityPolicy\n", "", ("missing-key", 1, 1, "")),
        ("bylaw/v1", "bylaw/v2", ("unknown-value", 1, 13, "/apiVersion")),
        ("version: 1.0.0", "version: 1.0", ("schema-type", 3, 37, "/metadata/version")),
        ("version: 1.0.0", 'version: "1.0"', ("schema-pattern", 3, 37, "/metadata/version")),
        (", title: Severity", "", ("missing-key", 3, 11, "/metadata")),
        ("title: Severity", "titel: Severity", ("missing-key", 3, 11, "/metadata")),
        ("default: SEV3", "defaults: SEV3", ("missing-key", 5, 3, "/spec")),
    ],
)
def test_a_problem_has_its_place(old: str, new: str, expected: tuple[str, int, int, str]) -> None:
    assert old in SEVERITY
    found = documents.read(SEVERITY.replace(old, new), path="x.yaml").problems
    assert expected in [(each.code, each.line, each.column, each.pointer) for each in found]


def test_every_problem_is_found_at_once() -> None:
    broken = SEVERITY.replace("default: SEV3", "defaults: SEV3").replace("bylaw/v1", "v1")
    codes = sorted(each.code for each in documents.read(broken).problems)
    assert codes == ["missing-key", "unknown-key", "unknown-value"]


def test_a_misspelt_key_hints_at_the_right_one() -> None:
    broken = SEVERITY.replace("default: SEV3", "defaults: SEV3")
    hints = [each.hint for each in documents.read(broken).problems if each.code == "unknown-key"]
    assert hints == ["Did you mean 'default'?"]


def test_a_problem_names_its_file() -> None:
    assert {each.path for each in documents.read("kind: X", path="x.yaml").problems} == {"x.yaml"}


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty-document"), ("# nothing\n", "empty-document"), ("- a", "not-a-document")],
)
def test_a_file_that_is_no_document_says_so(text: str, code: str) -> None:
    reading = documents.read(text)
    assert (reading.document, reading.problems[0].code) == (None, code)


@pytest.mark.parametrize(
    "text", [b"\xff", "a: [", "a: &x *x", "a: 1\na: 2", "? {}: 1", "kind: [1]"]
)
def test_reading_never_raises(text: str | bytes) -> None:
    assert documents.read(text).problems


@pytest.mark.parametrize("name", sorted(file.stem for file in factory.HOUSE.glob("*.yaml")))
def test_the_house_has_no_problems(name: str) -> None:
    assert documents.read(factory.text(name)).problems == ()
