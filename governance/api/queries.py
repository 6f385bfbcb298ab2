"""Query parameters: those that an operation has, each once and with a value; anything else is
refused, for a misspelt filter would be a list of everything.

`fields` picks what of an answer is wanted: of one object its members, of a list those of each row.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import django_filters
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from governance.api import operations
from governance.errors import Invalid

FIELDS: Final = "fields"
_PAGES: Final = ("cursor", "page_size")
_BOOLEANS: Final = frozenset({"true", "false", "True", "False", "1", "0"})


class UnknownField(Invalid):
    code = "unknown-field"


def check(request: Request, view: Any) -> str | None:
    """What `fields` asks for, taken out of the parameters, so that no view need know of it. Raises
    ValidationError with every parameter that is wrong."""
    kind: Any = type(view)
    known = _known(kind, str(request.method))
    wrong = {
        name: reason
        for name, values in request.query_params.lists()
        if (reason := _wrong(name, values, known))
    }
    if wrong:
        raise ValidationError(wrong, code="query")
    if FIELDS not in request.query_params:
        return None
    left = request.query_params.copy()
    (fields,) = left.pop(FIELDS)
    request._request.GET = left  # type: ignore[assignment]  # it is no less mutable than ours
    return str(fields)


def pick(fields: str | None, data: Any) -> Any:
    """These members of an answer alone. Raises UnknownField with those that there are."""
    if fields is None or data is None:  # no body, as of a 304
        return data
    names = fields.split(",")
    if not isinstance(data, Mapping):
        return [_picked(row, names) for row in data]
    rows = data.get("results")
    if rows is None or any(not isinstance(row, Mapping) for row in rows):
        return _picked(data, names)  # one object, also where it holds a list of texts
    return {**data, "results": [_picked(row, names) for row in rows]}


def _picked(row: Any, names: Sequence[str]) -> Any:
    if unknown := [name for name in names if name not in row]:
        raise UnknownField(f"There is no field {unknown[0]!r}; there are {', '.join(row)}.")
    return {name: row[name] for name in row if name in names}


def _wrong(name: str, values: Sequence[str], known: Mapping[str, str]) -> str:
    """Why a parameter is refused; empty where it is not."""
    kind = known.get(name)
    if kind is None:
        return f"There is no such parameter. Known: {', '.join(known) or 'none'}."
    if len(values) > 1 and kind != "many":
        return "Give it once."
    if not all(values):
        return "It has no value; leave it out."
    if name == FIELDS and not re.fullmatch("[a-z0-9_]+(,[a-z0-9_]+)*", values[0]):
        return "Give names, by comma."
    if kind == "boolean" and values[0] not in _BOOLEANS:
        return "Give true or false."
    if kind == "size" and not re.fullmatch("[1-9][0-9]{0,8}", values[0]):
        return "Give a number from 1 on."
    return ""


@cache
def _known(view: type[Any], method: str) -> Mapping[str, str]:
    """Name → `many`, `boolean`, `size` or `one`."""
    said = operations.of(view, "GET" if method == "HEAD" else method).queries
    found = {each.name: _kind(each) for each in said}
    if method not in {"GET", "HEAD"}:
        return found
    if getattr(view, "pagination_class", None) is not None:
        found |= {name: "size" if name == "page_size" else "one" for name in _PAGES}
        found |= {"ordering": "one"} if getattr(view, "orderings", ()) else {}
        found |= {"search": "one"} if getattr(view, "search", None) else {}
        found |= dict(_filters(view))
    return {**found, FIELDS: "one"}


def _kind(said: OpenApiParameter) -> str:
    return "many" if said.many else "boolean" if said.type is bool else "one"


def _filters(view: type[Any]) -> Iterable[tuple[str, str]]:
    filterset = getattr(view, "filterset_class", None)
    for name, each in (filterset.base_filters if filterset else {}).items():
        yield name, "boolean" if isinstance(each, django_filters.BooleanFilter) else "one"
    for name in getattr(view, "filterset_fields", ()):
        yield name, "one"
