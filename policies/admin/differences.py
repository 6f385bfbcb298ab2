"""The difference between two texts of a policy: by meaning, and line by line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.console import labels, line_differences
from governance.console.labels import Tone
from governance.translated import Text
from policies import diff, releases
from policies.diff import Change
from policies.errors import PolicyProblems

_KINDS: Final[Mapping[str, tuple[Text, Tone]]] = {
    "added": (_("added"), "good"),
    "removed": (_("removed"), "bad"),
    "changed": (_("changed"), "info"),
    "moved": (_("moved"), "plain"),
}


@dataclass(frozen=True)
class Shown:
    """A change: a sentence, and the YAML of the place on both sides."""

    kind: SafeString
    words: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """`groups` are (what it belongs to, changes); `readable` is False when one of the texts is no
    document, so that only its lines can be compared."""

    groups: Sequence[tuple[str, Sequence[Shown]]]
    lines: Sequence[tuple[str, str]]
    readable: bool = True

    @property
    def count(self) -> int:
        return sum(len(changes) for _, changes in self.groups)


def between(before: str, after: str) -> Difference:
    lines = line_differences.of(before, after)
    try:
        found = diff.documents(releases.parsed(before), releases.parsed(after))
    except PolicyProblems:
        return Difference((), lines, readable=False)
    # That it has another number is why there are two.
    grouped = diff.grouped(each for each in found if each.where != "metadata/version")
    groups = [
        (_title(subject), [_shown(each) for each in changes])
        for (_, subject), changes in grouped.items()
    ]
    return Difference(groups, lines)


def _title(subject: str) -> str | SafeString:
    if not subject:
        return gettext("The policy as a whole")
    return format_html('<span lang="en">{}{}</span>', subject[:1].upper(), subject[1:])


def _shown(change: Change) -> Shown:
    return Shown(
        kind=labels.label(*_KINDS[change.kind]),
        words=change.words,
        before=change.before_yaml,
        after=change.after_yaml,
    )
