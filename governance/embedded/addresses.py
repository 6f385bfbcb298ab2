"""Where `manage.py up` listens, and what it tells its children about it."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_LAST_TRIED: Final = 50


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
