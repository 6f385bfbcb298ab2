"""Who is calling: a tool with an API key, or a person with a console session."""

from copy import copy
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from governance import clock
from governance.access.rules import Rights
from governance.accounts import granting, keys
from governance.accounts.models import ApiKey, TeamSystem, User
from governance.ledger.ledger import Actor


class Tool:
    """What stands in for a user when a tool calls."""

    is_authenticated = True
    is_anonymous = False
    is_active = True
    is_staff = False
    is_superuser = False

    def __init__(self, key: ApiKey) -> None:
        self.key = key
        self.pk = f"api_key:{key.prefix}"

    @cached_property
    def rights(self) -> Rights:
        """Of a key that is bound to a team one query; of any other none."""
        if self.key.team_id is None:
            return granting.of_key(self.key.scopes, None)
        owned = TeamSystem.objects.filter(team=self.key.team_id).values_list("system", flat=True)
        return granting.of_key(self.key.scopes, owned)

    def __str__(self) -> str:
        return self.key.name


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer bylaw_…` (RFC 6750, 2.1)."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        scheme, _, plain = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = keys.find(plain.strip(), at=clock.now())
        if key is None:
            raise AuthenticationFailed("This API key is unknown, revoked or expired.")
        return Tool(key), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="bylaw"'


class ConsoleSessionAuthentication(SessionAuthentication):
    """The console's own session, with Django's CSRF check on unsafe methods."""

    def enforce_csrf(self, request: Request) -> None:
        """The token has to be in its header. To look for it in a form as well, the check would
        read the body, and nothing of it would be left for the view."""
        asked: Any = copy(request._request)
        asked._post = QueryDict()
        super().enforce_csrf(asked)


def actor(request: Request | HttpRequest) -> Actor:
    """Who acts in this request, as the ledger names it. The caller is authenticated."""
    user: object = request.user
    if isinstance(user, Tool):
        return Actor("api_key", user.key.prefix)
    if not isinstance(user, User):
        raise AuthenticationFailed
    return Actor("user", str(user.pk))


def scopes(user: object) -> frozenset[str]:
    """What the caller may do everywhere; nothing for strangers."""
    return rights(user).everywhere


def rights(user: object) -> Rights:
    """What the caller may do, and with which systems; nothing for strangers."""
    return user.rights if isinstance(user, (Tool, User)) else Rights()
