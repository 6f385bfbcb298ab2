"""The floor: the rows of one report, written again and again by plain psycopg.

One transaction a report, one prepared multi-row INSERT a table, all in one pipeline, so one round
trip; same schema, same indexes, same triggers and foreign keys, same durability. What is left out
is what a service does besides: HTTP, checking, deciding, counting, reading back.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.string import TextLoader

from governance import ids

#: Longer texts are contents. They keep the identifiers they were captured with: same bytes.
_LONGEST_KEY: Final = 250
_TABLES: Final = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'ledger_unsealed'
    ORDER BY relname
"""  # whose rows a trigger writes, for the floor as for the service


@dataclass(frozen=True)
class Table:
    """Rows of one table as psycopg reads them, but for jsonb, which stays text."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Captured:
    """Every row that one report left behind."""

    reference: str
    tables: tuple[Table, ...]

    @property
    def rows(self) -> int:
        return sum(len(table.rows) for table in self.tables)

    @property
    def columns(self) -> int:
        return sum(len(table.columns) * len(table.rows) for table in self.tables)

    @property
    def counts(self) -> dict[str, int]:
        return {table.name: len(table.rows) for table in self.tables}


def capture(url: str, report: Callable[[], str]) -> Captured:
    """The rows that `report`, which returns a reference, writes. Nobody else may be writing."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.adapters.register_loader("jsonb", TextLoader)
        first = _one(connection, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        reference = report()
        names = [str(name) for (name,) in connection.execute(_TABLES)]
        found = [_written_since(connection, name, first) for name in names]
    return Captured(reference, tuple(table for table in found if table.rows))


def size(url: str, captured: Captured) -> int:
    """Bytes of one report's rows as PostgreSQL stores them, tuple headers included."""
    with psycopg.connect(url) as connection:
        parts = (
            sql.SQL("SELECT coalesce(sum(pg_column_size(t.*)), 0) FROM {} t").format(
                sql.Identifier(table.name)
            )
            + sql.SQL(" WHERE id = ANY(%s)")
            for table in captured.tables
        )
        keys = [[row[t.columns.index("id")] for row in t.rows] for t in captured.tables]
        return sum(
            int(_one(connection, part, [key])) for part, key in zip(parts, keys, strict=True)
        )


def count(url: str, captured: Captured) -> dict[str, int]:
    """How many rows each of the captured tables has now."""
    with psycopg.connect(url) as connection:
        return {
            table.name: _one(
                connection, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table.name))
            )
            for table in captured.tables
        }


@dataclass(frozen=True)
class Writer:
    """One client that writes `captured` once more with each call, under new identifiers."""

    url: str
    captured: Captured

    @contextmanager
    def open(self, number: int) -> Iterator[Callable[[], str]]:
        tables = [_Copied.of(table, self.captured) for table in self.captured.tables]
        old = _identifiers(self.captured)
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.cursor()

            def write() -> str:
                fresh = {identifier: ids.new() for identifier in old}
                reference = _reference(self.captured, fresh.values())
                texts = {str(was): str(now) for was, now in fresh.items()}
                texts[self.captured.reference] = reference
                with connection.pipeline():
                    cursor.execute("BEGIN", prepare=True)
                    for table in tables:
                        values = table.values(fresh, texts)
                        cursor.execute(table.statement, values, prepare=True)
                    cursor.execute("COMMIT", prepare=True)
                return reference

            yield write


@dataclass(frozen=True)
class _Copied:
    """A table's INSERT, and which of its values must be new with each copy."""

    statement: sql.Composed
    constant: list[Any]
    keys: Sequence[tuple[int, UUID]]
    texts: Sequence[tuple[int, list[str]]]

    @classmethod
    def of(cls, table: Table, captured: Captured) -> "_Copied":
        values = [value for row in table.rows for value in row]
        old = _identifiers(captured)
        changing = re.compile(f"({'|'.join(map(str, (*old, captured.reference)))})")
        return cls(
            statement=_insert(table),
            constant=values,
            keys=[
                (index, value)
                for index, value in enumerate(values)
                if isinstance(value, UUID) and value in old
            ],
            texts=[
                (index, [part for part in changing.split(value) if part])
                for index, value in enumerate(values)
                if isinstance(value, str) and len(value) <= _LONGEST_KEY and changing.search(value)
            ],
        )

    def values(self, fresh: Mapping[UUID, UUID], texts: Mapping[str, str]) -> list[Any]:
        values = self.constant.copy()
        for index, identifier in self.keys:
            values[index] = fresh[identifier]
        for index, parts in self.texts:
            values[index] = "".join(texts.get(part, part) for part in parts)
        return values


def _insert(table: Table) -> sql.Composed:
    row = sql.SQL("({})").format(sql.SQL(", ").join([sql.Placeholder()] * len(table.columns)))
    return sql.SQL("INSERT INTO {} ({}) VALUES {}").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(map(sql.Identifier, table.columns)),
        sql.SQL(", ").join([row] * len(table.rows)),
    )


def _written_since(connection: psycopg.Connection[Any], name: str, first: int) -> Table:
    # The cluster is new, so its transaction numbers have not wrapped around.
    statement = sql.SQL("SELECT * FROM {} WHERE xmin::text::bigint >= %s").format(
        sql.Identifier(name)
    )
    cursor = connection.execute(statement, [first])
    columns = tuple(column.name for column in cursor.description or ())
    return Table(name, columns, tuple(cursor.fetchall()))


def _identifiers(captured: Captured) -> frozenset[UUID]:
    return frozenset(
        row[table.columns.index("id")] for table in captured.tables for row in table.rows
    )


def _reference(captured: Captured, fresh: Iterable[UUID]) -> str:
    """As long as the real one, and unique: the random end of one of the new identifiers."""
    return str(next(iter(fresh)).hex[-len(captured.reference) :])


def _one(connection: psycopg.Connection[Any], statement: Any, values: Any = None) -> Any:
    found = connection.execute(statement, values).fetchone()
    return found[0] if found else None
