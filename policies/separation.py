"""Separation of duties: who wrote a text never approves it, whichever door or key they come by."""

from collections.abc import Iterable

from governance.accounts import people
from governance.accounts.roles import POLICIES_APPROVE
from governance.ledger.ledger import Actor
from policies.errors import NotAllowed
from policies.models import PolicyVersion


def person_behind(by: Actor) -> str:
    """Who answers for an act, as `authors` and `approved_by` keep it: of an API key its maker."""
    return people.behind(by)


def approver(by: Actor) -> str:
    """The person who approves, rejects, unschedules or agrees to a retirement.

    Raises NotAllowed unless `by` is a person, or the key of a person, whose account is open and
    whose roles allow it now. Scopes of a key do not help: a key approves for its maker or not at
    all. Administrators and superusers need one of those roles like everyone else.
    """
    person = people.person(by)
    if person is None:
        raise NotAllowed(
            "Only a person approves policies: this key was made by no person. Approve in the "
            "console, or with a key that the approver made there."
        )
    if POLICIES_APPROVE not in person.scopes:
        raise NotAllowed(f"This takes a role that allows {POLICIES_APPROVE}.")
    return f"user:{person.id}"


def refuse_authors(versions: Iterable[PolicyVersion], person: str) -> None:
    """Raise NotAllowed when `person` wrote, edited or submitted one of `versions`."""
    own = [str(version) for version in versions if person in version.authors]
    if own:
        raise NotAllowed(
            f"You are an author of {', '.join(own)}. Somebody else must approve it.",
            extra={"versions": own},
        )
