"""The limits of safe YAML: size, depth, number, and what a hostile megabyte meets."""

import pytest

from policies.yaml_source import MAX_BYTES, Source, read
from policies.yaml_tree import MAX_ALIASES, MAX_DEPTH, MAX_KEY, MAX_NODES, MAX_PROBLEMS


def _filled(piece: str) -> str:
    """A text of about the greatest size allowed."""
    return piece * ((MAX_BYTES - 100) // len(piece))


@pytest.mark.parametrize(
    "text",
    [
        _filled("["),
        _filled("{"),
        _filled("- "),
        _filled("? "),
        _filled("{a: "),
        _filled("[[],"),
        _filled("[\n"),
        _filled("- [\n"),
        _filled("a: "),
        _filled("a:\n"),
        _filled("]"),
        _filled(":"),
        _filled("!"),
        _filled("&"),
        _filled("&a "),
        _filled("*a "),
        _filled("%"),
        _filled("%TAG !a! b\n"),
        _filled("---\n"),
        _filled("...\n"),
        _filled("\t"),
        _filled("#\n"),
        "[" + _filled("a,"),
        "[" + _filled("*a,"),
        "[" + _filled('"a" , '),
        '"' + _filled("a"),
        "? " + _filled("k") + "\n: 1",
        _filled("k") + ": 1",
        "".join(f"- &a{number} x\n" for number in range(60_000)),
        "".join(" " * depth + "a:\n" for depth in range(1_400)),
    ],
    ids=lambda text: repr(text[:12]),
)
def test_a_hostile_megabyte_is_refused(text: str) -> None:
    assert read(text).problems


def test_a_megabyte_of_text_is_read() -> None:
    assert read("a: |\n" + _filled("  word\n")).problems == ()


def test_one_byte_too_many_is_refused() -> None:
    assert _codes(read(b"a" * (MAX_BYTES + 1))) == ["too-large"]


@pytest.mark.parametrize(("depth", "codes"), [(MAX_DEPTH, []), (MAX_DEPTH + 1, ["too-deep"])])
def test_nesting_is_bounded(depth: int, codes: list[str]) -> None:
    assert _codes(read("[" * depth + "]" * depth)) == codes


@pytest.mark.parametrize(("count", "codes"), [(0, []), (1, ["too-many-values"])])
def test_the_number_of_values_is_bounded(count: int, codes: list[str]) -> None:
    assert _codes(read("- x\n" * (MAX_NODES - 1 + count))) == codes


def test_values_are_counted_with_aliases_written_out() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 10)
    )
    assert _codes(read(bomb)) == ["too-many-values"]


def test_depth_is_counted_with_aliases_written_out() -> None:
    chain = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, MAX_DEPTH))
    assert _codes(read(chain)) == ["too-deep"]


@pytest.mark.parametrize(
    ("count", "codes"), [(MAX_ALIASES, []), (MAX_ALIASES + 1, ["too-many-aliases"])]
)
def test_the_number_of_aliases_is_bounded(count: int, codes: list[str]) -> None:
    assert _codes(read("a: &a x\nb:\n" + "  - *a\n" * count)) == codes


@pytest.mark.parametrize(("length", "codes"), [(MAX_KEY, []), (MAX_KEY + 1, ["key-too-long"])])
def test_the_length_of_a_key_is_bounded(length: int, codes: list[str]) -> None:
    assert _codes(read("k" * length + ": 1\n")) == codes


def test_the_keys_above_a_value_are_bounded_together() -> None:
    text = "".join(" " * depth + "k" * MAX_KEY + ":\n" for depth in range(10))
    assert _codes(read(text)) == ["key-too-long"]


def test_the_number_of_problems_is_bounded() -> None:
    codes = _codes(read("a: 1\n" * (MAX_PROBLEMS + 50)))
    assert codes == ["duplicate-key"] * MAX_PROBLEMS + ["too-many-problems"]


def _codes(source: Source) -> list[str]:
    return [problem.code for problem in source.problems]
