"""A policy that changes an hour after an incident was reported, by the way of all approvals."""

import json
from datetime import datetime
from typing import Any, Final

from governance.ledger.models import Entry
from governance.outbox.models import Message
from incidents import sweep
from incidents.models import Incident, Reassessment
from incidents.stages.runs import SETTLE
from policies import approvals
from policies.models import PolicyVersion
from tests import factory
from tests.factory import AT, HOUR
from tests.policies.officers import author, counsel, draft

NOW: Final = AT + HOUR
NEXT: Final = ("version: 1.0.0", "version: 2.0.0")
#: What was a breach of high severity is of the highest.
RAISED: Final = factory.text(
    "severity",
    NEXT,
    ("level: SEV2\n      because: Personal", "level: SEV1\n      because: Personal"),
)
#: Six hours instead of eight.
SHORTER: Final = factory.text("breach", NEXT, ("hours: 8", "hours: 6"))
#: The duty to notify is another one.
OTHER: Final = factory.text("breach", NEXT, ("id: notify", "id: other"))
#: The law is voluntary now.
VOLUNTARY: Final = factory.text("breach", NEXT, ("status: in_force", "status: voluntary"))


def approve(
    *texts: str,
    at: datetime = NOW,
    effective_from: datetime | None = None,
    reassess: str = "open_incidents",
) -> list[PolicyVersion]:
    """The texts in force from `at`, or from later, in one change set."""
    who = author()
    drafted = [draft(text, by=who, at=at) for text in texts]
    found = approvals.submit(drafted, by=who, at=at)
    return approvals.approve(
        found, by=counsel(), at=at, effective_from=effective_from, reassess=reassess
    )


def sweep_at(at: datetime = NOW) -> None:
    """As the worker does at `at`, until whatever is to be reassessed then is."""
    sweep.reassess(at=at)
    sweep.reassess(at=at + SETTLE)


def breach(**facts: Any) -> Incident:
    """An incident of AT, whose only open duty is to notify within eight hours."""
    return factory.submit(factory.breach(harms=["privacy"], **facts))


def reassessed(incident: Incident) -> Reassessment:
    return Reassessment.objects.get(incident=incident)


def change(incident: Incident, duty: str) -> dict[str, Any]:
    """What its reassessment says of one duty (`policy/duty`)."""
    (found,) = [each for each in reassessed(incident).changes if each["duty"] == duty]
    whole: dict[str, Any] = found
    return whole


def told() -> list[str]:
    """The subjects of the messages since the incident was reported, without its name."""
    found = Message.objects.filter(state="pending").values_list("subject", flat=True)
    return sorted({" ".join(subject.split()[2:]) for subject in found})


def entry(incident: Incident, verb: str) -> dict[str, object]:
    rows = Entry.objects.filter(incident_id=incident.id, verb=verb)
    found: dict[str, object] = json.loads(rows.latest("id").body)
    return found
