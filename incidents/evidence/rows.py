"""Rows as a package gives them: every column by its name, instants as canonical text."""

import json
from collections.abc import Collection
from typing import Any

from django.db.models import BinaryField, Model

from governance import canonical


def values(row: Model, *, without: Collection[str] = ()) -> dict[str, Any]:
    """Every column but those named and those of bytes; a foreign key is the other row's key."""
    return {
        field.name: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in without and not isinstance(field, BinaryField)
    }


def text(value: object) -> bytes:
    """JSON that people can read, the same for the same value."""
    plain = json.loads(canonical.text(value))
    shown = json.dumps(plain, indent=2, sort_keys=True, ensure_ascii=False)
    return shown.encode() + b"\n"
