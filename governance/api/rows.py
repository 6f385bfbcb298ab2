"""How a row reads in an answer, without building its fields anew for each.

A model serializer of the framework makes its fields from the model whenever it is instantiated,
which costs more than a report's rules and schema together. Here a class has them made once a
process, as functions from a row to what an answer says of it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, TypeVar

from django.db.models import Model
from django.utils import timezone
from rest_framework import relations, serializers

_Row = TypeVar("_Row", bound=Model)
_Write = Callable[[Any, Any], Any]  # serializer, row → what is written


class RowSerializer(serializers.ModelSerializer[_Row]):
    """A model serializer for answers only, which writes what the framework's own would.

    Fields that somebody has taken out of an instance's `fields` are left out of its answers.
    """

    def to_representation(self, instance: _Row) -> dict[str, Any]:
        left = self.__dict__.get("fields")
        return {
            name: write(self, instance)
            for name, write in _writers(type(self))
            if left is None or name in left
        }


@lru_cache(maxsize=256)
def _writers(kind: type[RowSerializer[Any]]) -> Sequence[tuple[str, _Write]]:
    fields = kind().fields.items()
    return [(name, _writer(field)) for name, field in fields if not field.write_only]


def _writer(field: Any) -> _Write:
    if isinstance(field, serializers.SerializerMethodField):
        name = str(field.method_name)
        return lambda serializer, row: getattr(serializer, name)(row)
    if type(field) is relations.PrimaryKeyRelatedField and field.pk_field is None:
        return _read(field, f"{field.source}_id", _same)
    if type(field) is serializers.ListField and type(field.child) is serializers.CharField:
        return _read(field, str(field.source), list)
    return _read(field, str(field.source), _FORMS.get(type(field), field.to_representation))


def _read(field: Any, source: str, form: Callable[[Any], Any]) -> _Write:
    read = attrgetter(source)

    def write(_serializer: Any, row: Any) -> Any:
        try:
            value = read(row)
        except AttributeError:  # of a relation that is empty: what the field itself makes of it
            value = field.get_attribute(row)
        return None if value is None else form(value)

    return write


def _instant(value: datetime) -> str:
    """As the framework's field for times has it."""
    written = value.astimezone(timezone.get_current_timezone()).isoformat()
    return f"{written[:-6]}Z" if written.endswith("+00:00") else written


def _same(value: Any) -> Any:
    return value


_FORMS: Final[dict[type, Callable[[Any], Any]]] = {
    serializers.BooleanField: _same,
    serializers.CharField: str,
    serializers.ChoiceField: str,
    serializers.DateTimeField: _instant,
    serializers.IntegerField: _same,
    serializers.JSONField: _same,
    serializers.UUIDField: str,
}
