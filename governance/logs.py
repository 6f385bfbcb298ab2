"""Structured logs: one JSON object a line, with the request's and the incident's id bound to it."""

import re
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

#: What moves a terminal's cursor, or begins a line that another seems to have written.
_MOVING: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
]


def configuration(*, level: str, form: str) -> dict[str, Any]:
    """A logging dictConfig; `form` is `json` for machines or `text` for a terminal."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderers: list[Any] = (
        [structlog.processors.JSONRenderer()]
        if form == "json"
        else [_still, structlog.dev.ConsoleRenderer(colors=False)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *renderers,
                ],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},  # a line a tick
            "celery.beat": {"level": "WARNING"},
        },
    }


def _still(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A line of text stays one line, and is no more than text, whatever somebody had put into it.
    JSON says such signs otherwise."""
    event["event"] = str(event.get("event", ""))
    for name, value in event.items():
        if isinstance(value, str) and name != "exception":
            event[name] = _MOVING.sub(_named, value)
    if isinstance(told := event.get("exception"), str):
        event["exception"] = "\n".join(
            f"| {_MOVING.sub(_named, line)}" for line in told.split("\n")
        )
    return event


def _named(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")
