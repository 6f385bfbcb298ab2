"""Safe YAML: values as YAML 1.2 reads them, places, and what hostile input meets."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.problems import Problem
from policies.yaml_source import Source, read

# --- scalars -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("tRUE", "tRUE"),
        ("12:30", "12:30"),
        ("1:30:15", "1:30:15"),
        ("2026-11-22", "2026-11-22"),
        ("2026-11-22T09:30:00Z", "2026-11-22T09:30:00Z"),
        ("1.2.0", "1.2.0"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-0", 0),
        ("+12", 12),
        ("-7", -7),
        ("0x1F", 31),
        ("0o17", 15),
        ("1e3", 1000.0),
        ("1E-2", 0.01),
        (".5", 0.5),
        ("5.", 5.0),
        ("-1.5", -1.5),
        ("012.5", 12.5),
        ("0x", "0x"),
        ("0o8", "0o8"),
        ("1e", "1e"),
        ("+", "+"),
        ("...x", "...x"),
        ("9007199254740991", 9007199254740991),
        ("50%", "50%"),
        ("_1", "_1"),
    ],
)
def test_a_plain_scalar_is_read_by_the_core_schema_of_yaml_1_2(written: str, value: object) -> None:
    data = read(f"value: {written}\n").data
    assert isinstance(data, dict)
    assert (data["value"], type(data["value"])) == (value, type(value))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("012", "ambiguous-scalar"),
        ("-012", "ambiguous-scalar"),
        ("08", "ambiguous-scalar"),
        ("1_000", "ambiguous-scalar"),
        ("1_000.5", "ambiguous-scalar"),
        ("0b101", "ambiguous-scalar"),
        ("0x_ff", "ambiguous-scalar"),
        ("-0x1F", "ambiguous-scalar"),
        (".inf", "not-finite"),
        ("-.INF", "not-finite"),
        (".nan", "not-finite"),
        ("1e999", "not-finite"),
        ("9007199254740992", "number-out-of-range"),
        ("-9007199254740992", "number-out-of-range"),
        ("0xFFFFFFFFFFFFFFFF", "number-out-of-range"),
        ("9" * 5000, "number-out-of-range"),
    ],
)
def test_a_scalar_that_readers_take_differently_is_refused(written: str, code: str) -> None:
    assert _codes(read(f"value: {written}\n")) == [code]


@pytest.mark.parametrize("written", ["'012'", '"1_000"', "'.inf'", "'9007199254740992'"])
def test_quotes_settle_what_an_ambiguous_scalar_means(written: str) -> None:
    assert read(f"value: {written}\n").data == {"value": written[1:-1]}


def test_a_block_text_is_never_a_number() -> None:
    assert read("value: |\n  012\n").data == {"value": "012\n"}


# --- places ------------------------------------------------------------------------------------

TEXT = """\
# a comment
kind: SeverityPolicy
spec:
  levels: [SEV1, SEV2]
  rules:
    - when: {harms: death}
      a/b~c: &shared {x: 1}
      copy: *shared
"""


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("", (2, 1)),
        ("/kind", (2, 7)),
        ("/spec/levels", (4, 11)),
        ("/spec/levels/1", (4, 18)),
        ("/spec/rules/0/when/harms", (6, 21)),
        ("/spec/rules/0/a~1b~0c/x", (7, 26)),
        ("/spec/rules/0/copy", (8, 13)),
        ("/spec/rules/0/copy/x", (8, 13)),
        ("/spec/levels/9/absent", (4, 11)),
    ],
)
def test_every_value_has_its_place(pointer: str, place: tuple[int, int]) -> None:
    assert read(TEXT).position(pointer) == place


def test_every_key_has_its_place() -> None:
    assert read(TEXT).keys["/spec/rules/0/when/harms"] == (6, 14)


def test_an_alias_repeats_the_anchored_value() -> None:
    data: Any = read(TEXT).data
    assert data["spec"]["rules"][0]["copy"] == {"x": 1}


def test_a_problem_found_later_gets_its_place_and_file() -> None:
    source = read(TEXT, path="severity.yaml")
    problem = source.located(Problem("unknown-term", "No such term.", "/spec/rules/0/when/harms"))
    assert (problem.line, problem.column, problem.path) == (6, 21, "severity.yaml")


def test_a_problem_of_a_key_gets_the_place_of_the_key() -> None:
    source = read(TEXT)
    problem = source.located(Problem("unknown-key", "No such key.", "/spec/levels"), key=True)
    assert (problem.line, problem.column) == (4, 3)


@pytest.mark.parametrize("text", ["a: 1\n", "\ufeffa: 1\n", "a: ü\r\n"])
def test_the_text_is_kept_byte_for_byte(text: str) -> None:
    assert read(text.encode()).text.encode() == text.encode()


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    source = read(b"\xef\xbb\xbfa: 1\n")
    assert (source.data, source.keys["/a"]) == ({"a": 1}, (1, 1))


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\nb: 2\na: 3\n", "duplicate-key", 3, 1),
        ('a: 1\n"a": 3\n', "duplicate-key", 2, 1),
        ("a: !!binary aGk=\n", "explicit-tag", 1, 4),
        ("a: !!python/object:os.system {}\n", "explicit-tag", 1, 4),
        ("a: ! x\n", "explicit-tag", 1, 4),
        ("a: 1\n---\nb: 2\n", "several-documents", 2, 1),
        ("1: a\n", "key-not-text", 1, 1),
        ("true: a\n", "key-not-text", 1, 1),
        ("~: a\n", "key-not-text", 1, 1),
        ("2.5: a\n", "key-not-text", 1, 1),
        ("? [a, b]\n: c\n", "key-not-text", 1, 3),
        ("? {a: b}\n: c\n", "key-not-text", 1, 3),
        ("a: &k x\n*k : c\n", "key-not-text", 2, 1),
        ("a: &m {b: 1}\nc: {<<: *m}\n", "merge-key", 2, 5),
        ("a: *nowhere\n", "unknown-alias", 1, 4),
        ("a: &loop [*loop]\n", "recursive-alias", 1, 11),
        ("%YAML 1.1\n---\na: 1\n", "directive", 1, 1),
        ("a: [1, 2\nb: 3\n", "syntax", 2, 2),
        ("a: b: c\n", "syntax", 1, 5),
        ("a:\n\t- b\n", "syntax", 2, 1),
        ('a: "x\\0y"\n', "forbidden-character", 1, 4),
        ("a: x\x07y\n", "forbidden-character", 1, 5),
        ("a: 1\nb: pay\u202eyap\n", "forbidden-character", 2, 7),
        ("a: x\u2028y\n", "ambiguous-line-break", 1, 5),
        ("", "empty-document", 1, 1),
        ("# only a comment\n", "empty-document", 1, 1),
        ("~\n", "empty-document", 1, 1),
    ],
)
def test_a_refusal_names_its_place(text: str, code: str, line: int, column: int) -> None:
    problem = read(text).problems[0]
    assert (problem.code, problem.line, problem.column) == (code, line, column)


@pytest.mark.parametrize(
    ("raw", "line", "column"),
    [
        (b"a: 1\nb: \xff\n", 2, 4),
        ("a: 1".encode("utf-16"), 1, 1),
        ("a: \ud800", 1, 4),
    ],
)
def test_another_encoding_than_utf_8_is_refused(raw: bytes | str, line: int, column: int) -> None:
    problem = read(raw).problems[0]
    assert (problem.code, problem.line, problem.column) == ("not-utf-8", line, column)


def test_every_problem_of_a_file_is_reported_at_once() -> None:
    text = "a: 012\nb: !!str 1\na: 2\n3: c\nd: .nan\ne: [\n"
    expected = ["ambiguous-scalar", "explicit-tag", "duplicate-key", "key-not-text", "not-finite"]
    assert _codes(read(text)) == [*expected, "syntax"]


def test_every_problem_names_the_file_and_says_what_to_do() -> None:
    problems = read("a: 012\na: !x 1\n", path="packs/a.yaml").problems
    assert all(problem.path == "packs/a.yaml" and problem.hint for problem in problems)


def test_there_is_no_data_beside_a_problem() -> None:
    assert read("a: 1\na: 2\n").data is None


def test_what_could_be_read_is_salvaged_for_further_checks() -> None:
    assert read("a: 1\nb: 012\na: 2\n").salvaged == {"a": 1, "b": "012"}


def test_nothing_is_salvaged_from_half_a_document() -> None:
    assert read("a: 1\nb: [\n").salvaged is None


# --- any input ---------------------------------------------------------------------------------

# Beyond U+FFFF, JSON escapes a character as two surrogates, which YAML does not know.
TEXTS = st.text(
    st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"], exclude_characters="\0"),
    max_size=20,
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=20,
)
YAML_PIECES = st.sampled_from(
    [
        *"[]{},:?-&*!|>'\"%@`# \n\t\\<=~.+_01ax\0\ufeff\u2028é",
        *("---", "...", "<<", "&a ", "*a", "!!", "%YAML ", "\r\n", "  ", "- ", ": "),
        *("012", "1_0", ".nan", "\\x", "\U0001f600"),
    ]
)


@given(JSON)
@settings(deadline=None)
def test_json_is_read_as_itself(value: object) -> None:
    source = read(json.dumps(value))
    if value is not None:
        assert (source.problems, source.data) == ((), value)


@given(st.binary(max_size=500) | st.text(max_size=500))
@settings(deadline=None)
def test_any_input_gives_either_data_or_a_problem(raw: bytes | str) -> None:
    source = read(raw)
    assert (source.data is None) == bool(source.problems)


@given(st.lists(YAML_PIECES, max_size=60).map("".join))
@settings(deadline=None, max_examples=500)
def test_anything_like_yaml_gives_either_data_or_a_problem(text: str) -> None:
    source = read(text)
    assert (source.data is None) == bool(source.problems)


@given(st.lists(YAML_PIECES, max_size=60).map("".join))
@settings(deadline=None)
def test_every_problem_lies_within_the_text(text: str) -> None:
    lines = text.count("\n") + text.count("\r") + text.count("\u2028") + 2
    assert all(1 <= problem.line <= lines for problem in read(text).problems)


@given(JSON)
@settings(deadline=None)
def test_every_value_of_a_document_has_a_place(value: object) -> None:
    source = read(json.dumps([value]))
    assert set(_pointers([value], "")) == set(source.positions)


def _pointers(value: object, pointer: str) -> list[str]:
    if isinstance(value, dict):
        steps = {key.replace("~", "~0").replace("/", "~1"): item for key, item in value.items()}
    elif isinstance(value, list):
        steps = {str(index): item for index, item in enumerate(value)}
    else:
        return [pointer]
    below = [each for step, item in steps.items() for each in _pointers(item, f"{pointer}/{step}")]
    return [pointer, *below]


def _codes(source: Source) -> list[str]:
    return [problem.code for problem in source.problems]
