from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from governance.accounts.roles import INCIDENTS_READ
from governance.api.permissions import access
from governance.api.views import APIView
from incidents import selectors


class Statistics(APIView):
    """How many reports came in, and what became of them."""

    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True

    def get(self, request: Request) -> Response:
        return Response(selectors.statistics(access(self).does))
