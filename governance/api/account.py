from typing import Any

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from governance.accounts import factors
from governance.accounts.models import User
from governance.api import authentication
from governance.api.views import APIView


class Me(APIView):
    """Who am I to the service, and what may I do?"""

    permission_classes = (IsAuthenticated,)

    def get(self, request: Request) -> Response:
        rights = authentication.rights(request.user)
        return Response(
            {
                "actor": str(authentication.actor(request)),
                "name": str(request.user),
                "scopes": sorted(rights.everywhere),
                "within": {name: sorted(held) for name, held in sorted(rights.within.items())},
                **_more(request.user),
            }
        )


def _more(caller: object) -> dict[str, Any]:
    """What a tool should know of its key, and a person of the account; null for the other one."""
    said: dict[str, Any] = {"key": None, "roles": [], "administrator": False, "second_factor": None}
    if isinstance(caller, authentication.Tool):
        key = caller.key
        said["key"] = {"id": key.id, "prefix": key.prefix, "expires_at": key.expires_at}
    if isinstance(caller, User):
        said["roles"], said["administrator"] = caller.roles, caller.is_superuser
        said["second_factor"] = {"needed": factors.wanted(caller), "set_up": factors.held(caller)}
    return said
