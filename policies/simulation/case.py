"""A stored incident, as a simulation sees it (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Case:
    """`report` and `moments` are what is known now, `severity` the level that the incident has,
    `decided_at` the instant of its last decision. `submitted` maps (policy's name, duty) to what
    its stages start from: `submitted:initial` → instant. `stored` are the facts of the last
    decision, given where the system is none that the source was told of."""

    id: str
    reference: str
    report: Mapping[str, Any]
    moments: Mapping[str, datetime]
    severity: str
    open: bool
    opened_at: datetime
    decided_at: datetime
    submitted: Mapping[tuple[str, str], Mapping[str, datetime]] = field(default_factory=dict)
    stored: Mapping[str, Any] | None = None

    def starts(self, policy: str, duty: str) -> Mapping[str, datetime]:
        """What the clocks of a duty may start from."""
        return {**self.moments, **self.submitted.get((policy, duty), {})}
