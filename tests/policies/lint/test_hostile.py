"""Hostile files: never a crash, never a hang, and nothing of them is ever run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies import documents, shipped
from policies.lint import lint
from tests.policies.lint import hostile
from tests.policies.lint.example import AT, SET, base

BASE = base()
SHIPPED = [file.read_text() for file in shipped.files([shipped.DIRECTORY])]
TEXTS = sorted({*SET.values(), *(text for text in SHIPPED if len(text) < 20_000)})
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

#: A guard against hanging, far above the second that any of the files takes: see `hostile`.
KILLED_AFTER = 30


def checked(text: str | bytes) -> None:
    reading = documents.read(text, path="x")
    linting = lint({"x": text}, base=BASE, at=AT)
    assert (reading.document is None) == bool(reading.problems)
    assert set(reading.problems) <= set(linting.problems)
    assert {each.path for each in reading.problems} <= {"x"}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """All hand-made files, in a process that kills itself when one of them hangs."""
    root = str(Path(__file__).parents[3])
    return subprocess.run(
        [sys.executable, "-m", "tests.policies.lint.hostile", str(KILLED_AFTER)],
        cwd=tmp_path_factory.mktemp("hostile"),
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )


def test_no_hostile_file_crashes_hangs_or_is_run(
    outcome: subprocess.CompletedProcess[str],
) -> None:
    assert outcome.returncode == 0, f"{outcome.stdout[-200:]}{outcome.stderr[-2000:]}"


def test_every_hostile_file_was_tried(outcome: subprocess.CompletedProcess[str]) -> None:
    names = [name for name, _ in (*hostile.texts(), *hostile.documents_())]
    assert outcome.stdout.splitlines() == names


def test_a_hostile_name_of_a_zone_opens_no_file() -> None:
    text = SET["calendar"].replace("Europe/Brussels", "../../../../etc/passwd")
    assert [each.code for each in documents.read(text).problems] == ["unknown-zone"]


@QUICK
@given(st.binary(max_size=300))
def test_any_bytes_are_read(raw: bytes) -> None:
    checked(raw)


WORDS = st.sampled_from(
    ["kind", "SeverityPolicy", "ObligationPolicy", "Taxonomy", "metadata", "spec", "name",
     "report", "apiVersion", "bylaw/v1", "1.0.0", "when", "all", "not", "&a", "*a", "!!x", "<<",
     "-", ":", "?", "|", ">", "{", "}", "[", "]", ",", "'", '"', "#", "\n", "\n  ", "\n    ",
     "---", "%", "~", "0x", "1e999", "012", ".nan", "$ref", "#/", "pattern", "terms", "adds",
     "\t", "\ufeff", "\u2028"]
)  # fmt: skip


@QUICK
@given(st.lists(WORDS, max_size=80).map(" ".join))
def test_anything_like_yaml_is_read(text: str) -> None:
    checked(text)


VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.sampled_from(["a", "SEV1"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@QUICK
@given(text=st.sampled_from(TEXTS), data=st.data())
def test_a_policy_with_any_value_in_any_place_is_read(text: str, data: st.DataObject) -> None:
    lines = text.splitlines()
    valued = [index for index, line in enumerate(lines) if ": " in line and "#" not in line]
    place = data.draw(st.sampled_from(valued))
    key = lines[place].partition(": ")[0]
    lines[place] = f"{key}: {data.draw(VALUES)!r}"
    checked("\n".join(lines))


@QUICK
@given(text=st.sampled_from(TEXTS), data=st.data())
def test_a_policy_without_some_lines_is_read(text: str, data: st.DataObject) -> None:
    lines = text.splitlines()
    start = data.draw(st.integers(0, len(lines)))
    end = data.draw(st.integers(start, min(len(lines), start + 12)))
    checked("\n".join(lines[:start] + lines[end:]))


@QUICK
@given(text=st.sampled_from(TEXTS), data=st.data())
def test_a_policy_with_other_bytes_is_read(text: str, data: st.DataObject) -> None:
    raw = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    checked(bytes(raw))
