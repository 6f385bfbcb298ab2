"""Where a version stands and what can be done about it, in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from governance.accounts import people
from governance.accounts.roles import POLICIES_APPROVE, POLICIES_WRITE, ROLES, scopes_of
from governance.api.authentication import actor
from governance.console import role_titles, times
from governance.console.lists import scopes
from policies import selectors
from policies.models import PolicyVersion, Standing


@dataclass(frozen=True)
class Way:
    """A link among the actions, to a page where something is done."""

    label: str
    url: str
    prominent: bool = False


def situation(version: PolicyVersion, standing: Standing, *, at: datetime) -> str:
    match standing:
        case Standing.DRAFT if version.revision:
            return gettext(
                "A draft again: change it and submit it once more. What was submitted is kept."
            )
        case Standing.DRAFT:
            return gettext(
                "A draft. It decides nothing until it is submitted and somebody else approves."
            )
        case Standing.IN_REVIEW:
            fixed = gettext("Its text is fixed and waits for a second person.")
            return f"{fixed} {_asked(version)}"
        case Standing.SCHEDULED:
            approved = gettext("Approved.")
            return f"{approved} {_until(version, at)}"
        case Standing.IN_FORCE:
            return gettext(
                "It decides incidents now. Its text never changes; a new version replaces it."
            )
        case Standing.RETIRED:
            return gettext("It decides nothing new; what it decided stands, and it is kept.")


def _asked(version: PolicyVersion) -> str:
    asked = selectors.submission(version)
    if asked is None or asked.effective_from is None:
        return gettext("Its authors ask that it come into force as soon as it is approved.")
    said = gettext("Its authors ask that it come into force at %(time)s.")
    return said % {"time": times.utc(asked.effective_from)}


def _until(version: PolicyVersion, at: datetime) -> str:
    if version.effective_from is None:
        return ""
    away = times.distance(version.effective_from, now=at)
    former = selectors.replaces(version, at=at)
    said = gettext("It comes into force at %(time)s, %(distance)s.")
    found = said % {"time": times.utc(version.effective_from), "distance": away}
    if former is None:
        return found
    meanwhile = gettext("Until then %(former)s holds.") % {"former": former}
    return f"{found} {meanwhile}"


def withheld(
    version: PolicyVersion, standing: Standing, may: frozenset[str], request: HttpRequest
) -> list[str]:
    """Why the viewer may not do what one would expect here."""
    return list(_withheld(version, standing, may, request))


def _withheld(
    version: PolicyVersion, standing: Standing, may: frozenset[str], request: HttpRequest
) -> Iterator[str]:
    held = scopes(request)
    person = people.behind(actor(request))
    if standing is Standing.IN_REVIEW and "approve" not in may:
        if POLICIES_APPROVE not in held:
            yield gettext("Approving takes one of these roles: %(roles)s.") % {
                "roles": _roles(POLICIES_APPROVE)
            }
        else:
            yield gettext("You wrote, edited or submitted this; somebody else must approve it.")
    if standing is Standing.DRAFT and "submit" not in may:
        yield gettext("Editing and submitting takes one of these roles: %(roles)s.") % {
            "roles": _roles(POLICIES_WRITE)
        }
    if standing is Standing.DRAFT and person not in version.authors and "submit" in may:
        yield gettext("If you edit or submit it, you are one of its authors and cannot approve it.")
    if version.retire_at is not None and not version.retired_by and "agree" not in may:
        if version.retire_asked_by == person:
            yield gettext("You asked for its retirement; somebody else must agree.")
        else:
            yield gettext("Agreeing that it ends takes one of these roles: %(roles)s.") % {
                "roles": _roles(POLICIES_APPROVE)
            }


def ways(version: PolicyVersion, may: frozenset[str], request: HttpRequest) -> list[Way]:
    """The pages on which the viewer may go on with it."""
    found = []
    if "edit" in may:
        edit = reverse("admin:policies_policyversion_edit", args=[version.id])
        found.append(Way(gettext("Edit the draft"), edit))
    if POLICIES_WRITE in scopes(request) and version.effective_from is not None:
        new = reverse("admin:policies_policyversion_add")
        found.append(Way(gettext("New version of this"), f"{new}?of={version.id}"))
    return found


def _roles(scope: str) -> str:
    held = [role_titles.role(role) for role in ROLES if scope in scopes_of([role])]
    return ", ".join(held)
