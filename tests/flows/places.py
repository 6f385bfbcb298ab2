"""Somebody for each role and each place where it can be held."""

from typing import Any

from governance import clock
from governance.accounts import teams
from governance.accounts.models import Team, User
from tests import factory
from tests.flows.matrix import ROLES


def people() -> dict[tuple[str, str], User]:
    """Short name of the role and ownership → who holds it there. That of `other` stands for `none`,
    too: what becomes of the object's system is not the person's."""
    found = {}
    own, other = _team("Own", "triage"), _team("Other", "chat-bot")
    for short, role in ROLES.items():
        found[short, "everywhere"] = _person(f"{short}-everywhere", role)
        found[short, "own"] = _member(own, f"{short}-own", role)
        found[short, "other"] = found[short, "none"] = _member(other, f"{short}-other", role)
    return found


def _team(name: str, system: str) -> Team:
    by = _by()
    return teams.give(teams.make(name, **by), [system], **by)


def _member(team: Team, name: str, role: str) -> User:
    found = _person(name)
    teams.appoint(team, found, [role], **_by())
    return found


def _person(name: str, *roles: str) -> User:
    return User.objects.get(id=factory.person(name, *roles).id)


def _by() -> dict[str, Any]:
    return {"by": factory.PERSON, "at": clock.now()}
