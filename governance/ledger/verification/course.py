"""A whole verification: the log from end to end, then every stored object against its entries.

It goes step by step and can be put down and taken up again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from governance.ledger.notes import Verifier
from governance.ledger.verification import objects, walk
from governance.ledger.verification.findings import Findings
from governance.ledger.verification.walk import Walk


@dataclass
class Course:
    """`part` is the number of the part of `objects` that is next, -1 while the log is walked;
    `after` the key of its last row. `done` of `total` entries and objects are verified."""

    walk: Walk
    total: int
    done: int = 0
    part: int = -1
    after: str = ""

    @property
    def found(self) -> Findings:
        return self.walk.found

    @property
    def over(self) -> bool:
        return self.part >= len(objects.parts())

    @property
    def at(self) -> str:
        """What is being verified, in words."""
        if self.part < 0:
            return "entries of the log"
        return "" if self.over else objects.parts()[self.part].name

    def as_dict(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in ("total", "done", "part", "after")}
        return {"walk": self.walk.as_dict(), **own}


def restored(told: Mapping[str, Any]) -> Course:
    own = {name: told[name] for name in ("total", "done", "part", "after")}
    return Course(walk.restored(told["walk"]), **own)


def begin(kept: Sequence[str] = (), trusted: Sequence[Verifier] = ()) -> Course:
    begun = walk.begin(kept, trusted)
    return Course(begun, begun.target + sum(part.count() for part in objects.parts()))


def step(course: Course) -> None:
    """The next few hundred objects, or ten thousand entries."""
    if course.part < 0:
        if not course.walk.over:
            walk.step(course.walk)
            course.done = course.walk.done
        if course.walk.over:
            walk.end(course.walk)
            course.part = 0
        return
    course.after, count = objects.parts()[course.part].step(course.after, course.found)
    course.done += count
    course.total = max(course.total, course.done)
    if not course.after:
        course.part += 1


def run(course: Course, *, said: Callable[[Course], None] = lambda _course: None) -> Findings:
    """To the end; `said` is called after each step."""
    while not course.over:
        step(course)
        said(course)
    return course.found
