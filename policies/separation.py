"""Separation of duties: who wrote a text never approves it, whichever door or key they come by."""

from collections.abc import Iterable

from governance.accounts import people
from governance.accounts.roles import POLICIES_APPROVE
from governance.errors import NotAllowed
from governance.ledger.ledger import Actor
from policies.models import PolicyVersion


def approver(by: Actor) -> str:
    """The person who approves, rejects, unschedules or agrees to a retirement. Raises
    NotAllowed."""
    person = people.allowed(by, POLICIES_APPROVE, act="approves policies")
    return f"user:{person.id}"


def refuse_authors(versions: Iterable[PolicyVersion], person: str) -> None:
    """Raise NotAllowed when `person` wrote, edited or submitted one of `versions`."""
    own = [str(version) for version in versions if person in version.authors]
    if own:
        raise NotAllowed(
            f"You are an author of {', '.join(own)}. Somebody else must approve it.",
            extra={"versions": own},
        )
