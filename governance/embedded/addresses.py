"""Where `manage.py up` and its servers listen, and what it tells its children about it."""

import itertools
import random
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_LAST_TRIED: Final = 50
#: Among the registered ports (RFC 6335, section 6), above most by which servers are known.
_FIRST_OWN: Final = 10_000
_LENT_ON_LINUX: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")
#: The dynamic ports of RFC 6335, section 6, where the system does not say which it lends.
_LENT: Final = range(49_152, 65_536)


class PortError(Exception):
    """No port to listen on; the message says which were tried."""


@dataclass(frozen=True)
class Web:
    """`bind` as gunicorn takes it, `local` to reach it from this machine, `public` for people."""

    bind: str
    local: str
    public: str


def choose(environment: Mapping[str, str]) -> tuple[Web, str]:
    """The web address, and a line to say if it is not the one that was asked for.

    BYLAW_WEB_BIND is taken as it stands; else BYLAW_PORT, or 8000, or the next port that is free.
    """
    asked = environment.get("BYLAW_WEB_BIND", "")
    if asked:
        return _given(asked, environment), ""
    first = int(environment.get("BYLAW_PORT", "") or 8000)
    port = next_free(first)
    note = "" if port == first else f"Port {first} is taken, using {port} instead."
    local = f"http://127.0.0.1:{port}"
    public = environment.get("BYLAW_PUBLIC_URL", "") or f"http://localhost:{port}"
    return Web(f"127.0.0.1:{port}", local, public.rstrip("/")), note


def own_port() -> int:
    """A loopback port for a server that goes away and comes back: nobody listens there now.

    It is none that the system lends to outgoing connections and to whoever asks for any port: one
    of those may be lent on before the server listens, or while it is away. A process gets no port
    twice before it had all. Raises PortError.
    """
    for port in itertools.islice(_own_ports(), _LAST_TRIED):
        if _is_free(port):
            return port
    raise PortError(f"None of {_LAST_TRIED} ports for servers was free.")


@cache
def _own_ports() -> Iterator[int]:
    """One after the other, round and round; from anywhere, so that two processes seldom meet."""
    ports = not_lent(lent())
    start = random.randrange(len(ports))  # noqa: S311
    return itertools.cycle(ports[start:] + ports[:start])


def not_lent(others: range) -> list[int]:
    """The ports to choose from; all where the system lends everything."""
    every = range(_FIRST_OWN, 65_536)
    return [port for port in every if port not in others] or list(every)


def lent() -> range:
    """The ports that the system takes for outgoing connections."""
    try:
        first, last = map(int, _LENT_ON_LINUX.read_text().split())
    except (OSError, ValueError):
        return _LENT
    return range(first, last + 1)


def next_free(first: int) -> int:
    """The first port from `first` on that nobody holds on loopback. Raises PortError."""
    for port in range(first, min(first + _LAST_TRIED, 65_536)):
        if _is_free(port):
            return port
    raise PortError(f"Ports {first} to {first + _LAST_TRIED - 1} are all taken; set BYLAW_PORT.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As gunicorn does: a port in TIME_WAIT after our last stop is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _given(bind: str, environment: Mapping[str, str]) -> Web:
    host, _, port = bind.rpartition(":")
    reachable = "127.0.0.1" if host in {"", "0.0.0.0", "[::]"} else host  # noqa: S104
    local = f"http://{reachable}:{port}"
    return Web(bind, local, (environment.get("BYLAW_PUBLIC_URL", "") or local).rstrip("/"))
