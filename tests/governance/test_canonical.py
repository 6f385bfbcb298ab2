"""Canonical JSON (RFC 8785): the one form that is stored and hashed."""

import json
import math
import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from governance import canonical

BRUSSELS_WINTER = timezone(timedelta(hours=1))
KEY = uuid.UUID("01890000-0000-7000-8000-000000000001")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
        ({"é": "é", "e": "\n"}, '{"e":"\\n","é":"é"}'),
        (1.0, "1"),
        (1e21, "1e+21"),
        (0.1, "0.1"),
        (-0.0, "0"),
        (2**53 - 1, "9007199254740991"),
        (datetime(2026, 11, 22, 9, 30, tzinfo=UTC), '"2026-11-22T09:30:00.000000Z"'),
        (datetime(2026, 11, 22, 9, 30, 0, 7, BRUSSELS_WINTER), '"2026-11-22T08:30:00.000007Z"'),
        (date(2026, 11, 22), '"2026-11-22"'),
        (KEY, '"01890000-0000-7000-8000-000000000001"'),
        (Decimal("1.50"), '"1.50"'),
        ({"b", "a"}, '["a","b"]'),
        ((1, 2), "[1,2]"),
        ({1: "one"}, '{"1":"one"}'),
    ],
)
def test_a_value_has_one_text(value: object, text: str) -> None:
    assert canonical.text(value) == text


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        2**53 + 1,
        "\ud800",
        datetime(2026, 11, 22, 9, 30),  # noqa: DTZ001 - the naive one is the point
        object(),
        b"bytes",
    ],
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(canonical.NotCanonical):
        canonical.text({"inside": [value]})


def test_the_digest_is_the_sha256_of_the_utf8_bytes() -> None:
    assert canonical.digest("é") == (
        "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"
    )


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text('aàz\n"\\\uffee\U0001f600'), inner),
    max_leaves=10,
)


@given(_JSON)
def test_the_bytes_are_those_of_the_reference(value: object) -> None:
    assert canonical.text(value).encode() == rfc8785.dumps(value)  # type: ignore[arg-type]


def test_the_members_of_an_enumeration_are_written_by_value() -> None:
    class Level(StrEnum):
        HIGH = "high"

    assert canonical.text({Level.HIGH: Level.HIGH}) == '{"high":"high"}'


@given(_JSON)
def test_reading_a_text_and_writing_it_again_gives_the_same_text(value: object) -> None:
    text = canonical.text(value)
    assert canonical.text(json.loads(text, parse_int=float)) == text
