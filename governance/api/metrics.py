"""`GET /metrics` for Prometheus: with the operator's token, or from this machine where none is
set."""

import hmac
from ipaddress import ip_address
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import exposition

from governance.heartbeat import gauges

#: A proxy on this machine would make everybody look local.
_FORWARDED: Final = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded", "Via")


@require_safe
def scrape(request: HttpRequest) -> HttpResponse:
    if not _may(request):
        return _refusal()
    encode, content_type = exposition.choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(
        encode(gauges.registry()), content_type=content_type, headers={"Cache-Control": "no-store"}
    )


def _may(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        scheme, _, word = request.headers.get("Authorization", "").partition(" ")
        same = hmac.compare_digest(word.strip().encode(), settings.METRICS_TOKEN.encode())
        return scheme.lower() == "bearer" and same
    return not any(name in request.headers for name in _FORWARDED) and _local(request)


def _local(request: HttpRequest) -> bool:
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _refusal() -> HttpResponse:
    if settings.METRICS_TOKEN:
        words = "Give the token of BYLAW_METRICS_TOKEN: Authorization: Bearer TOKEN.\n"
        return HttpResponse(
            words,
            status=401,
            content_type="text/plain",
            headers={"WWW-Authenticate": 'Bearer realm="bylaw metrics"'},
        )
    words = "Only from this machine; set BYLAW_METRICS_TOKEN to scrape from elsewhere.\n"
    return HttpResponse(words, status=403, content_type="text/plain")
