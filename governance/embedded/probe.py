"""Asks a web process for its readiness: `python -m governance.embedded.probe [ADDRESS]`.

Containers use it as their health check, `manage.py up` waits with it. Exit status 0 when ready. An
address with a path, such as /healthz, is asked for that instead.
"""

import json
import os
import sys
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Final
from urllib.parse import urlsplit

_TIMEOUT_SECONDS: Final = 5.0
_DEFAULT: Final = "http://127.0.0.1:8000"


def missing(address: str, *, host: str) -> Mapping[str, str]:
    """What is not ready yet, by name; empty when everything is.

    `host` goes into the Host header, since the service answers only to its public name.
    """
    parts = urlsplit(address)
    connection = HTTPConnection(
        parts.hostname or "127.0.0.1", parts.port or 80, timeout=_TIMEOUT_SECONDS
    )
    try:
        connection.request("GET", parts.path or "/readyz", headers={"Host": host})
        answer = connection.getresponse()
        return _unready(answer.status, answer.read())
    except (OSError, HTTPException) as error:
        return {"web": f"does not answer ({error or type(error).__name__})"}
    finally:
        connection.close()


def _unready(status: int, body: bytes) -> Mapping[str, str]:
    if status == HTTPStatus.OK:
        return {}
    try:
        checks = json.loads(body)["checks"].items()
        found = {str(name): str(said) for name, said in checks if said != "ok"}
    except (ValueError, KeyError, TypeError, AttributeError):
        found = {}
    return found or {"web": f"answered with status {status}"}


def main() -> int:
    address = sys.argv[1] if len(sys.argv) > 1 else _DEFAULT
    public = urlsplit(os.environ.get("BYLAW_PUBLIC_URL", "") or _DEFAULT)
    unready = missing(address, host=public.netloc)
    sys.stdout.write("".join(f"{name}: {said}\n" for name, said in unready.items()))
    return 1 if unready else 0


if __name__ == "__main__":
    sys.exit(main())
