"""What a verification finds wrong, and where. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

#: Findings that are kept one by one; of more, their number is.
KEPT: Final = 1_000


@dataclass(frozen=True)
class Finding:
    """`code` is stable, `where` names the place, entry, tile, checkpoint or object."""

    code: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} [{self.code}]"

    def as_dict(self) -> dict[str, str]:
        return {"code": self.code, "where": self.where, "what": self.what}


class Findings:
    """The first KEPT of them, and how many there were."""

    def __init__(self, kept: Iterable[Mapping[str, str]] = (), count: int = 0) -> None:
        self.kept = [Finding(**each) for each in kept]
        self.count = count

    def add(self, code: str, where: str, what: str) -> None:
        self.count += 1
        if len(self.kept) < KEPT:
            self.kept.append(Finding(code, where, what))

    def as_dict(self) -> dict[str, Any]:
        return {"kept": [each.as_dict() for each in self.kept], "count": self.count}
