"""Separation of duties: what one person asks for another decides, whichever door or key they use.
The database refuses the same person, too."""

from typing import Final

from governance.accounts import people
from governance.accounts.roles import INCIDENTS_APPROVE, ROLES, scopes_of
from governance.ledger.ledger import Actor
from policies.errors import NotAllowed

#: The roles that may decide; they hear of what waits for a decision.
APPROVERS: Final = tuple(role for role in ROLES if INCIDENTS_APPROVE in scopes_of([role]))


def person_behind(by: Actor) -> str:
    """Who answers for an act: of an API key its maker."""
    return people.behind(by)


def approver(by: Actor) -> str:
    """The person who decides on a request or a decision not to notify.

    Raises NotAllowed unless `by` is a person, or the key of a person, whose account is open and
    whose roles allow it now. Administrators and superusers need one of those roles, too.
    """
    person = people.person(by)
    if person is None:
        raise NotAllowed(
            "Only a person decides this: this key was made by no person. Decide in the console, or "
            "with a key that the approver made there."
        )
    if INCIDENTS_APPROVE not in person.scopes:
        raise NotAllowed(f"This takes a role that allows {INCIDENTS_APPROVE}.")
    return f"user:{person.id}"
