"""The description of the API (OpenAPI 3.1) and pages that show it, for everybody: what the service
can do is no secret, and what it holds is not in there."""

import json
from functools import cache
from typing import Any, Final

import yaml
from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request

from governance.api.views import APIView

_HOUR: Final = "public, max-age=3600"


@cache
def whole() -> Any:
    """Made once a process, for that takes a second."""
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
    return json.loads(json.dumps(generator.get_schema(request=None, public=True), default=str))


class _Description(APIView):
    authentication_classes = ()
    permission_classes = ()
    schema = None

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)


class AsJson(_Description):
    def get(self, request: Request) -> HttpResponse:
        body = json.dumps(whole(), ensure_ascii=False)
        return _answer(body, "application/vnd.oai.openapi+json")


class AsYaml(_Description):
    def get(self, request: Request) -> HttpResponse:
        body = yaml.safe_dump(whole(), sort_keys=False, allow_unicode=True)
        return _answer(body, "application/vnd.oai.openapi")


class Pages(SpectacularSwaggerSplitView):
    """Every operation, to read and to try; all of it from this server, no script in the page."""

    authentication_classes = ()
    permission_classes = ()
    url_name = "openapi-json"
    template_name = "api/docs.html"


def _answer(body: str, media_type: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=f"{media_type}; version=3.1; charset=utf-8")
    answer["Cache-Control"] = _HOUR
    return answer
