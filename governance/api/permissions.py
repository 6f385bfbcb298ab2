"""Deny by default: a view says which scope each method needs, and without a word nobody passes."""

from typing import TYPE_CHECKING

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from governance.api import authentication

if TYPE_CHECKING:  # the framework's views import this module for its default
    from rest_framework.views import APIView


class HasScope(BasePermission):
    """Reads `needs`, a mapping from HTTP method to scope, or to scopes of which one will do, from
    the view."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        method = "GET" if request.method in {"HEAD", "OPTIONS"} else request.method
        if method not in view.allowed_methods:
            return True  # the view answers 405, which says more than 403
        needed = getattr(view, "needs", {}).get(method, ())
        any_of = (needed,) if isinstance(needed, str) else tuple(needed)
        if not authentication.scopes(request.user).intersection(any_of):
            raise PermissionDenied(f"This needs the scope {' or '.join(any_of) or 'of no one'}.")
        return True
