"""What a version changes, by meaning, against the one before it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from policies import diff, releases, selectors
from policies.models import PolicyVersion

_JUST: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Difference:
    """`before` is None when there is nothing to compare with: the policy is new."""

    before: PolicyVersion | None
    after: PolicyVersion
    changes: tuple[diff.Change, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "before": None if self.before is None else str(self.before),
            "after": str(self.after),
            "changes": [change.as_dict() for change in self.changes],
        }


def of(version: PolicyVersion, *, at: datetime) -> Difference:
    """Against the version that it would end on the day its author asked for, or at `at`; of an
    approved one, against the one that it ended. Raises PolicyProblems for a draft that is no
    document."""
    if version.effective_from is not None:
        instant = version.effective_from - _JUST
    else:
        asked = selectors.submission(version)
        instant = max(at, asked.effective_from) if asked and asked.effective_from else at
    return between(selectors.replaces(version, at=instant), version)


def between(before: PolicyVersion | None, after: PolicyVersion) -> Difference:
    """Raises PolicyProblems for a draft that is no document."""
    old = None if before is None else releases.document(before)
    return Difference(before, after, diff.documents(old, releases.document(after)))
