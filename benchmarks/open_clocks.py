"""A database with very many open clocks: copies of one real incident, made inside PostgreSQL.

One report is taken in as the service takes it in. Its incident, decision, duties, clocks and timers
are then copied in SQL under new identifiers, with due times spread over the next months. The record
and the facts of the copied decisions are left empty, for no sweep reads them, and what was said on
the day of the report (messages, audit trail) is not copied.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import connection

from incidents.models import Clock, Decision, Duty, Incident, Timer

#: Copies made in one statement; memory in PostgreSQL grows with it.
CHUNK: Final = 20_000
#: The first deadline of a copy lies this many seconds ahead, the last SPREAD later.
AHEAD: Final = 86_400
SPREAD: Final = 90 * 86_400

_COPY: Final = """
INSERT INTO {table} ({columns})
SELECT {values} FROM {table} AS row, generate_series(%(first)s, %(last)s) AS number
WHERE {own} = %(incident)s
"""
#: UUID of version 7's form that sorts by the number of the copy, as real ones do by time.
_ID: Final = (
    "(lpad(to_hex(1700000000000 + number), 12, '0') || "
    "substr(md5({column}::text || number::text), 13))::uuid"
)
_LATER: Final = "{column} + make_interval(secs => {ahead} + {spread} * ((number %% 9973) / 9973.0))"


def copy(incident: Incident, count: int, *, told: Callable[[int], None]) -> None:
    """Write `count` copies; `told` hears how many there are."""
    for first in range(1, count + 1, CHUNK):
        last = min(first + CHUNK - 1, count)
        for model in (Incident, Decision, Duty, Clock, Timer):
            _copy(model, incident.id, first, last)
        told(last)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def _copy(model: type[Any], incident: UUID, first: int, last: int) -> None:
    own = "row.id" if model is Incident else "row.incident_id"
    fields = model._meta.concrete_fields
    statement = _COPY.format(
        table=f'"{model._meta.db_table}"',
        columns=", ".join(f'"{field.column}"' for field in fields),
        values=", ".join(_value(model, field.column) for field in fields),
        own=own,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"first": first, "last": last, "incident": incident})


_IDS: Final = ("id", "incident_id", "decision_id", "duty_id", "clock_id")
_MOVED: Final[Sequence[str]] = (
    "due_at",
    "started_at",
    "target_due",
    "conservative_due",
    "legal_due",
    "at_risk_from",
    "determine_by",
)


def _value(model: type[Any], column: str) -> str:
    name = f'row."{column}"'
    if column in _IDS:
        return _ID.format(column=name)
    if column in _MOVED:
        return _LATER.format(column=name, ahead=AHEAD, spread=SPREAD)
    if (model, column) == (Incident, "reference"):
        return f"{name} || '-' || number"
    if (model, column) == (Timer, "key"):
        return f"{name} || ':' || number"
    if model is Decision and column in {"facts", "text"}:
        return "''"
    return name
