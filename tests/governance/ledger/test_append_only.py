"""The database itself keeps what was written, whoever asks: plain SQL, as a superuser would."""

from collections.abc import Mapping

import pytest
from django.db import IntegrityError, connection, transaction

from tests import factory
from tests.governance.ledger import logs

pytestmark = pytest.mark.django_db

KEPT: Mapping[str, str] = {  # table: a column that somebody might want to change
    "ledger_entry": "body",
    "ledger_leaf": "index",
    "ledger_checkpoint": "text",
    "ledger_signingkey": "verifier",
    "ledger_tile": "hashes",
    "incidents_decision": "text",
    "incidents_moment": "basis",
    "policies_release": "first_used_at",
}
TEXT_KEPT: Mapping[str, str] = {  # tables whose rows move on, but not in these columns
    "policies_policyversion": "kind name version title text digest origin author created_at",
    "incidents_submission": "received_at actor body salt body_digest idempotency_key",
}
MOVED: Mapping[str, str] = {
    "policies_policyversion": "effective_until = now() + interval '1 day'",
    "incidents_submission": "attempts = attempts + 1",
}


@pytest.fixture(autouse=True)
def written() -> None:
    """At least one row in every table."""
    factory.install()
    factory.submit(factory.breach())
    logs.seal()


def run(statement: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        # Else PostgreSQL refuses TRUNCATE for the checks that wait, and proves nothing of ours.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
        return int(cursor.rowcount)


def refused(statement: str) -> None:
    with pytest.raises(IntegrityError, match=r"kept as|never changes|is refused|only grows"):
        run(statement)


@pytest.mark.parametrize(("table", "column"), KEPT.items())
def test_a_row_cannot_be_updated(table: str, column: str) -> None:
    assert run(f"SELECT 1 FROM {table}") > 0  # noqa: S608
    refused(f"UPDATE {table} SET {column} = {column}")  # noqa: S608


@pytest.mark.parametrize("table", [*KEPT, *TEXT_KEPT])
def test_a_row_cannot_be_deleted(table: str) -> None:
    refused(f"DELETE FROM {table}")  # noqa: S608


@pytest.mark.parametrize("table", [*KEPT, *TEXT_KEPT])
def test_a_table_cannot_be_emptied(table: str) -> None:
    refused(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    ("table", "column"),
    [(table, column) for table, columns in TEXT_KEPT.items() for column in columns.split()],
)
def test_what_was_sent_or_approved_cannot_be_changed(table: str, column: str) -> None:
    other = {
        "body": "'x'::bytea",
        "created_at": "now()",
        "received_at": "now()",
        "idempotency_key": "'another'",
    }.get(column, "'other'")
    refused(f"UPDATE {table} SET {column} = {other}")  # noqa: S608


@pytest.mark.parametrize(("table", "change"), MOVED.items())
def test_what_moves_on_may_move_on(table: str, change: str) -> None:
    assert run(f"UPDATE {table} SET {change}") > 0  # noqa: S608
