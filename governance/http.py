"""The one way out over HTTP. Whoever names an address here (a webhook, a feed) must not reach our
own network with it.

A name is resolved once and the connection goes to the very address that was checked, so a resolver
that answers differently a moment later changes nothing; TLS still verifies the name. Addresses that
are not public are left out, and only https is spoken, unless the operator allows the host by name
(BYLAW_OUTBOUND_ALLOW). No redirects, proxies, cookies or decompression: this stands on httpcore,
which has none.

    answer = http.get("https://example.org/feed.ics", limit=2_000_000)
    answer = http.post(url, body=b"{}", headers={"content-type": "application/json"}, cut=True)

Raises Refused (asking again cannot help) and Unreachable (it may). A status is no error: the caller
reads `answer.status`, 3xx included.
"""

import ssl
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from time import monotonic
from typing import Any, Final

import certifi
import httpcore
import httpx
from django.conf import settings

from governance import resolving
from governance.errors import BylawError
from governance.resolving import Resolver

SECONDS: Final = 15.0  # for the whole of one exchange
CONNECT_SECONDS: Final = 5.0
BODY_LIMIT: Final = 1_048_576
_FAILURES: Final = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.RemoteProtocolError)

#: Global unicast is 2000::/3 (RFC 4291, 2.4); inside it, what leads to IPv4 addresses in disguise.
_GLOBAL_V6: Final = IPv6Network("2000::/3")
_DISGUISED_V6: Final = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))


class Refused(BylawError):
    """We will not send this, or not take the answer; the same again would end the same."""

    code = "outbound-refused"
    status = 422


class Unreachable(BylawError):
    """No answer, or not a whole one, in time."""

    code = "outbound-unreachable"
    status = 502


@dataclass(frozen=True)
class Answer:
    """`headers` by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def public(address: str) -> bool:
    """Whether anybody on the internet could be there; false for whatever leads back to us:
    private, loopback, link-local (cloud metadata), multicast, reserved, mapped, NAT64, 6to4."""
    ip = ip_address(address)
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast and not ip.is_reserved
    return _public_v6(ip)


def allowed(host: str, port: int) -> bool:
    """Whether the operator lets this host, or this port of it, be private and speak plain HTTP."""
    name = f"[{host}]" if ":" in host else host.rstrip(".").lower()
    return name in settings.OUTBOUND_ALLOW or f"{name}:{port}" in settings.OUTBOUND_ALLOW


def check(url: str) -> httpx.URL:
    """The address, fit to be asked as far as can be told without resolving it. Raises Refused."""
    try:
        parsed = httpx.URL(url)
        port = parsed.port or {"https": 443, "http": 80}.get(parsed.scheme, 0)
    except (httpx.InvalidURL, TypeError, ValueError) as error:
        raise Refused(f"This is no address that can be asked: {error}.") from None
    if parsed.scheme not in {"https", "http"} or not parsed.host:
        raise Refused("Give a whole address that starts with https://.")
    if "%" in parsed.host or port >= 1 << 16:
        raise Refused("This is no address that can be asked: there is no such host or port.")
    if parsed.userinfo:
        raise Refused("Leave user name and password out of the address.")
    if parsed.scheme == "http" and not allowed(parsed.host, port):
        raise Refused(
            f"Only https is spoken to {parsed.host}; plain http has to be allowed by name in "
            "BYLAW_OUTBOUND_ALLOW."
        )
    return parsed


@dataclass(frozen=True)
class Client:
    """What `get`, `post` and `put` use; another `resolver` is for tests."""

    resolver: Resolver = resolving.system

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = SECONDS,
        limit: int = BODY_LIMIT,
    ) -> Answer:
        """Ask for a document. Raises Refused where it is longer than `limit` bytes."""
        return self._exchange("GET", url, b"", headers or {}, timeout, limit, cut=False)

    def post(
        self,
        url: str,
        *,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        timeout: float = SECONDS,
        limit: int = BODY_LIMIT,
        cut: bool = False,
    ) -> Answer:
        """Hand over a body. With `cut`, the status is what counts: of the answer's body only the
        beginning is kept, and that it breaks off is no error."""
        return self._exchange("POST", url, body, headers or {}, timeout, limit, cut=cut)

    def put(
        self,
        url: str,
        *,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        timeout: float = SECONDS,
        limit: int = BODY_LIMIT,
        cut: bool = False,
    ) -> Answer:
        """The same, for what is to stand at the address itself."""
        return self._exchange("PUT", url, body, headers or {}, timeout, limit, cut=cut)

    def _exchange(
        self,
        method: str,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        timeout: float,
        limit: int,
        *,
        cut: bool,
    ) -> Answer:
        parsed = check(url)
        backend = _Backend(self.resolver, until=monotonic() + timeout)
        waits = {"connect": min(CONNECT_SECONDS, timeout), "read": timeout, "write": timeout}
        try:
            with (
                httpcore.ConnectionPool(
                    ssl_context=_tls(settings.OUTBOUND_CA), network_backend=backend, retries=0
                ) as pool,
                pool.stream(
                    method,
                    _target(parsed),
                    headers=_headers(parsed, headers),
                    content=None if method == "GET" else body,
                    extensions={"timeout": waits},
                ) as response,
            ):
                kept = _cut(response, limit) if cut else _whole(response, limit)
        except _FAILURES as error:
            raise Unreachable(f"{parsed.host}: {_why(error)}") from error
        except httpcore.LocalProtocolError as error:
            raise Refused(f"This cannot be asked of {parsed.host}: {error}.") from error
        return Answer(response.status, _named(response.headers), kept)


_CLIENT: Final = Client()
get = _CLIENT.get
post = _CLIENT.post
put = _CLIENT.put


class _Backend(httpcore.SyncBackend):
    """Connects to checked addresses only, and lets nothing last beyond `until`."""

    def __init__(self, resolver: Resolver, *, until: float) -> None:
        self._resolver = resolver
        self._until = until

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError("The name has no address.")
        for address in self._addresses(host, port):
            try:
                wait = _left(self._until, timeout, httpcore.ConnectTimeout)
                stream = super().connect_tcp(address, port, wait, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, until=self._until)
        raise failure

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        found = self._resolved(host, port)
        usable = [each for each in found if allowed(host, port) or public(each)]
        if found and not usable:
            raise Refused(
                f"{host} is not a public address ({', '.join(found[:4])}); to reach it all the "
                "same, the operator has to allow it by name in BYLAW_OUTBOUND_ALLOW."
            )
        return usable

    def _resolved(self, host: str, port: int) -> Sequence[str]:
        wait = _left(self._until, CONNECT_SECONDS, httpcore.ConnectTimeout)
        try:
            return resolving.addresses(host, port, within=wait, resolver=self._resolver)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from None
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error


class _Stream(httpcore.NetworkStream):
    """A connection whose every operation counts towards one end: neither headers nor a body can be
    dripped for longer than the whole exchange may take."""

    def __init__(self, inner: httpcore.NetworkStream, *, until: float) -> None:
        self._inner = inner
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._until, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._until, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        wait = _left(self._until, timeout, httpcore.ConnectTimeout)
        secured = self._inner.start_tls(ssl_context, server_hostname, wait)
        return _Stream(secured, until=self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(until: float, timeout: float | None, late: type[Exception]) -> float:
    left = until - monotonic()
    if left <= 0:
        raise late("The exchange took too long.")
    return left if timeout is None else min(left, timeout)


def _public_v6(ip: IPv6Address) -> bool:
    disguised = any(ip in network for network in _DISGUISED_V6)
    return ip in _GLOBAL_V6 and ip.is_global and not disguised


@cache
def _tls(authorities: str) -> ssl.SSLContext:
    """The public authorities, and the operator's own."""
    context = ssl.create_default_context(cafile=certifi.where())
    if authorities:
        context.load_verify_locations(cafile=authorities)
    return context


def _target(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def _headers(url: httpx.URL, given: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    ours = {"host": url.netloc.decode("ascii"), "user-agent": f"Bylaw/{settings.VERSION}"}
    fixed = {"accept-encoding": "identity", "connection": "close"}
    names = {name.lower(): value for name, value in given.items()}
    return [
        (name.encode("ascii"), value.encode("utf-8"))
        for name, value in {**ours, **names, **fixed}.items()
    ]


def _whole(response: httpcore.Response, limit: int) -> bytes:
    kept = bytearray()
    for part in response.iter_stream():
        kept += part
        if len(kept) > limit:
            raise Refused(f"The answer is longer than {limit:,} bytes.")
    return bytes(kept)


def _cut(response: httpcore.Response, limit: int) -> bytes:
    kept = bytearray()
    with suppress(*_FAILURES):
        for part in response.iter_stream():
            kept += part
            if len(kept) >= limit:
                break
    return bytes(kept[:limit])


def _named(headers: Iterable[tuple[bytes, bytes]]) -> Mapping[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


def _why(error: Exception) -> str:
    if isinstance(error, httpcore.TimeoutException):
        return f"no whole answer in time ({error or type(error).__name__})"
    return str(error) or type(error).__name__
