"""Where a request comes from, as far as the proxies in front are to be believed."""

from ipaddress import IPv6Address, ip_address
from typing import Final

from django.conf import settings
from django.http import HttpRequest

from governance.accounts.sessions import Origin

_NETWORK_BITS: Final = 64  # what one IPv6 customer has at least (RFC 6177)


def of(request: HttpRequest) -> Origin:
    return Origin(address(request), request.headers.get("User-Agent", ""))


def address(request: HttpRequest) -> str:
    """The client's: what the last of our own proxies saw (BYLAW_PROXIES says how many there are).
    What comes before it in X-Forwarded-For is whatever the client wrote."""
    given = request.META.get("REMOTE_ADDR", "")
    passed = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",")]
    if settings.PROXIES and passed != [""]:
        given = passed[-min(settings.PROXIES, len(passed))]
    try:
        return str(ip_address(given))
    except ValueError:
        return ""


def network(request: HttpRequest) -> str:
    """Whose tries are counted together: an IPv4 address, or the /64 of an IPv6 one."""
    found = address(request)
    if ":" not in found:
        return found
    return str(IPv6Address(int(IPv6Address(found)) >> _NETWORK_BITS << _NETWORK_BITS))
