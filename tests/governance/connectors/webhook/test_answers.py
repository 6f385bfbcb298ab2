"""What an endpoint's answer means: taken, try again, or give up (pure)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.connectors.webhook import answers

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_says_that_it_was_taken(status: int) -> None:
    assert answers.judge(status, {}, b"", at=AT) is None


@pytest.mark.parametrize("status", [408, 425, 429, 500, 501, 502, 503, 504, 599])
def test_what_passes_is_tried_again(status: int) -> None:
    error = answers.judge(status, {}, b"", at=AT)
    assert error is not None
    assert not error.permanent


@pytest.mark.parametrize(
    "status", [301, 302, 307, 308, 400, 401, 403, 404, 405, 409, 410, 413, 422]
)
def test_redirects_and_refusals_are_permanent(status: int) -> None:
    error = answers.judge(status, {}, b"", at=AT)
    assert error is not None
    assert error.permanent


@given(status=st.integers(100, 999))
def test_only_a_2xx_is_ever_taken(status: int) -> None:
    assert (answers.judge(status, {}, b"", at=AT) is None) == (200 <= status < 300)


@pytest.mark.parametrize("status", [429, 503])
def test_a_wish_to_wait_is_read(status: int) -> None:
    error = answers.judge(status, {"retry-after": "120"}, b"", at=AT)
    assert error is not None
    assert (error.retry_after, error.reach) == (timedelta(minutes=2), "destination")


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("0", timedelta()),
        (" 30 ", timedelta(seconds=30)),
        ("Sun, 22 Nov 2026 09:31:00 GMT", timedelta(minutes=1)),
        ("Sunday, 22-Nov-26 09:31:00 GMT", timedelta(minutes=1)),
        ("Sun, 22 Nov 2026 09:29:00 GMT", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("\u0663", None),
    ],
)
def test_a_wait_is_seconds_or_a_date(value: str, wait: timedelta | None) -> None:
    assert answers.retry_after(value, at=AT) == wait


@given(value=st.text())
def test_no_header_is_too_strange_to_be_read(value: str) -> None:
    found = answers.retry_after(value, at=AT)
    assert found is None or found >= timedelta()


def test_the_words_of_the_answer_are_kept_up_to_a_length() -> None:
    error = answers.judge(422, {}, b"no such field\xff" + b"x" * 999, at=AT)
    assert str(error).startswith("HTTP 422 Unprocessable")
    assert "no such field" in str(error)
    assert len(str(error)) < 300
