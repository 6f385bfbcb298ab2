"""What a change would do to an incident, found out by making it and taking it back.

So a preview can say nothing that the change itself would not do. The incident is held meanwhile,
for some tens of milliseconds.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from governance import canonical
from governance.ledger import ledger
from incidents.models import Decision
from policies.reports import Finding

#: Who acts while a change is only tried.
NOBODY: Final = ledger.system("preview")
#: Counted from the instant of the decision, so that it is another at each look.
_FLEETING: Final = "determine_by"


@dataclass(frozen=True)
class Effect:
    """What a change did: the decision before and after it, each changed duty as
    `differences.between` gives them, and what the report schema finds wrong under the new one."""

    before: Decision
    after: Decision
    changes: Sequence[Mapping[str, Any]]
    findings: Sequence[Finding] = ()

    @property
    def digest(self) -> str:
        """Names what a person was shown: equal as long as the change would do the same."""
        shown = {
            "severity": [self.before.severity, self.after.severity],
            "release": [self.before.release_id, self.after.release_id],
            "changes": [_lasting(each) for each in self.changes],
            "findings": [each.as_dict() for each in self.findings],
        }
        return canonical.digest(canonical.text(shown))


@contextmanager
def taken_back() -> Iterator[None]:
    """A transaction of which nothing stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _lasting(change: Mapping[str, Any]) -> Mapping[str, Any]:
    sides = {name: _without(change[name]) for name in ("before", "after")}
    return {**change, **sides}


def _without(duty: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return {name: value for name, value in duty.items() if name != _FLEETING} if duty else None
