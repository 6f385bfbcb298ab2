"""Shortened copies of a package for one recipient: what is left out, with the reason and the digest
of what stood there.

Rules name files by pattern, fields of JSON files by pointer (RFC 6901, `*` for every member), and
entries of the audit trail by their verb. An entry is whole or it is its leaf hash, so that proofs
hold; a JSON file that lost a field is a derived copy. What is made from all the rest, such as the
report for people, is left out of every shortened copy.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import Any, Final

from governance import canonical
from governance.errors import Invalid
from governance.ledger.models import Entry
from incidents.evidence import rows
from incidents.evidence.collect import Into

#: What repeats the content of other files.
DERIVED: Final = ("report.html", "report.pdf", "timeline.*", "oscal/*")
_BECAUSE_DERIVED: Final = "It repeats other files of which something is withheld."
#: Without which a package cannot be read.
_NEEDED: Final = "incident.json"
_KEYS: Final = frozenset({"files", "field", "entries", "reason"})
#: Bytes of all rules: they stand in the entry of the request, which a log keeps short.
LONGEST: Final = 16_000


@dataclass(frozen=True)
class Rule:
    """`files` and `entries` are patterns as in a shell, one of them empty; `field` is a pointer
    within the files, empty for whole files."""

    files: str
    field: str
    entries: str
    reason: str

    @classmethod
    def read(cls, given: object) -> "Rule":
        """Raises Invalid."""
        if not isinstance(given, Mapping) or not all(isinstance(v, str) for v in given.values()):
            raise Invalid("A rule is an object of strings.")
        if unknown := sorted(given.keys() - _KEYS):
            raise Invalid(f"A rule has no {unknown[0]!r}; it has {', '.join(sorted(_KEYS))}.")
        found = cls(*(given.get(name, "") for name in ("files", "field", "entries", "reason")))
        if not found.reason.strip():
            raise Invalid("Each rule needs its `reason`: the recipient reads it.")
        if bool(found.files) is bool(found.entries) or (found.field and not found.files):
            raise Invalid("A rule names `files`, with a `field` or without, or `entries`.")
        if found.field and not found.field.startswith("/"):
            raise Invalid(
                f"`field` is a JSON pointer such as /incident/title, not {found.field!r}."
            )
        if not found.field and fnmatchcase(_NEEDED, found.files):
            raise Invalid(f"{_NEEDED} says what the package is of: withhold fields of it only.")
        return found


@dataclass(frozen=True)
class Redaction:
    recipient: str
    rules: Sequence[Rule]

    @classmethod
    def read(cls, recipient: str, given: object) -> "Redaction":
        """Raises Invalid."""
        if not isinstance(given, list) or not given:
            raise Invalid("`rules` is a list of one rule or more.")
        found = cls(recipient, [Rule.read(each) for each in given])
        if len(canonical.text(found.as_dict()).encode()) > LONGEST:
            raise Invalid(f"The rules are longer than {LONGEST:,} bytes; say it with patterns.")
        return found

    def as_dict(self) -> dict[str, Any]:
        return {
            "recipient": self.recipient,
            "rules": [
                {name: value for name, value in vars(rule).items() if value} for rule in self.rules
            ],
        }

    def withholds(self, entry: Entry) -> str:
        """Why an entry is given by its hash only; empty where it is given."""
        fitting = (each for each in self.rules if each.entries)
        return next((e.reason for e in fitting if fnmatchcase(entry.verb, e.entries)), "")


@dataclass
class Redacted:
    """The directory of an incident, with what the rules leave of it. `withheld` grows meanwhile."""

    into: Into
    redaction: Redaction
    withheld: list[Mapping[str, object]] = field(default_factory=list)

    def add(self, path: str, data: bytes) -> object:
        whole = [rule for rule in self._of(path) if not rule.field]
        derived = any(fnmatchcase(path, each) for each in DERIVED)
        if whole or derived:
            reason = whole[0].reason if whole else _BECAUSE_DERIVED
            self._note(path, data, reason)
            return None
        return self.into.add(path, self._shortened(path, data))

    def finish(self) -> None:
        """Say what was withheld."""
        self.into.add("withheld.json", rows.text(self.withheld))

    def _of(self, path: str) -> Sequence[Rule]:
        return [e for e in self.redaction.rules if e.files and fnmatchcase(path, e.files)]

    def _shortened(self, path: str, data: bytes) -> bytes:
        rules = self._of(path)
        if not rules:
            return data
        try:
            document = json.loads(data)
        except ValueError:
            raise Invalid(f"{path} is no JSON: withhold the whole file, not a field.") from None
        count = len(self.withheld)
        for rule in rules:
            for pointer in _cut(document, rule.field.split("/")[1:], rule.reason, ""):
                self._note(path, data, rule.reason, field=pointer)
        return rows.text(document) if len(self.withheld) > count else data

    def _note(self, path: str, data: bytes, reason: str, **more: str) -> None:
        said = {"file": path, "sha256": sha256(data).hexdigest(), "size": len(data)}
        self.withheld.append({**said, **more, "reason": reason})


def _cut(value: Any, steps: Sequence[str], reason: str, done: str) -> Iterator[str]:
    """Replace what a pointer leads to by the reason; where it led."""
    step, *rest = steps
    for key in list(_members(value, step)):
        pointer = f"{done}/{str(key).replace('~', '~0').replace('/', '~1')}"
        if rest:
            yield from _cut(value[key], rest, reason, pointer)
        else:
            value[key] = {"withheld": reason}
            yield pointer


def _members(value: Any, step: str) -> Iterator[Any]:
    name = step.replace("~1", "/").replace("~0", "~")
    if isinstance(value, dict):
        yield from (key for key in value if step == "*" or key == name)
    elif isinstance(value, list):
        yield from (n for n in range(len(value)) if step == "*" or str(n) == name)
