"""The systems of the register, over REST."""

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.accounts.roles import INCIDENTS_READ
from governance.api.permissions import access
from governance.api.views import APIView
from incidents import systems
from incidents.systems import System
from policies import releases


class Systems(APIView):
    """Every system of the register in force, with what is open of it."""

    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True

    def get(self, request: Request) -> Response:
        release = releases.in_force(clock.now())
        found = systems.of(release, access(self).does)
        return Response({"release": release.digest, "results": [_shown(each) for each in found]})


class SystemDetail(APIView):
    """One system, with how many incidents it has had."""

    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True

    def get(self, request: Request, system: str) -> Response:
        release = releases.in_force(clock.now())
        found = systems.one(system, release, access(self))
        return Response({**_shown(found), "incidents": systems.incidents(system)})


def _shown(system: System) -> dict[str, Any]:
    return {
        "id": system.id,
        "registered": system.registered,
        "owner_team": system.facts.get("owner_team", ""),
        "facts": system.facts,
        "open": {"count": sum(system.open.values()), "severities": system.open},
    }
