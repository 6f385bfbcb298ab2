"""Separation of duties: what one person asks for another decides, whichever door or key they use.
The database refuses the same person, too."""

from typing import Final

from governance.accounts import people
from governance.accounts.roles import INCIDENTS_APPROVE, ROLES, scopes_of
from governance.ledger.ledger import Actor

#: The roles that may decide; they hear of what waits for a decision.
APPROVERS: Final = tuple(role for role in ROLES if INCIDENTS_APPROVE in scopes_of([role]))


def approver(by: Actor, *, system: str) -> str:
    """The person who decides on a request or a decision not to notify of an incident of `system`.
    Raises NotAllowed."""
    person = people.allowed(by, INCIDENTS_APPROVE, act="decides this", system=system)
    return f"user:{person.id}"
