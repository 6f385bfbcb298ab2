"""The difference between policies by meaning, not by text (pure).

Comments, layout and the order of keys are no difference. Entries of lists are matched by what names
them: an id, a date, the moment that a limit counts from.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from policies.diff.change import Change, Kind, grouped, snippet
from policies.diff.place import Place
from policies.diff.walk import compared
from policies.documents import Document

__all__ = ["Change", "Kind", "data", "documents", "grouped", "releases", "snippet"]


def releases(before: Iterable[Document], after: Iterable[Document]) -> tuple[Change, ...]:
    """Between two sets of documents, by kind and name."""
    old = {(each.kind, each.metadata.name): each for each in before}
    new = {(each.kind, each.metadata.name): each for each in after}
    return tuple(
        change for key in sorted({*old, *new}) for change in documents(old.get(key), new.get(key))
    )


def documents(before: Document | None, after: Document | None) -> tuple[Change, ...]:
    """Between two versions of a document; None for one that is not there."""
    if before is not None and after is not None and before.digest == after.digest:
        return ()
    return data(before.data if before else None, after.data if after else None)


def data(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[Change, ...]:
    """Between the data of two documents of one kind, as read from YAML."""
    one = after or before
    if one is None:
        return ()
    name = f"{one['kind']}/{one['metadata']['name']}"
    if before is None or after is None:
        return (_whole(name, before, after),)
    return tuple(compared(before, after, Place(one["kind"], name)))


def _whole(name: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Change:
    title = (after or before or {})["metadata"]["title"]
    return Change(
        kind="added" if before is None else "removed",
        document=name,
        subject="",
        where="",
        pointer_before=None if before is None else "",
        pointer_after=None if after is None else "",
        before=before,
        after=after,
        words=f"{name} is {'new' if before is None else 'gone'}: {title}.",
    )
