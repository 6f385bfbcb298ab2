"""Safe YAML: one strict pass over the parser's events, with the place of every value.

PyYAML's composer and loader recurse in C and end the whole process on half a megabyte of `[`; its
event parser does not, and this module stops it at the first event beyond a limit. `read` never
raises, whatever it is given.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import yaml

from policies.problems import Problem
from policies.yaml_tree import RefusedError, Tree

MAX_BYTES = 1024 * 1024
BYTE_ORDER_MARK = "\ufeff"

# The YAML character set without what no author types on purpose: control characters, a second byte
# order mark, and the bidirectional controls that make a text read otherwise than it is parsed
# (CVE-2021-42574).
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd"
    "\U00010000-\U0010ffff]"
)
_DISPUTED_BREAK = re.compile("[\x85\u2028\u2029]")
# The C parser compares each %TAG with all before it: 60,000 of them take it seconds.
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)
_UNWANTED = (
    (
        "forbidden-character",
        _FORBIDDEN,
        "The character {} is invisible or changes how the text reads.",
        "Remove the character.",
    ),
    (
        "ambiguous-line-break",
        _DISPUTED_BREAK,
        "The character {} ends a line in YAML 1.1 but not in YAML 1.2.",
        "Replace it by a space or an ordinary line break.",
    ),
    (
        "directive",
        _DIRECTIVE,
        "YAML directives, lines that begin with %, are not used here.",
        "Remove the line.",
    ),
)

Position = tuple[int, int]


@dataclass(frozen=True)
class Source:
    """A YAML text and what it says.

    `data` is None as soon as there is any problem. `salvaged` is then what could still be read, for
    further checks only and never for use. `positions` maps the JSON pointer of each value, and
    `keys` that of each mapping entry, to the (line, column) of the value and of the key, from 1.
    `text` keeps its byte order mark, so that it encodes to the bytes that were given.
    """

    text: str
    data: object
    positions: Mapping[str, Position]
    problems: tuple[Problem, ...]
    keys: Mapping[str, Position] = field(default_factory=dict)
    path: str = ""
    salvaged: object = None

    def position(self, pointer: str) -> Position:
        """Where the value at `pointer` stands, or the nearest one above it; (0, 0) if unknown."""
        while pointer not in self.positions and pointer:
            pointer = pointer.rpartition("/")[0]
        return self.positions.get(pointer, (0, 0))

    def located(self, problem: Problem, *, key: bool = False) -> Problem:
        """`problem` with the place of its pointer in this text; of the key itself if `key`."""
        at_key = self.keys.get(problem.pointer) if key else None
        line, column = at_key or self.position(problem.pointer)
        return replace(problem, line=line, column=column, path=self.path)


def read(text: bytes | str, *, path: str = "") -> Source:
    """Read one YAML document. Every problem is in the result, with line and column."""
    decoded, problem = _decoded(text)
    problems = [problem] if problem else _before_parsing(decoded)
    tree = Tree()
    if not problems:
        problems = _parsed(decoded.removeprefix(BYTE_ORDER_MARK), tree)
    return Source(
        text=decoded,
        data=None if problems else tree.data,
        positions=tree.positions,
        problems=tuple(replace(each, path=path) for each in problems),
        keys=tree.keys,
        path=path,
        salvaged=tree.data,
    )


def _decoded(text: bytes | str) -> tuple[str, Problem | None]:
    """The text, and the problem that forbids to read on."""
    try:
        raw = text.encode("utf-8") if isinstance(text, str) else bytes(text)
        decoded = raw.decode("utf-8")
    except UnicodeError as error:
        return _replaced(text), _not_utf_8(error)
    if len(raw) > MAX_BYTES:
        return decoded, Problem(
            "too-large",
            f"The text has {len(raw):,} bytes; {MAX_BYTES:,} are allowed.",
            hint="Split it into several documents.",
        )
    return decoded, None


def _replaced(text: bytes | str) -> str:
    raw = text.encode("utf-8", "replace") if isinstance(text, str) else bytes(text)
    return raw.decode("utf-8", "replace")


def _not_utf_8(error: UnicodeError) -> Problem:
    before = ""
    if isinstance(error, UnicodeDecodeError):
        before = error.object[: error.start].decode("utf-8")
    elif isinstance(error, UnicodeEncodeError):
        before = error.object[: error.start]
    line, column = _end_of(before)
    return Problem(
        "not-utf-8",
        "The text is not UTF-8.",
        line=line,
        column=column,
        hint="Save the file as UTF-8.",
    )


def _before_parsing(text: str) -> list[Problem]:
    """The first character or line of each sort that the parser must not see."""
    start = len(text) - len(text.removeprefix(BYTE_ORDER_MARK))
    problems = []
    for code, pattern, message, hint in _UNWANTED:
        if found := pattern.search(text, start):
            line, column = _end_of(text[: found.start()])
            said = message.format(f"U+{ord(found[0]):04X}")
            problems.append(Problem(code, said, line=line, column=column, hint=hint))
    return problems


def _parsed(text: str, tree: Tree) -> list[Problem]:
    """Feed the parser's events to the tree; the problems found, in the order of the text."""
    ending: list[Problem] = []
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            tree.add(event)
    except RefusedError as refused:
        ending = [refused.problem]
    except yaml.YAMLError as error:
        ending = [_syntax(error)]
    if not ending and tree.data is None:
        ending = [Problem("empty-document", "The document is empty.", line=1, column=1)]
    if ending:
        tree.data = None
    return tree.problems + ending


def _syntax(error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    context, said = getattr(error, "context", None), getattr(error, "problem", None)
    message = ": ".join(part for part in (context, said) if part) or "This is not YAML"
    return Problem(
        "syntax",
        f"{message[0].upper()}{message[1:]}.",
        line=mark.line + 1 if mark else 0,
        column=mark.column + 1 if mark else 0,
        hint="Check indentation, colons, brackets and quotes here and on the line above.",
    )


def _end_of(text: str) -> Position:
    """The line and column that follow `text`, from 1."""
    text = text.removeprefix(BYTE_ORDER_MARK)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), len(lines[-1]) + 1
