"""Lines of the log are ours alone: nobody writes one, or moves a terminal's cursor, by what is
logged of a request."""

import io
import json
import logging
import logging.config
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
import structlog
from rest_framework.test import APIClient

from governance import logs
from tests import factory

FORGED: Final = "one\r\nlevel=error forged\x1b[2J\x1b]0;title\x07\x00\u2028two\x9b31m\u202ethree"
_MOVING: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e]")
Lines = Callable[[], list[str]]


@pytest.fixture(params=["text", "json"])
def lines(request: pytest.FixtureRequest) -> Iterator[Lines]:
    """What is logged, in this form, since it was last asked for."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    logging.config.dictConfig(logs.configuration(level="INFO", form=request.param))
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    written = handler.stream = io.StringIO()
    yield lambda: written.getvalue().split("\n")[:-1]
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.contextvars.clear_contextvars()


def ours(name: str, value: Any) -> None:
    structlog.get_logger("bylaw.test").warning("something.happened", **{name: value})


def event(_: str, value: Any) -> None:
    structlog.get_logger("bylaw.test").warning(str(value))


def theirs(_: str, value: Any) -> None:
    logging.getLogger("another.library").warning("Not found: %s", value)


def bound(name: str, value: Any) -> None:
    structlog.contextvars.bind_contextvars(**{name: value})
    structlog.get_logger("bylaw.test").warning("something.happened")


@pytest.mark.parametrize("log", [ours, event, theirs, bound], ids=lambda each: each.__name__)
@pytest.mark.parametrize("value", [FORGED, [FORGED], {FORGED: FORGED}], ids=["text", "list", "map"])
def test_one_event_is_one_line_and_moves_nothing(
    lines: Lines, log: Callable[[str, Any], None], value: Any
) -> None:
    log("told", value)
    (line,) = lines()
    assert not _MOVING.search(line)


def test_a_fault_whose_words_a_stranger_chose_moves_nothing(lines: Lines) -> None:
    try:
        raise ValueError(FORGED)
    except ValueError:
        structlog.get_logger("bylaw.test").exception("something.failed")
    assert not [line for line in lines() if _MOVING.search(line)]


HEADERS: Final = (
    "User-Agent",
    "X-Request-ID",
    "X-Correlation-ID",
    "Referer",
    "Authorization",
    "X-Forwarded-For",
    "Accept-Language",
    "Idempotency-Key",
)


@pytest.mark.django_db
@pytest.mark.parametrize("header", HEADERS)
def test_no_header_of_a_request_moves_anything(lines: Lines, header: str) -> None:
    caller = APIClient(raise_request_exception=False)
    headers = {"Authorization": f"Bearer {factory.key()}", header: "a\x1b[2J\x9b31mb\x07"}
    caller.get("/api/v1/nothing\x1b[2J", headers=headers)
    caller.post("/api/v1/incidents", {}, format="json", headers=headers)
    found = lines()
    assert found
    assert not [line for line in found if _MOVING.search(line)]


@pytest.mark.django_db
def test_the_id_of_a_request_in_an_answer_is_one_of_ours() -> None:
    """Whoever quotes it to support, or searches for it, finds one request."""
    caller = APIClient()
    for given in ("x" * 5000, "../../etc/passwd", '"},{"', "00000000"):
        answer = caller.get("/api/v1/me", headers={"X-Request-ID": given})
        said = json.loads(answer.content).get("instance", "")
        assert given not in said
