"""Something that goes wrong again and again while a test does its work."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread


@contextmanager
def again_and_again(disturb: Callable[[], object], *, every: float = 0.3) -> Iterator[None]:
    """At least once, and for the last time before the block is left. What it raises is raised. In a
    thread: a process that is started there ends with it."""
    over = Event()
    failures: list[BaseException] = []

    def keep_on() -> None:
        try:
            disturb()
            while not over.wait(every):
                disturb()
        except Exception as error:
            failures.append(error)

    thread = Thread(target=keep_on)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    if failures:
        raise failures[0]
