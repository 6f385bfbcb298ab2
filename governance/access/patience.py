"""Writing beside somebody's request, which must not wait long for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction

#: How long a lock is waited for, in PostgreSQL's words.
PATIENCE: Final = "1s"


@contextmanager
def briefly() -> Iterator[None]:
    """A transaction that ends in django.db.Error, undone, when others hold a lock for longer."""
    with transaction.atomic():
        _wait_for(f"'{PATIENCE}'")
        yield
        _wait_for("DEFAULT")


def _wait_for(time: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {time}")
