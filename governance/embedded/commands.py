"""The command of each of Bylaw's processes, the same under `manage.py up` and in containers.

`compose.yaml` repeats them, and a test compares the two. They run with the checkout as the
current directory.
"""

import sys
from collections.abc import Sequence
from typing import Final

WEB: Final = (
    *("python", "-m", "gunicorn", "--config", "python:governance.gunicorn"),
    "governance.wsgi:application",
)
WORKER: Final = (
    *("python", "-m", "celery", "--app", "governance.celery", "worker"),
    *("--loglevel", "INFO", "--without-gossip", "--without-mingle"),
)
BEAT: Final = (
    *("python", "-m", "celery", "--app", "governance.celery", "beat"),
    *("--loglevel", "INFO"),
)
PREPARE: Final = ("python", "manage.py", "prepare")


def here(command: Sequence[str]) -> list[str]:
    """The same command with the interpreter that runs us, wherever its environment lies."""
    return [sys.executable, *command[1:]]


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]
