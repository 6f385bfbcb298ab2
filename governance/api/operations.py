"""What the description of the API says of each operation, beside what its view says itself.

Each package of views lists its operations in a module `schema`, by view and method, in a mapping
`OPERATIONS` that `settings.API_OPERATIONS` names. A view inherits what is said of its bases.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.utils.module_loading import import_string
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter


@dataclass(frozen=True)
class Operation:
    """`takes` and `gives` are serializers (classes, or instances for lists); `gives` may be a
    `File`, or None for no body. `also` are further answers by status. By default the summary is the
    first sentence of the docstring, `takes` what the view has as an attribute of that name, and a
    list gives pages of the view's serializer."""

    summary: str = ""
    takes: Any = None
    gives: Any = None
    status: int = 0
    also: Mapping[int, Any] = field(default_factory=dict)
    queries: tuple[OpenApiParameter, ...] = ()
    example: Any = None


@dataclass(frozen=True)
class File:
    """An answer of bytes."""

    media_type: str


class Nothing:
    """An answer without a body."""


Operations = Mapping[type, Mapping[str, Operation]]
_UNSAID: Final = Operation()


def of(view: type, method: str) -> Operation:
    """What is said of the view's method, or of that of a base where nothing is said of its own."""
    said = [found[method] for each in view.__mro__ if method in (found := _all().get(each, {}))]
    chosen: dict[str, Any] = {}
    for each in fields(Operation):
        values = [getattr(one, each.name) for one in said]
        unsaid = getattr(_UNSAID, each.name)
        chosen[each.name] = next((value for value in values if value != unsaid), unsaid)
    return Operation(**chosen)


def query(name: str, description: str, type_: Any = OpenApiTypes.STR, **more: Any) -> Any:
    return OpenApiParameter(name, type_, OpenApiParameter.QUERY, description=description, **more)


@cache
def _all() -> Operations:
    return {
        view: methods
        for name in settings.API_OPERATIONS
        for view, methods in import_string(name).items()
    }
