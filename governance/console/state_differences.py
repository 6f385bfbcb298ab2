"""What an entry changed: its states before and after, side by side (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from governance.console import values

Kind = Literal["changed", "added", "removed", "same"]
_NOTHING: Final = frozenset({"", values.words(None), values.words([])})


@dataclass(frozen=True)
class Difference:
    """One value by its dotted path. `before` is empty where it was added, `after` where removed."""

    path: str
    before: str
    after: str
    kind: Kind

    @property
    def blank(self) -> bool:
        """Whether neither side says anything: `—` and `none` are how nothing reads."""
        return {self.before, self.after} <= _NOTHING


def between(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> Sequence[Difference]:
    """In the order of the later state, what is gone at its end. What only one state tells of, as
    entries say no more than what changed, is told as it is there."""
    old, new = dict(values.rows(before or {})), dict(values.rows(after or {}))
    old.pop("", None), new.pop("", None)
    paths = [*new, *(path for path in old if path not in new)]
    return [
        Difference(path, old.get(path, ""), new.get(path, ""), _kind(path, old, new))
        for path in paths
    ]


def _kind(path: str, old: Mapping[str, str], new: Mapping[str, str]) -> Kind:
    if path not in old:
        return "added"
    if path not in new:
        return "removed"
    return "same" if old[path] == new[path] else "changed"
