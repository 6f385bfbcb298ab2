"""What one checkout's running service leaves for others to find: its lock and its addresses."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path


class AlreadyRunningError(Exception):
    """Another `up` holds the lock; the message names its process."""


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold the checkout until we end, however we end. Raises AlreadyRunningError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(held.read().strip() or "an unknown process") from None
        held.truncate()
        held.write(f"process {os.getpid()}")
        held.flush()
        yield


@contextlib.contextmanager
def published(file: Path, addresses: Mapping[str, str]) -> Iterator[None]:
    """Let commands in other terminals find the servers, for as long as they run; mode 0600."""
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump(dict(addresses), out, indent=2)
    draft.replace(file)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
