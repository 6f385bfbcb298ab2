"""The statements of one report, as PostgreSQL's own log has them, between two marks."""

import re
from dataclasses import dataclass
from typing import Final

FIRST: Final = "bylaw benchmark: first"
LAST: Final = "bylaw benchmark: last"

_LOGGED: Final = re.compile(
    r"LOG:  duration: (?P<ms>[\d.]+) ms  (?:statement|execute [^:]+): (?P<sql>.*)"
)
_SHAPE: Final = re.compile(r'(?P<verb>INSERT|UPDATE|DELETE|SELECT)\b.*?"(?P<table>\w+)"')
_FROM: Final = re.compile(r'\bFROM "(?P<table>\w+)"')


@dataclass(frozen=True)
class Statement:
    """`ms`: what PostgreSQL needed, without the way there and back."""

    ms: float
    text: str

    @property
    def shape(self) -> str:
        """Verb and table, such as `INSERT incidents_duty`."""
        found = _SHAPE.match(self.text)
        if found is None:
            return self.text[:60] or "(is the pooled connection alive?)"
        source = _FROM.search(self.text) if found["verb"] == "SELECT" else None
        return f"{found['verb']} {(source or found)['table']}"


def between_marks(log: str) -> list[Statement]:
    """What was logged after the statement with FIRST and before that with LAST, without the empty
    one by which the pool tests the connection that it hands out for LAST."""
    found: list[Statement] = []
    within = False
    for line in log.splitlines():
        logged = _LOGGED.search(line)
        if logged is None:
            continue
        if LAST in logged["sql"]:
            break
        if within:
            found.append(Statement(float(logged["ms"]), logged["sql"]))
        within = within or FIRST in logged["sql"]
    return found[:-1] if found and not found[-1].text else found
