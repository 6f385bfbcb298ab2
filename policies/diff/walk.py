"""Comparing two documents part by part."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from governance import canonical
from policies.conditions.words import sentence
from policies.counting import UNITS
from policies.diff import condition, words
from policies.diff.change import Change, Kind
from policies.diff.place import Place

#: The kinds that have conditions, and the keys at which they stand.
_CONDITIONAL: Final = frozenset({"SeverityPolicy", "ObligationPolicy", "Playbook"})
_CONDITIONS: Final = frozenset({"when", "applies_when"})
#: Mappings whose keys are names, as ids are elsewhere.
_NAMED: Final = frozenset({"levels", "terms"})
_NAMES: Final = ("id", "name", "date", "after", "to")


def compared(before: object, after: object, place: Place) -> Iterator[Change]:
    """Every change below `place`; none if the canonical forms are equal."""
    match before, after:
        case (dict(), dict()) if not _is_condition(place):
            yield from _mappings(before, after, place)
        case (list(), list()) if not _is_condition(place):
            yield from _lists(before, after, place)
        case _ if canonical.text(before) != canonical.text(after):
            yield _changed(before, after, place)


def _changed(before: object, after: object, place: Place) -> Change:
    if _is_condition(place):
        said = f"{place.label} changes: {condition.changes(before, after)}"
    else:
        said = words.becomes(place.label, before, after)
    return _change("changed", place, before, after, said)


def _is_condition(place: Place) -> bool:
    key = place.keys[-1] if place.keys else ""
    return place.kind in _CONDITIONAL and key in _CONDITIONS


# --- mappings ------------------------------------------------------------------------------------


def _mappings(
    before: Mapping[str, Any], after: Mapping[str, Any], place: Place
) -> Iterator[Change]:
    named = bool(place.keys) and place.keys[-1] in _NAMED
    skipped: set[str] = set()
    if words.period(before) and words.period(after) and place.kind == "ObligationPolicy":
        yield from _periods(before, after, place)
        skipped |= {*UNITS}
    for key in _order(before, after):
        if key in skipped:
            continue
        inner = place.item(key, key, key) if named else place.key(key)
        if key not in before or key not in after:
            yield _one_sided(before.get(key), after.get(key), inner, new=key not in before)
        else:
            yield from compared(before[key], after[key], inner)


def _periods(before: Mapping[str, Any], after: Mapping[str, Any], place: Place) -> Iterator[Change]:
    """A number and its unit are one fact."""
    old, new = words.period(before), words.period(after)
    if old != new:
        said = f"{place.label} becomes {new} instead of {old}"
        yield _change("changed", place, before, after, said)


def _order(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The keys of both, those of the new text first: its order is the one that is read."""
    return [*after, *(key for key in before if key not in after)]


# --- lists ---------------------------------------------------------------------------------------


def _lists(before: Sequence[Any], after: Sequence[Any], place: Place) -> Iterator[Change]:
    old, new = _entries(before), _entries(after)
    if not any(isinstance(each, dict | list) for each in (*before, *after)):
        yield from _plain_lists(before, after, place)
        return
    for name in _order(old, new):
        inner = place.item(name, old.get(name, 0), new.get(name, 0))
        if name in old and name in new:
            yield from compared(before[old[name]], after[new[name]], inner)
        elif name in new:
            yield _one_sided(None, after[new[name]], inner, new=True)
        else:
            yield _one_sided(before[old[name]], None, inner, new=False)
    yield from _moved(list(old), list(new), before, after, place)


def _plain_lists(before: Sequence[Any], after: Sequence[Any], place: Place) -> Iterator[Change]:
    old, new = ([canonical.text(each) for each in one] for one in (before, after))
    if old == new:
        return
    more, less = Counter(new) - Counter(old), Counter(old) - Counter(new)
    if not more and not less:
        yield _change("moved", place, before, after, f"the order of {place.label} changes")
        return
    said = [
        f"{_several(texts, one)} is {word}"
        for word, texts, one in (("new", more, after), ("gone", less, before))
        if texts
    ]
    yield _change("changed", place, before, after, f"in {place.label}, {' and '.join(said)}")


def _several(texts: Counter[str], among: Sequence[Any]) -> str:
    said = [words.value(each) or "a longer text" for each in among if canonical.text(each) in texts]
    return ", ".join(dict.fromkeys(said))


def _moved(
    old: list[str], new: list[str], before: Sequence[Any], after: Sequence[Any], place: Place
) -> Iterator[Change]:
    stayed = [name for name in old if name in new]
    now = [name for name in new if name in old]
    if stayed != now:
        said = f"the order of {place.label} changes: {', '.join(now)}"
        yield _change("moved", place, before, after, said)


def _entries(listed: Sequence[Any]) -> dict[str, int]:
    """name → index; a name that comes again gets a number."""
    found: dict[str, int] = {}
    for index, each in enumerate(listed):
        name = _name(each)
        count = 2
        while name in found:
            name, count = f"{_name(each)}#{count}", count + 1
        found[name] = index
    return found


def _name(entry: Any) -> str:
    """What names an entry of a list: the text of the whole where nothing else does."""
    if not isinstance(entry, dict):
        return canonical.text(entry)
    if "framework" in entry and "id" in entry:
        return f"{entry['framework']} {entry['id']}"
    start = entry.get("from")
    if isinstance(start, dict) and "submitted" in start:
        return f"submitted:{start['submitted']}"
    named = [entry[key] for key in _NAMES if isinstance(entry.get(key), str)]
    return str(named[0] if named else start if isinstance(start, str) else canonical.text(entry))


# --- changes -------------------------------------------------------------------------------------


def _one_sided(before: object, after: object, place: Place, *, new: bool) -> Change:
    value = after if new else before
    if place.entry:
        said = f"{place.label} is {'new' if new else 'gone'}{words.title(value)}"
    elif _is_condition(place):
        said = f"{place.label} is {'new' if new else 'gone'}: {sentence(value)}"
    else:
        short = words.period(value) or words.value(value)
        said = f"{place.label} is {'new' if new else 'gone'}{f': {short}' if short else ''}"
    change = _change("added" if new else "removed", place, before, after, said)
    return replace(change, pointer_before=None) if new else replace(change, pointer_after=None)


def _change(kind: Kind, place: Place, before: object, after: object, said: str) -> Change:
    return Change(
        kind=kind,
        document=place.document,
        subject=place.subject,
        where="/".join(place.where),
        pointer_before=place.before,
        pointer_after=place.after,
        before=before,
        after=after,
        words=place.said(said),
    )
