"""A small example of each kind to begin with; the YAML files stand beside this module."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_lazy as _

from governance.translated import Text
from policies.models import PolicyVersion
from policies.yaml_source import read

_HERE: Final = Path(__file__).parent
#: Kind → what it is for, in the order of the page.
KINDS: Final[dict[str, Text]] = {
    "ObligationPolicy": _("The duties of a law or of a rule of the house, and their clocks"),
    "SeverityPolicy": _("The levels of an incident and the rules that choose one"),
    "EscalationMatrix": _("Who leads, who is told, who is next"),
    "SystemRegister": _("The AI systems, and what is true of the organisation"),
    "Playbook": _("Ordered steps of response"),
    "ReviewTemplate": _("What a review after an incident must contain"),
    "NoticeTemplate": _("The text of a notice or report"),
    "Taxonomy": _("Facts that a report carries, and the terms for them"),
    "Calendar": _("The days on which nobody works"),
    "PolicyTest": _("Examples: facts in, what must come out"),
}
#: Kinds of which a release has exactly one: to change it, begin with the one in force.
ONE_OF_EACH: Final = frozenset({"SeverityPolicy", "EscalationMatrix", "SystemRegister"})
_FIRST: Final = (0, 1, 0)
_HEAD: Final = re.compile(r"# (?P<title>.+), at (?P<place>spec\S*)\n")


@dataclass(frozen=True)
class Piece:
    """A part of a policy to put in. `place` says below which key, as `spec.duties[0].stages`."""

    title: str
    place: str
    text: str


def example(kind: str) -> str:
    """The YAML of an example of one of KINDS."""
    return (_HERE / f"{kind}.yaml").read_text()


@cache
def pieces(kind: str) -> tuple[Piece, ...]:
    """Parts that a text of this kind may need more of; none for a kind that there is not."""
    if kind not in KINDS:
        return ()
    return tuple(map(_piece, sorted((_HERE / "pieces").glob(f"{kind}.*.yaml"))))


def _piece(file: Path) -> Piece:
    text = file.read_text()
    head = _HEAD.match(text)
    assert head is not None, file.name  # noqa: S101  # the files are ours
    return Piece(head["title"], head["place"], text[head.end() :])


def next_of(version: PolicyVersion) -> str:
    """Its text under the next free number, with nothing else changed."""
    numbers = PolicyVersion.objects.filter(kind=version.kind, name=version.name)
    taken = [_number(each) for each in numbers.values_list("version", flat=True)]
    major, minor, _ = max(taken, default=_FIRST)
    return renumbered(version.text, f"{major}.{minor + 1}.0")


def renumbered(text: str, number: str) -> str:
    """The text with another `metadata.version`, wherever it stands; as it is if it has none."""
    source = read(text)
    at = source.positions.get("/metadata/version")
    if at is None or not isinstance(source.data, dict):
        return text
    line, column = at
    lines = text.splitlines(keepends=True)
    before, rest = lines[line - 1][: column - 1], lines[line - 1][column - 1 :]
    old = str(source.data["metadata"]["version"])
    lines[line - 1] = before + rest.replace(old, number, 1)
    return "".join(lines)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
