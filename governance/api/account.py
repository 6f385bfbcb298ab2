from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api import authentication
from governance.api.views import APIView


class Me(APIView):
    """Who am I to the service, and what may I do?"""

    permission_classes = (IsAuthenticated,)

    def get(self, request: Request) -> Response:
        return Response(
            {
                "actor": str(authentication.actor(request)),
                "name": str(request.user),
                "scopes": sorted(authentication.scopes(request.user)),
            }
        )
