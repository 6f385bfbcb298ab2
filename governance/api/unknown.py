from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from governance.api.views import APIView


class Unknown(APIView):
    """Whatever lies below /api/ and is no address: a problem, not the console's page."""

    authentication_classes = ()
    permission_classes = ()

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        raise NotFound("There is nothing at this address; the API begins with /api/v1/.")
