"""Request bodies: strict JSON, nothing else, within the size limit."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

MOST_DEPTH: Final = 64
MOST_DIGITS: Final = 400
#: json.dumps writes U+0000 as an escape, after an even number of backslashes.
_UNSTORABLE: Final = re.compile(r"[\ud800-\udfff]|(?<!\\)(?:\\\\)*\\u0000")


class TooLarge(APIException):
    status_code = 413
    default_code = "body-too-large"
    default_detail = (
        f"The body is larger than {settings.REPORT_BODY_LIMIT:,} bytes. Send the facts of the "
        "incident and refer to large evidence by address."
    )


class StrictJSONParser(BaseParser):
    media_type = "application/json"

    def parse(
        self, stream: Any, media_type: str | None = None, context: Mapping[str, Any] | None = None
    ) -> Any:
        return loads(stream.read(settings.REPORT_BODY_LIMIT + 1))


def loads(body: bytes, *, limit: int = settings.REPORT_BODY_LIMIT) -> Any:
    """The JSON value of `body`. Raises TooLarge, or ParseError with line and column.

    Stricter than Python's reader: UTF-8 only, no NaN or Infinity, no name twice in one object
    (RFC 8259 leaves their meaning open, so two readers could see two different reports), no
    character that text cannot hold (U+0000, half of a surrogate pair), at most MOST_DEPTH levels.
    """
    if len(body) > limit:
        raise TooLarge
    try:
        text = body.decode("utf-8")
        found = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_short,
        )
        # Looked at only where there may be something to find: this is the way of every report.
        if "\\u" in text:
            _refuse_unstorable(found)
        if text.count("[") + text.count("{") > MOST_DEPTH:
            _refuse_deep(found)
        return found
    except json.JSONDecodeError as error:
        raise ParseError(
            f"Not JSON: {error.msg} at line {error.lineno}, column {error.colno}.",
            code="malformed-json",
        ) from error
    except UnicodeDecodeError as error:
        raise ParseError(
            f"Not UTF-8: byte {error.start} cannot be read.", code="malformed-json"
        ) from error
    except RecursionError as error:
        raise ParseError("The JSON is nested too deeply.", code="malformed-json") from error
    except ValueError as error:
        raise ParseError(str(error), code="malformed-json") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"Not usable JSON: the name {twice!r} stands twice in one object.")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"Not JSON: {name} is not a number.")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"Not usable JSON: the number {digits[:40]} is too large.")
    return number


def _short(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"Not usable JSON: the number {digits[:40]}… is too large.")
    return int(digits)


def _refuse_unstorable(found: object) -> None:
    if _UNSTORABLE.search(json.dumps(found, ensure_ascii=False)):
        raise ValueError(
            "Not usable JSON: a text holds U+0000 or half of a surrogate pair, which is no text."
        )


def _refuse_deep(found: object) -> None:
    level: list[object] = [found]
    for _ in range(MOST_DEPTH):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    if any(isinstance(each, dict | list) for each in level):
        raise ValueError(f"Not usable JSON: nested more than {MOST_DEPTH} levels deep.")
