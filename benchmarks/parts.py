"""Parts of a measurement that need the service's own settings: each a process of its own, told in
JSON on standard input and answering so on standard output."""

import json
import subprocess
import sys
from typing import Any

from benchmarks.server import Server, ServerError
from governance import env


def run(server: Server, module: str, **told: Any) -> Any:
    """What `python -m benchmarks.MODULE` answers. Raises ServerError."""
    return answer(start(server, module, **told))


def start(server: Server, module: str, **told: Any) -> "subprocess.Popen[str]":
    part = subprocess.Popen(
        [sys.executable, "-m", f"benchmarks.{module}"],
        cwd=env.CHECKOUT,
        env=server.environment | {"DJANGO_SETTINGS_MODULE": "governance.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if part.stdin is None:
        raise ServerError("The part has no standard input.")
    part.stdin.write(json.dumps(told))
    part.stdin.close()
    part.stdin = None
    return part


def answer(part: "subprocess.Popen[str]") -> Any:
    said, _ = part.communicate()
    if part.returncode:
        raise ServerError("A part of the measurement failed; see above.")
    return json.loads(said)
