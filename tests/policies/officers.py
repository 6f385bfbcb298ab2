"""People who write and approve policies, and versions at each point of their way."""

from datetime import datetime
from typing import Any, Final

from governance.ledger.ledger import Actor
from policies import approvals, drafts
from policies.models import PolicyVersion
from tests import factory
from tests.factory import AT

#: The next severity policy of the house: what is not known to be worse is high.
NEXT: Final = factory.text(
    "severity",
    ("version: 1.0.0", "version: 1.1.0"),
    ("level: SEV2\n", "level: SEV1\n"),
    ("default: SEV3", "default: SEV2"),
)
#: The one after that: what is not known counts as if it were so.
LATER: Final = NEXT.replace("1.1.0", "1.2.0").replace("ignore", "raise")
#: A severity that the house's escalation does not know, and an escalation that knows it.
FOURTH: Final = NEXT.replace("title: Low}", "title: Low}\n    - {id: SEV4, title: Least}")
WIDER: Final = factory.text(
    "escalation",
    ("version: 1.0.0", "version: 1.1.0"),
    ("    SEV3:", "    SEV4: {lead: responder}\n    SEV3:"),
)
#: A test that holds for the house's policies, and not when an unclassified incident is high.
TESTS: Final = """\
apiVersion: bylaw/v1
kind: PolicyTest
metadata: {name: house, version: 1.0.0, title: Tests of the severity, owner: compliance-officer}
spec:
  policies: [SeverityPolicy/severity]
  at: "2026-11-24T15:00:00Z"
  examples:
    - name: An incident without harm is low
      given: {report: {incident: {title: Example, narrative: Example}, system: triage, harms: []}}
      expect: {severity: SEV3}
"""


def author() -> Actor:
    return factory.person("author", "compliance-officer")


def counsel() -> Actor:
    return factory.person("counsel", "legal-counsel")


def draft(text: str = NEXT, *, by: Actor | None = None, at: datetime = AT) -> PolicyVersion:
    return drafts.create(text, origin="test", by=by or author(), at=at)


def submitted(text: str = NEXT, *, by: Actor | None = None, at: datetime = AT) -> PolicyVersion:
    who = by or author()
    (found,) = approvals.submit([draft(text, by=who, at=at)], by=who, at=at)
    return found


def approved(text: str = NEXT, *, at: datetime = AT, **said: Any) -> PolicyVersion:
    (found,) = approvals.approve([submitted(text, at=at)], by=counsel(), at=at, **said)
    return found
