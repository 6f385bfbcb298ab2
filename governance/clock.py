"""The one clock. Deadlines are judged by the database's time, so that a host whose clock is wrong
by minutes can neither send early nor be late. Only edges (views, tasks, commands) call this; below
them the time is an argument named `at`."""

from datetime import UTC, datetime

from django.db import connection


def now() -> datetime:
    """The database's present instant, in UTC, to the microsecond that storage keeps."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (instant,) = cursor.fetchone()
    assert isinstance(instant, datetime)  # noqa: S101 - narrows psycopg's row for the type checker
    return instant.astimezone(UTC)
