"""Cases for simulations, and a source of them that needs no database."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from policies.simulation import Case, Selection, Slice
from tests import factory
from tests.factory import AT


def case(
    number: int = 1, *, aware: datetime | None = AT, severity: str = "SEV3", **facts: Any
) -> Case:
    """A case whose id is its number, so that the first is the first."""
    return Case(
        id=f"{number:08}",
        reference=f"INC-2026-{number:06}",
        report=factory.report(**facts),
        moments={"aware": aware} if aware else {},
        severity=severity,
        open=number % 2 == 1,
        opened_at=AT,
        decided_at=AT + timedelta(minutes=1),
    )


class Many:
    """Forty cases in slices; every second one with a breach, every tenth with many people."""

    def slices(self, selection: Selection, *, size: int) -> Sequence[Slice]:
        bounds = [None, "00000010", "00000020", "00000040"]
        return [
            Slice(after, last, int(last or 0) - int(after or 0)) for after, last in pairwise(bounds)
        ]

    def cases(
        self, selection: Selection, part: Slice, *, systems: Collection[str]
    ) -> Iterator[Case]:
        for number in range(int(part.after or 0) + 1, int(part.last or 40) + 1):
            people = 500 if number % 10 == 0 else 1
            yield case(
                number,
                impact={"people_affected": people},
                personal_data={"breach": number % 2 == 0, "risk": "high"},
            )


MANY = Many()
