"""Rows that somebody works on, in slices, while others may take or stop them.

Whoever works holds a row by its lease. A change that does not find the row as it was has lost it:
to somebody who stopped it, or to another worker after the lease was over.
"""

from typing import Any

from django.db.models import Model


def store(row: Model, *, column: str = "state", **changes: Any) -> bool:
    """Change the row, in the database and here, if it is still as it was read: in the same state,
    which stands in `column`, and under the same lease. False when it is not."""
    same = {"pk": row.pk, column: getattr(row, column), "lease_until": row.lease_until}  # type: ignore[attr-defined]
    if not type(row)._default_manager.filter(**same).update(**changes):
        return False
    for name, value in changes.items():
        setattr(row, name, value)
    return True
