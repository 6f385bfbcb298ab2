"""Deny by default: a view says which scope each method needs, and without a word nobody passes.

How a new view is to be written:

1. `needs` says the scope for each method, or several of which one will do.
2. As it stands, the view is for callers who hold the scope organisation-wide: others, who hold it
   within a team, get 403. That fits what belongs to no system, such as policies.
3. A view of something that belongs to a system (of an incident and all that is borne by it) says
   `by_system: ClassVar = True`, which lets in who holds the scope with any system, and then
   reaches no object but through one of these:

   - a list view or a generic view of one row: nothing more is to be done, `WithinReach` filters;
   - an object: `selectors.incident(reference, access(self))`, and so for every other selector;
   - rows of another kind: `reach.within(rows, access(self).does)`;
   - a new object, for a system that is named in the body: `access(self).admit(system, …)`.

   An object that the caller may not see is 404, as if it were not there; one that may be seen and
   not changed is 403. `tests/flows/test_reach.py` walks all addresses with a caller of another
   team, and fails when one answers with what is foreign.
4. What is personal in an answer goes through `governance.access.withheld`.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rest_framework.exceptions import PermissionDenied
from rest_framework.filters import BaseFilterBackend
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from governance.access import reach, rules
from governance.accounts.roles import INCIDENTS_READ
from governance.api import authentication

if TYPE_CHECKING:  # the framework's views import this module for its default
    from rest_framework.views import APIView


class HasScope(BasePermission):
    """Reads `needs`, a mapping from HTTP method to scope, or to scopes of which one will do, from
    the view; and `by_system`, whether a scope that is held within a team lets the caller in."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        if _method(request) not in view.allowed_methods:
            return True  # the view answers 405, which says more than 403
        any_of = _needed(request, view)
        rights = authentication.rights(request.user)
        if rights.everywhere.intersection(any_of):
            return True
        named = " or ".join(any_of) or "of no one"
        if not rights.anywhere.intersection(any_of):
            raise PermissionDenied(f"This needs the scope {named}.")
        if not getattr(view, "by_system", False):
            raise PermissionDenied(
                f"This needs the scope {named} organisation-wide; you hold it within a team only."
            )
        return True


class WithinReach(BaseFilterBackend):
    """Leaves of every list, and of what a generic view looks its object up in, what the caller
    reaches."""

    def filter_queryset(self, request: Request, queryset: Any, view: "APIView") -> Any:
        return reach.within(queryset, access(view).does)


def access(view: "APIView") -> rules.Access:
    """What this request may see, and with which of that it may do what it wants."""
    request: Request = view.request
    needs = _needed(request, view)
    sees: Iterable[str] = (INCIDENTS_READ, *needs)
    return rules.access(authentication.rights(request.user), sees=sees, needs=needs)


def _needed(request: Request, view: "APIView") -> tuple[str, ...]:
    method = "GET" if getattr(view, "shows_only", False) else _method(request)
    needed = getattr(view, "needs", {}).get(method, ())
    return (needed,) if isinstance(needed, str) else tuple(needed)


def _method(request: Request) -> str:
    return "GET" if request.method in {"HEAD", "OPTIONS"} else str(request.method)
