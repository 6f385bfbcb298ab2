"""Request bodies: strict JSON (RFC 8259) within a limit."""

import json
from contextlib import suppress

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from governance.api import parsing


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "line 1, column 1"),
        (b'{\n  "a": ,\n}', "line 2, column 8"),
        (b'{"a": 1} x', "column 10"),
        (b'{"a": "\x01"}', "Not JSON"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b"[Infinity]", "Infinity is not a number"),
        (b"[-Infinity]", "-Infinity is not a number"),
        (b"[1e400]", "1e400 is too large"),
        (b"9" * 5000, "is too large"),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', "the name 'c' stands twice"),
        (b'"\xff"', "byte 1 cannot be read"),
        (b'\xef\xbb\xbf{"a": 1}', "Not JSON"),
        ('{"a": "é"}'.encode("utf-16"), "Not UTF-8"),
        (b'"a\\u0000b"', "U\\+0000"),
        (b'{"a\\u0000": 1}', "U\\+0000"),
        (b'"\\ud800"', "surrogate"),
        (b'{"\\udc00": 1}', "surrogate"),
        (b"[" * 65 + b"]" * 65, "more than 64 levels"),
        (b'{"a":' * 65 + b"1" + b"}" * 65, "more than 64 levels"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_not_usable_is_refused_with_its_reason(body: bytes, words: str) -> None:
    with pytest.raises(ParseError, match=words) as raised:
        parsing.loads(body)
    assert raised.value.get_codes() == "malformed-json"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"[" * 64 + b"]" * 64, json.loads("[" * 64 + "]" * 64)),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b'"\\\\u0000"', "\\u0000"),
        (b"[[],[],{}]" + b" " * 9, [[], [], {}]),
        (b"[1, -0.5, 1e3]", [1, -0.5, 1000.0]),
    ],
)
def test_what_only_looks_unusable_is_read(body: bytes, value: object) -> None:
    assert parsing.loads(body) == value


def test_the_limit_is_the_last_size_that_is_read() -> None:
    body = b'"' + b"a" * (settings.REPORT_BODY_LIMIT - 2) + b'"'
    assert parsing.loads(body)
    with pytest.raises(parsing.TooLarge, match="1,048,576 bytes"):
        parsing.loads(body + b" ")


@given(st.binary(max_size=40) | st.text('{}[]",:0e\\u9').map(str.encode))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(ParseError):
        json.dumps(parsing.loads(body), allow_nan=False).encode()
