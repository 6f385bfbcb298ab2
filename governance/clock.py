"""The one clock. Deadlines are judged by the database's time, so that a host whose clock is wrong
by minutes can neither send early nor be late. Only edges (views, tasks, commands) call this; below
them the time is an argument named `at`."""

from datetime import UTC, datetime

from django.db import connection

from governance import ids


def now() -> datetime:
    """The database's present instant, in UTC, to the microsecond that storage keeps. Keys made
    afterwards go by it too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (instant,) = cursor.fetchone()
    assert isinstance(instant, datetime)  # noqa: S101 - narrows psycopg's row for the type checker
    ids.align(instant)
    return instant.astimezone(UTC)
