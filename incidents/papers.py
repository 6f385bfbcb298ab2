"""A notice as one exact text: what is approved, sent, kept and hashed (pure)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from governance import canonical
from governance.errors import Invalid

LONGEST_SUBJECT: Final = 250  # what the outbox hands on whole
LONGEST_BODY: Final = 100_000
#: Characters that a plain text does not need and that could make it read otherwise than it is.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@dataclass(frozen=True)
class Enclosure:
    """A file that goes with a notice, as the notice names it."""

    id: str
    name: str
    sha256: str
    size: int

    def as_dict(self) -> dict[str, object]:
        return {"id": self.id, "name": self.name, "sha256": self.sha256, "size": self.size}

    @classmethod
    def of(cls, kept: Mapping[str, object]) -> "Enclosure":
        size = kept["size"]
        return cls(
            str(kept["id"]),
            str(kept["name"]),
            str(kept["sha256"]),
            size if isinstance(size, int) else 0,
        )


@dataclass(frozen=True)
class Paper:
    """Subject, body and what is enclosed. `text` is what a reader gets below the subject."""

    subject: str
    body: str
    enclosures: tuple[Enclosure, ...] = ()

    @property
    def text(self) -> str:
        if not self.enclosures:
            return self.body
        lines = [
            f"- {each.name} ({each.size} bytes, SHA-256 {each.sha256})" for each in self.enclosures
        ]
        return f"{self.body}\nAttachments:\n" + "\n".join(lines) + "\n"

    @property
    def document(self) -> str:
        """The whole, of which `digest` is the SHA-256 in UTF-8."""
        return f"Subject: {self.subject}\n\n{self.text}"

    @property
    def digest(self) -> str:
        return canonical.digest(self.document)


def paper(subject: str, body: str, enclosures: Iterable[Enclosure] = ()) -> Paper:
    """A text as it is kept: one line of subject, line feeds alone, no unseen characters. Raises
    Invalid where nothing is left, or too much."""
    line = " ".join(_UNSEEN.sub(" ", subject).split())
    lines = _UNSEEN.sub("", body.replace("\r\n", "\n").replace("\r", "\n")).rstrip()
    if not line or not lines:
        raise Invalid("A notice needs a subject and a text.")
    if len(line) > LONGEST_SUBJECT:
        raise Invalid(f"The subject is longer than {LONGEST_SUBJECT} characters.")
    if len(lines) > LONGEST_BODY:
        raise Invalid(f"The text is longer than {LONGEST_BODY:,} characters; enclose a file.")
    return Paper(line, f"{lines}\n", tuple(enclosures))
