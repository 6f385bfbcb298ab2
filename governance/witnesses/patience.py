"""Writing where nobody sets a time limit: a network mount that is gone, or a pipe that nobody
reads, keeps the writer waiting for as long as it likes, and no signal ends that."""

from collections.abc import Callable
from threading import Thread
from typing import Final

from governance.witnesses.contract import Unwitnessed

SECONDS: Final = 10.0
_waiting: Final[dict[str, Thread]] = {}


def within(act: Callable[[], object], *, where: str, seconds: float | None = None) -> None:
    """Raises what `act` raises, and Unwitnessed when it takes longer: it is left to itself then,
    and in this process nothing else is begun at the same place before it ends."""
    limit = SECONDS if seconds is None else seconds
    before = _waiting.get(where)
    if before is not None and before.is_alive():
        raise Unwitnessed(f"{where} has not finished the writing before this one.")
    failed: list[Exception] = []
    thread = _waiting[where] = Thread(target=_run, args=(act, failed), daemon=True)
    thread.start()
    thread.join(limit)
    if thread.is_alive():
        raise Unwitnessed(f"{where} did not finish writing in {limit:g} s.")
    if failed:
        raise failed[0]


def _run(act: Callable[[], object], failed: list[Exception]) -> None:
    try:
        act()
    except Exception as error:
        failed.append(error)
