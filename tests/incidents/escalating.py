"""Stories of escalation: a house with another matrix, time that goes by, and who is told."""

from datetime import datetime
from typing import Any

from governance.accounts import people
from governance.ledger import ledger
from governance.ledger.ledger import Actor
from governance.ledger.models import Entry
from incidents import sweep
from incidents.models import Incident
from tests import factory
from tests.factory import AT
from tests.incidents import said
from tests.policies.escalating import matrices


def house(**parts: Any) -> None:
    """The house's policies, with these parts in its escalation matrix."""
    factory.install()
    factory.install(at=AT, escalation=matrices.text(**parts))


def death(**facts: Any) -> Incident:
    """SEV1, whose duties have no clock that runs."""
    return factory.submit(factory.report(harms=["death"], **facts))


def low(**facts: Any) -> Incident:
    """SEV3, with nothing that is due."""
    given = {"harms": [], "personal_data": {"breach": False}}
    return factory.submit(factory.report(**{**given, **facts}))


def told() -> list[str]:
    """Who is told by a message that is new since the last call, by the name of the address."""
    return sorted(address.partition("@")[0] for address in said.told())


def at_length(until: datetime, *, step: Any) -> dict[str, list[str]]:
    """Let time go by until then; who was told after how long, where anybody was."""
    at, found = AT, {}
    while at <= until:
        sweep.run(at=at)
        if names := told():
            found[str(at - AT)] = names
        at += step
    return found


def person(username: str, *roles: str) -> Actor:
    user = people.create(
        username=username,
        password="correct horse battery",
        email=f"{username}@example.org",
        roles=roles,
        administrator=False,
        by=ledger.system("test"),
        at=AT,
    )
    return Actor("user", str(user.id))


def entry(incident: Incident, verb: str) -> Entry:
    return Entry.objects.filter(incident_id=incident.id, verb=verb).latest("id")
