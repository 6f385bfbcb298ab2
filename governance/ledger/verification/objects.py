"""What is stored, against what the log says of it: objects of every package, in steps.

Each package names its parts in settings.LEDGER_AUDITS. A part goes through its rows by their keys,
so that a verification goes on where it was.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, Protocol

from django.conf import settings
from django.db.models import QuerySet

from governance.ledger.verification.findings import Findings

BATCH: Final = 200


class Part(Protocol):
    name: str

    def count(self) -> int: ...

    def step(self, after: str, found: Findings) -> tuple[str, int]:
        """Check the next rows behind the key `after`; the last one's key, and how many there were.
        The key is empty when none is left."""


@dataclass(frozen=True)
class Rows:
    """The rows of one model, checked a batch at a time."""

    name: str
    rows: Callable[[], QuerySet[Any]]
    check: Callable[[Sequence[Any], Findings], None]
    batch: int = BATCH

    def count(self) -> int:
        return self.rows().count()

    def step(self, after: str, found: Findings) -> tuple[str, int]:
        rows = self.rows().order_by("pk")
        listed = list((rows.filter(pk__gt=after) if after else rows)[: self.batch])
        self.check(listed, found)
        return (str(listed[-1].pk) if len(listed) == self.batch else ""), len(listed)


def parts() -> Sequence[Part]:
    found: list[Part] = []
    for path in settings.LEDGER_AUDITS:
        module, _, name = path.rpartition(".")
        found += getattr(import_module(module), name)
    return found
