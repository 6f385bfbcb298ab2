"""The difference between two conditions, comparison by comparison."""

from collections.abc import Sequence

from governance import canonical
from policies.conditions import words

_Asked = tuple[str, str, object]
"""(path, operator, operand)"""


def changes(before: object, after: object) -> str:
    """What a sentence says of a condition that is not the same."""
    gone, new = _only_in(before, after), _only_in(after, before)
    said = []
    for path, operator, operand in list(gone):
        other = _counterpart(path, operator, new)
        if other is not None:
            new.remove(other)
            gone.remove((path, operator, operand))
            old, now = words.comparison(operator, operand), words.comparison(other[1], other[2])
            said.append(f"{path} {now} instead of {old}")
    said += [f"it no longer asks whether {_words(each)}" for each in gone]
    said += [f"it also asks whether {_words(each)}" for each in new]
    if gone or new or not said or _form(before) != _form(after):
        said.append(f"it is now: {words.sentence(after)}; before: {words.sentence(before)}")
    return "; ".join(said)


def _only_in(node: object, other: object) -> list[_Asked]:
    """The comparisons of one that the other has not, as often as it has not."""
    held = [_key(each) for each in words.comparisons(other)]
    found = []
    for each in words.comparisons(node):
        if _key(each) in held:
            held.remove(_key(each))
        else:
            found.append(each)
    return found


def _counterpart(path: str, operator: str, among: Sequence[_Asked]) -> _Asked | None:
    """The comparison that took the place of one: of the same path, and operator if there is one."""
    same = [each for each in among if each[0] == path]
    return next((each for each in same if each[1] == operator), same[0] if same else None)


def _words(asked: _Asked) -> str:
    path, operator, operand = asked
    return f"{path} {words.comparison(operator, operand)}"


def _key(asked: _Asked) -> str:
    return canonical.text(list(asked))


def _form(node: object) -> object:
    """The composition, with the paths alone in place of comparisons."""
    if isinstance(node, list):
        return [_form(each) for each in node]
    if isinstance(node, dict):
        return {
            key: _form(value) if key in {"all", "any", "not"} else "" for key, value in node.items()
        }
    return ""
