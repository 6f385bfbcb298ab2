"""The log files of the children: their end for a message, and a limit to their growth."""

import os
import shutil
from pathlib import Path
from typing import Final

_MOST_BYTES: Final = 20 * 1024 * 1024
_TAIL_BYTES: Final = 16_384


def tail(log: Path, *, lines: int = 15) -> str:
    """The end of a log, for an error message; empty where there is none."""
    try:
        with log.open("rb") as source:
            source.seek(max(0, log.stat().st_size - _TAIL_BYTES))
            found = source.read().decode(errors="replace").splitlines()[-lines:]
    except OSError:
        return ""
    return "\n".join([f"The end of {log}:", *(f"  {line}" for line in found)])


def limit(directory: Path, *, most: int = _MOST_BYTES) -> None:
    """Move each log over `most` bytes to NAME.log.1, replacing the one before.

    The writers hold their files open in append mode, so the file is copied and truncated; a line
    written in between is lost, which is the price of writers that know nothing of rotation.
    """
    for log in directory.glob("*.log"):
        if log.stat().st_size > most:
            shutil.copyfile(log, log.with_suffix(".log.1"))
            os.truncate(log, 0)
