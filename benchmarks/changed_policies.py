"""A release like another, with one severity policy and one obligation policy changed."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

import yaml

from policies import documents
from policies.documents import Document
from policies.release import Release, compile_release

_OBLIGATIONS: Final = "eu-gdpr-33-34"
_VERSION: Final = "99.0.0"


class NothingToChange(Exception):
    """The shipped policies have changed so much that this benchmark does not know them."""


def changed(release: Release) -> Release:
    """Rules that count people do so from half as many on. One regime applies to every high-risk
    system besides, and its limits in hours are half as long."""
    edits: Mapping[str, Callable[[dict[str, Any]], None]] = {
        f"SeverityPolicy/{release.of_kind('SeverityPolicy')[0].metadata.name}": _stricter,
        f"ObligationPolicy/{_OBLIGATIONS}": _wider,
    }
    named = {f"{each.kind}/{each.metadata.name}": each for each in release.documents}
    if missing := edits.keys() - named.keys():
        raise NothingToChange(f"There is no {', '.join(sorted(missing))}.")
    return compile_release(
        _edited(each, edits[name]) if name in edits else each for name, each in named.items()
    )


def _edited(document: Document, edit: Callable[[dict[str, Any]], None]) -> Document:
    data = deepcopy(dict(document.data))
    edit(data["spec"])
    if data == document.data:
        raise NothingToChange(f"Nothing to change in {document.identity}.")
    data["metadata"]["version"] = _VERSION
    reading = documents.read(yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False))
    if reading.document is None:
        raise NothingToChange(str(reading.problems))
    return reading.document


def _stricter(spec: dict[str, Any]) -> None:
    for part in _mappings(spec["rules"]):
        if isinstance(part.get("at_least"), int):
            part["at_least"] //= 2


def _wider(spec: dict[str, Any]) -> None:
    spec["applies_when"] = {"any": [spec["applies_when"], {"system.risk_class": "high"}]}
    for part in _mappings(spec["duties"]):
        if "counting" in part and "hours" in part:
            part["hours"] = max(part["hours"] // 2, 1)


def _mappings(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _mappings(each)
