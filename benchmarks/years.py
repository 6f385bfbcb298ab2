"""Three years of incidents, made inside PostgreSQL from one that was reported.

97 of 100 are closed, with their duties fulfilled, their timers said and their messages sent; the
others are open, half of them not acknowledged, with clocks that run, wait or are overdue. Every
50th submission was rejected. Severities, systems, sources, owners and times differ. What no list
shows is left empty: reports, records of decisions, texts of messages, bodies of entries.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import connection

from governance.ledger.models import Entry
from governance.outbox.models import Message
from incidents.models import Clock, Decision, Duty, Incident, Submission, Timer

#: Made in one statement; memory in PostgreSQL grows with it.
CHUNK: Final = 50_000
SECONDS: Final = 3 * 365 * 86_400
_OPEN: Final = 33  # one of so many
#: How many of an incident's rows are copied: enough for lists of several per incident.
_MOST: Final = {Duty: 3, Clock: 3, Timer: 4, Entry: 4, Message: 1, Submission: 1}

_CHOSEN: Final = """
CREATE TEMPORARY TABLE pattern AS SELECT * FROM {table} WHERE {own} = %(incident)s {within}
ORDER BY id LIMIT {most}
"""
_COPY: Final = """
INSERT INTO {table} ({columns})
SELECT {values} FROM (
    SELECT n, {closed} AS closed,
           %(now)s::timestamptz
           - make_interval(secs => ({count} - n + 0.5) * {seconds} / {count}) AS day
    FROM generate_series(%(first)s, %(last)s) AS n
) AS copies CROSS JOIN pattern AS row
"""
#: UUID of version 7's form with the time of its incident, as real ones have it.
_ID: Final = (
    "(lpad(to_hex((extract(epoch FROM day) * 1000)::bigint), 12, '0') || '7' || "
    "substr(md5({column}::text || n::text), 14))::uuid"
)
_LATER: Final = "{column} + (day - %(day)s::timestamptz)"
_IDS: Final = frozenset({"id", "incident_id", "decision_id", "duty_id", "clock_id"})


def fill(incident: Incident, count: int, *, told: Callable[[int], None]) -> None:
    """Write `count` copies; `told` hears how many there are. Triggers and foreign keys are off
    meanwhile, as after a restored dump, and nothing waits to be sealed."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for model in (Incident, Decision, Duty, Clock, Timer, Message, Submission, Entry):
            _copy(cursor, model, incident, count, told)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM (ANALYZE)")


def _copy(
    cursor: Any, model: type[Any], incident: Incident, count: int, told: Callable[[int], None]
) -> None:
    table = f'"{model._meta.db_table}"'
    cursor.execute(
        _CHOSEN.format(
            table=table,
            own="id" if model is Incident else "incident_id",
            within=_WITHIN.get(model, ""),
            most=_MOST.get(model, 1),
        ),
        {"incident": incident.id},
    )
    fields = [field for field in model._meta.concrete_fields if field.column != "number"]
    statement = _COPY.format(
        table=table,
        columns=", ".join(f'"{field.column}"' for field in fields),
        values=", ".join(_value(model, field) for field in fields),
        closed=f"n %% {_OPEN} <> 0",
        count=count,
        seconds=SECONDS,
    )
    at = incident.reported_at
    for first in range(1, count + 1, CHUNK):
        last = min(first + CHUNK - 1, count)
        cursor.execute(statement, {"first": first, "last": last, "day": at, "now": at})
        told(last)
    cursor.execute("DROP TABLE pattern")


def _value(model: type[Any], field: Any) -> str:
    column = str(field.column)
    name = f'row."{column}"'
    if found := _VALUES.get((model, column)):
        return found.format(column=name)
    if column in _IDS:
        return _ID.format(column=name)
    return _LATER.format(column=name) if field.get_internal_type() == "DateTimeField" else name


#: Duties, their clocks and the clocks' timers that belong together.
_WITHIN: Final[Mapping[type[Any], str]] = {
    Clock: "AND duty_id IN (SELECT id FROM incidents_duty WHERE incident_id = %(incident)s "
    "ORDER BY id LIMIT 3)",
    Timer: "AND (duty_id IS NULL OR duty_id IN (SELECT id FROM incidents_duty "
    "WHERE incident_id = %(incident)s ORDER BY id LIMIT 3))",
}
_OWNERS: Final = "(ARRAY['compliance-officer', 'legal-counsel', 'responder', 'executive'])"
_VALUES: Final[Mapping[tuple[type[Any], str], str]] = {
    (Incident, "reference"): "'INC-' || n",
    (Incident, "title"): "'Wrong answer no. ' || n || ' of the assistant'",
    (Incident, "system"): "'system-' || n %% 50",
    (Incident, "system_name"): "'The system no. ' || n %% 50",
    (Incident, "source"): "'source-' || n %% 20",
    (Incident, "report"): "'{{}}'",
    (Incident, "drill"): "n %% 100 = 0",
    (Incident, "severity"): "'SEV' || CASE WHEN n %% 100 < 1 THEN 1 WHEN n %% 100 < 10 "
    "THEN 2 WHEN n %% 100 < 40 THEN 3 ELSE 4 END",
    (Incident, "severity_rank"): "CASE WHEN n %% 100 < 1 THEN 0 WHEN n %% 100 < 10 "
    "THEN 1 WHEN n %% 100 < 40 THEN 2 ELSE 3 END",
    (Incident, "state"): "CASE WHEN closed THEN 'closed' ELSE "
    "(ARRAY['open', 'contained', 'resolved'])[1 + n %% 3] END",
    (Incident, "closed_at"): "CASE WHEN closed THEN day + interval '9 days' END",
    (Incident, "acknowledged_at"): "CASE WHEN closed OR n %% 2 = 0 "
    "THEN day + interval '1 hour' END",
    (Decision, "facts"): "''",
    (Decision, "text"): "''",
    (Duty, "state"): "CASE WHEN closed THEN 'fulfilled' ELSE {column} END",
    (Duty, "confirmation"): "CASE WHEN closed THEN '' ELSE {column} END",
    (Duty, "closed_at"): "CASE WHEN closed THEN day + interval '9 days' END",
    (Duty, "owner"): f"{_OWNERS}[1 + n %% 4]",
    (Clock, "state"): "CASE WHEN closed THEN 'fulfilled' ELSE {column} END",
    (Clock, "fulfilled_at"): "CASE WHEN closed THEN day + interval '1 day' END",
    (Timer, "key"): "row.id || ':' || n",
    (Timer, "state"): "CASE WHEN closed THEN 'fired' ELSE 'pending' END",
    (Timer, "done_at"): "CASE WHEN closed THEN day + interval '9 days' END",
    (Message, "key"): "row.id || ':' || n",
    (Message, "text"): "''",
    (Message, "html"): "''",
    (Message, "lane"): "'' || n",
    (Message, "incident_reference"): "'INC-' || n",
    (Message, "destination"): "'person-' || n %% 500 || '@example.org'",
    (Message, "state"): "CASE WHEN n %% 10000 = 0 THEN 'dead' ELSE 'sent' END",
    (Message, "sent_at"): "CASE WHEN n %% 10000 <> 0 THEN day END",
    (Submission, "body"): "''",
    (Submission, "idempotency_key"): "row.id || ':' || n",
    (Submission, "actor"): "'api_key:' || lpad((n %% 40)::text, 8, '0')",
    (Submission, "status"): "CASE WHEN n %% 50 = 0 THEN 'rejected' ELSE 'accepted' END",
    (Submission, "problem_code"): "CASE WHEN n %% 50 = 0 THEN 'invalid-report' ELSE '' END",
    (Submission, "problems"): "'[]'",
    (Entry, "body"): '\'{{"before":null,"after":null,"reason":"","because":""}}\'',
    (Entry, "actor"): "'api_key:' || lpad((n %% 40)::text, 8, '0')",
    (Entry, "object_id"): "CASE WHEN row.object_kind = 'incident' THEN "
    + _ID.replace("{column}", "row.incident_id")
    + "::text ELSE {column} END",
}
