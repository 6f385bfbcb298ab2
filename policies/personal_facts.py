"""Facts that may be about a person: free text that a report carries and no decision reads (pure).

The report schema marks them with `personal: true`. They are kept with the incident and can be
erased; the facts that a decision keeps for good leave them out.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any


def without(report: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """A copy of the report with nothing at the paths. An object that held nothing else stays."""
    left = dict(report)
    for path in paths:
        _copied(left, path, _remove)
    return left


def only(report: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """What the report has at the paths, in objects of its own."""
    found: dict[str, Any] = {}
    for path in paths:
        *above, last = path.split(".")
        holder = _at(report, above)
        if last in holder:
            into = found
            for name in above:
                into = into.setdefault(name, {})
            into[last] = deepcopy(holder[last])
    return found


def joined(facts: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with what `only` found put back in its places."""
    made = dict(facts)
    for name, value in more.items():
        here = made.get(name)
        if isinstance(here, Mapping) and isinstance(value, Mapping):
            value = joined(here, value)
        made[name] = value
    return made


def erased(report: Mapping[str, Any], paths: Iterable[str], mark: str) -> dict[str, Any]:
    """A copy with `mark` in place of each text at the paths, and nothing in place of what is no
    text."""

    def erase(holder: dict[str, Any], name: str) -> None:
        if isinstance(holder[name], str):
            holder[name] = mark
        else:
            del holder[name]

    left = dict(report)
    for path in paths:
        _copied(left, path, erase)
    return left


def _copied(report: dict[str, Any], path: str, change: Any) -> None:
    """Change the holder of `path`, and copy the objects on the way to it."""
    *above, last = path.split(".")
    holder = report
    for name in above:
        inner = holder.get(name)
        if not isinstance(inner, Mapping):
            return
        holder[name] = holder = dict(inner)
    if last in holder:
        change(holder, last)


def _remove(holder: dict[str, Any], name: str) -> None:
    del holder[name]


def _at(report: Mapping[str, Any], above: Iterable[str]) -> Mapping[str, Any]:
    holder: Any = report
    for name in above:
        holder = holder.get(name) if isinstance(holder, Mapping) else None
    return holder if isinstance(holder, Mapping) else {}
