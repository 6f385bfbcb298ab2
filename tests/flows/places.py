"""Somebody for each role and each place where it can be held."""

from typing import Any

from governance import clock
from governance.accounts import teams
from governance.accounts.models import Team, User
from incidents.models import Submission
from tests import factory
from tests.flows.matrix import OF_ONE_SYSTEM, ROLES


def people() -> dict[tuple[str, str], User]:
    """Short name of the role and ownership → who holds it there. That of `other` stands for
    `none` and `own-report`, too: what differs there is the object's, not the person's."""
    found = {}
    own, other = _team("Own", "triage"), _team("Other", "chat-bot")
    for short, role in ROLES.items():
        found[short, "everywhere"] = _person(f"{short}-everywhere", role)
        found[short, "own"] = _member(own, f"{short}-own", role)
        member = _member(other, f"{short}-other", role)
        found |= {(short, place): member for place in ("other", "none", "own-report")}
    return found


def belongs(kind: str, ownership: str) -> bool:
    """Whether the ownership says anything of such an object: that nobody owns its system does where
    it has one, and who sent it where it was sent."""
    if ownership == "own-report":
        return kind == "sent"
    return ownership != "none" or kind in OF_ONE_SYSTEM


def holds(role: str, able: str, ownership: str) -> bool:
    """Whether a role is among those that are `able`, `+` marking one that is so organisation-wide
    only."""
    return role in able.split() or (ownership == "everywhere" and f"{role}+" in able.split())


def own_report(person: User, address: str) -> str:
    """The address with a report of this person's in the place of the one of the house; both led to
    the same incident."""
    first = Submission.objects.earliest("id")
    sent = Submission(
        actor=f"user:{person.id}",
        received_at=first.received_at,
        body=first.body,
        content_type=first.content_type,
        body_digest=first.body_digest,
        salt=first.salt,
        status=first.status,
        incident=first.incident,
    )
    sent.save(force_insert=True)
    return address.replace(str(first.id), str(sent.id))


def _team(name: str, system: str) -> Team:
    by = _by()
    return teams.give(teams.make(name, **by), [system], **by)


def _member(team: Team, name: str, role: str) -> User:
    found = _person(name)
    teams.appoint(team, found, [role], **_by())
    return found


def _person(name: str, *roles: str) -> User:
    found = User.objects.get(id=factory.person(name, *roles).id)
    found.is_staff = True
    found.save(update_fields=["is_staff"])
    return found


def _by() -> dict[str, Any]:
    return {"by": factory.PERSON, "at": clock.now()}
