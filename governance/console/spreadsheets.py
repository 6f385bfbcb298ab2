"""Tables of the console as CSV, for a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

from django.http import HttpResponse

#: What a spreadsheet takes for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def answer(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A file to save. A text that a spreadsheet would run has an apostrophe before it."""
    written = StringIO()
    lines = csv.writer(written)
    lines.writerow(heads)
    lines.writerows([_plain(value) for value in row] for row in rows)
    found = HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8")
    found["Content-Disposition"] = f'attachment; filename="{name}"'
    return found


def _plain(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
