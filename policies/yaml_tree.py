"""Plain data and its places, built from YAML parser events one at a time, within limits."""

from collections.abc import Callable
from dataclasses import dataclass

import yaml

from policies.problems import Problem, below, quoted
from policies.yaml_scalars import UnclearScalarError, plain

MAX_DEPTH = 32
MAX_NODES = 50_000
MAX_ALIASES = 32
MAX_KEY = 200
MAX_POINTER = 1_000
"""Every value keeps its pointer, so that a long key above many values would fill the memory."""
MAX_PROBLEMS = 100

Position = tuple[int, int]


class RefusedError(Exception):
    """The document may not be read any further."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(slots=True)
class _Anchored:
    """A finished node that an alias may repeat: its nodes in all, and the levels it is deep."""

    value: object
    size: int
    height: int


@dataclass(slots=True)
class _Frame:
    """A collection that is still open. `key` is None while a key is expected, or was refused."""

    value: dict[str, object] | list[object]
    pointer: str
    anchor: str | None
    is_key: bool = False
    expects_key: bool = False
    key: str | None = None
    size: int = 1
    height: int = 1


class Tree:
    """Takes the events of one document; `data` is whole once the last event has been added."""

    def __init__(self) -> None:
        self.data: object = None
        self.positions: dict[str, Position] = {}
        self.keys: dict[str, Position] = {}
        self.problems: list[Problem] = []
        self._stack: list[_Frame] = []
        self._anchors: dict[str, _Anchored | None] = {}
        self._nodes = 0
        self._aliases = 0
        self._documents = 0
        self._on: dict[type, Callable[..., None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start_mapping,
            yaml.SequenceStartEvent: self._start_sequence,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }

    def add(self, event: yaml.Event) -> None:
        """Raises RefusedError when a limit is passed or nothing sensible can follow."""
        handler = self._on.get(type(event))
        if handler is not None:
            handler(event)

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            raise self._refusal(
                event,
                "several-documents",
                "One file holds one document; a second one starts here.",
                "Move it to a file of its own.",
            )

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._count(event, 1)
        if event.tag is not None:
            self._refuse_tag(event)
        frame = self._stack[-1] if self._stack else None
        value = self._value(event)
        if event.anchor:
            self._anchors[event.anchor] = _Anchored(value, size=1, height=0)
        if frame is not None and frame.expects_key:
            self._take_key(frame, event, value)
        else:
            self._place(event, self._pointer(event), value)

    def _value(self, event: yaml.ScalarEvent) -> object:
        text: str = event.value
        if "\0" in text:
            message = "Text cannot hold the character U+0000."
            self._report(event, "forbidden-character", message, "Remove the character.")
            return text.replace("\0", "")
        if event.style:
            return text
        try:
            return plain(text)
        except UnclearScalarError as unclear:
            message = f"{quoted(text)}: {unclear.message}"
            self._report(event, unclear.code, message, unclear.hint)
            return text

    def _start_mapping(self, event: yaml.MappingStartEvent) -> None:
        self._start(event, {}, expects_key=True)

    def _start_sequence(self, event: yaml.SequenceStartEvent) -> None:
        self._start(event, [], expects_key=False)

    def _start(
        self,
        event: yaml.CollectionStartEvent,
        value: dict[str, object] | list[object],
        *,
        expects_key: bool,
    ) -> None:
        self._count(event, 1)
        self._check_depth(event, len(self._stack) + 1)
        if event.tag is not None:
            self._refuse_tag(event)
        is_key = bool(self._stack) and self._stack[-1].expects_key
        pointer = self._pointer(event)
        if is_key:
            self._refuse_key(event, "A key must be text, not a list or a mapping.")
        else:
            self._place(event, pointer, value)
        if event.anchor:
            self._anchors[event.anchor] = None
        self._stack.append(_Frame(value, pointer, event.anchor, is_key, expects_key))

    def _end(self, _: yaml.CollectionEndEvent) -> None:
        frame = self._stack.pop()
        if frame.anchor:
            self._anchors[frame.anchor] = _Anchored(frame.value, frame.size, frame.height)
        if not self._stack:
            return
        parent = self._stack[-1]
        # _place has counted the collection itself.
        parent.size += frame.size - 1
        parent.height = max(parent.height, frame.height + 1)
        if frame.is_key:
            parent.expects_key = False

    def _alias(self, event: yaml.AliasEvent) -> None:
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            message = f"More than {MAX_ALIASES} aliases."
            raise self._refusal(event, "too-many-aliases", message, "Write the values out.")
        target = self._target(event)
        self._count(event, target.size)
        self._check_depth(event, len(self._stack) + target.height)
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.expects_key:
            self._refuse_key(event, "A key must be text, not an alias.")
            frame.expects_key = False
            return
        self._place(event, self._pointer(event), target.value)
        if frame is not None:
            frame.size += target.size - 1
            frame.height = max(frame.height, target.height + 1)

    def _target(self, event: yaml.AliasEvent) -> _Anchored:
        if event.anchor not in self._anchors:
            message = f"No anchor {quoted(event.anchor)} stands above this alias."
            self._report(event, "unknown-alias", message, "Write the value out.")
            return _Anchored(None, 1, 0)
        target = self._anchors[event.anchor]
        if target is None:
            message = f"The alias {quoted(event.anchor)} stands inside its own anchor."
            raise self._refusal(event, "recursive-alias", message, "Write the value out.")
        return target

    def _take_key(self, frame: _Frame, event: yaml.ScalarEvent, key: object) -> None:
        frame.expects_key = False
        frame.size += 1
        if not isinstance(key, str):
            self._refuse_key(event, f"The key {quoted(event.value)} is read as {_named(key)}.")
        elif key == "<<" and not event.style:
            message = "Merge keys (<<) belong to YAML 1.1 and hide what a mapping holds."
            self._report(event, "merge-key", message, "Write the entries out.")
        elif len(key) > MAX_KEY:
            message = f"A key has {len(key)} characters; {MAX_KEY} are allowed."
            self._report(event, "key-too-long", message, "Shorten it.")
        elif key in frame.value:
            line, _ = self.keys[below(frame.pointer, key)]
            message = f"The key {quoted(key)} stands here and on line {line}."
            self._report(event, "duplicate-key", message, "Keep one of them.")
        else:
            frame.key = key
            self.keys[below(frame.pointer, key)] = _position(event)

    def _refuse_key(self, event: yaml.Event, message: str) -> None:
        self._report(event, "key-not-text", message, "Quote a key that is meant as text.")

    def _pointer(self, event: yaml.Event) -> str:
        """Where the next value goes; that of the mapping itself below a refused key."""
        pointer = self._here()
        if len(pointer) > MAX_POINTER:
            message = "The keys above this value are too long taken together."
            raise self._refusal(event, "key-too-long", message, "Shorten them.")
        return pointer

    def _place(self, event: yaml.Event, pointer: str, value: object) -> None:
        # What stands below a refused key shares the pointer of a value that has its place already.
        self.positions.setdefault(pointer, _position(event))
        if not self._stack:
            self.data = value
            return
        frame = self._stack[-1]
        frame.size += 1
        if isinstance(frame.value, list):
            frame.value.append(value)
            return
        if frame.key is not None:
            frame.value[frame.key] = value
        frame.key, frame.expects_key = None, True

    def _count(self, event: yaml.Event, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            message = f"More than {MAX_NODES:,} values, aliases written out."
            raise self._refusal(event, "too-many-values", message, "Split the document.")

    def _check_depth(self, event: yaml.Event, depth: int) -> None:
        if depth > MAX_DEPTH:
            message = f"More than {MAX_DEPTH} levels of nesting."
            raise self._refusal(event, "too-deep", message, "Flatten the document.")

    def _refuse_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        message = f"The tag {quoted(event.tag)} changes how a value is read."
        self._report(event, "explicit-tag", message, "Remove the tag.")

    def _report(self, event: yaml.Event, code: str, message: str, hint: str) -> None:
        if len(self.problems) >= MAX_PROBLEMS:
            message = f"More than {MAX_PROBLEMS} problems; the rest of the text was not read."
            raise self._refusal(event, "too-many-problems", message, "Mend these first.")
        self.problems.append(self._refusal(event, code, message, hint).problem)

    def _refusal(self, event: yaml.Event, code: str, message: str, hint: str) -> RefusedError:
        line, column = _position(event)
        return RefusedError(Problem(code, message, self._here(), line, column, hint=hint))

    def _here(self) -> str:
        """The pointer of the value that is being read; for a key, that of its mapping."""
        if not self._stack:
            return ""
        frame = self._stack[-1]
        if isinstance(frame.value, list):
            return below(frame.pointer, len(frame.value))
        return frame.pointer if frame.key is None else below(frame.pointer, frame.key)


def _position(event: yaml.Event) -> Position:
    mark = event.start_mark
    if mark is None:
        return 0, 0
    return mark.line + 1, mark.column + 1


def _named(value: object) -> str:
    if value is None:
        return "nothing"
    return "a truth value" if isinstance(value, bool) else "a number"
