"""Filters that read what they are given as strictly as bodies are read."""

from datetime import UTC, datetime
from typing import Any

import django_filters
from django.core.exceptions import ValidationError

from governance.api.inputs import has_offset


class _InstantField(django_filters.fields.IsoDateTimeField):
    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        if found is None:
            return None
        if not has_offset(str(value)):
            raise ValidationError("Give the offset, as in 2026-11-22T09:30:00Z.", "offset-missing")
        return _utc(found)


class InstantFilter(django_filters.IsoDateTimeFilter):
    """An RFC 3339 instant with its offset, in UTC from here on: the database takes no offset of 16
    hours or more."""

    field_class = _InstantField


def _utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise ValidationError("This instant is not within years 1 to 9999.", "invalid") from error
