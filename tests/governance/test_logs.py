"""Log lines, as a machine or a person reads them."""

import json
import logging
import logging.config
from collections.abc import Iterator

import pytest
import structlog

from governance import logs


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """The handlers and the level that pytest and the settings gave."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.contextvars.clear_contextvars()


def test_a_line_is_one_json_object_with_what_is_bound(capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(logs.configuration(level="INFO", form="json"))
    structlog.contextvars.bind_contextvars(request_id="r-1")
    structlog.get_logger("bylaw.test").info("message.sent", attempt=2)
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert (line["event"], line["attempt"], line["request_id"]) == ("message.sent", 2, "r-1")


def test_a_line_of_another_library_has_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(logs.configuration(level="INFO", form="json"))
    logging.getLogger("elsewhere").warning("careful %s", "now")
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert (line["event"], line["level"], line["logger"]) == ("careful now", "warning", "elsewhere")


def test_the_level_holds(capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(logs.configuration(level="WARNING", form="json"))
    logging.getLogger("elsewhere").info("nothing")
    assert capsys.readouterr().err == ""


def test_text_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(logs.configuration(level="INFO", form="text"))
    structlog.get_logger("bylaw.test").info("message.sent", attempt=2)
    assert "message.sent" in capsys.readouterr().err
