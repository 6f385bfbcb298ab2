"""Where in two documents a comparison stands, and how a sentence calls it."""

from dataclasses import dataclass, replace
from typing import Final, Self

from policies.diff import words
from policies.problems import below

_NOUNS: Final = {
    "duties": "duty",
    "related_duties": "related duty",
    "stages": "stage",
    "limits": "limit",
    "rules": "rule",
    "levels": "level",
    "roles": "role",
    "systems": "system",
    "holidays": "holiday",
    "moments": "moment",
    "terms": "list of terms",
    "steps": "step",
    "sections": "section",
    "examples": "example",
    "references": "reference",
    "recipients": "recipient",
    "contacts": "contact",
    "rotas": "rota",
    "overrides": "override",
    "feeds": "feed",
    "applies_from": "date of application",
}


@dataclass(frozen=True)
class Place:
    """`of` are the entries around it (`duty ‘death’`, `stage ‘initial’`), `keys` the plain keys
    below the innermost of them; `entry` is the name of an entry of a list that stands here."""

    kind: str
    document: str
    where: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    of: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    entry: str = ""

    def key(self, name: str) -> Self:
        """What stands at a key."""
        of = (*self.of, self.entry) if self.entry else self.of
        # `spec` holds everything; a reader of the policy does not miss it.
        silent = name == "spec" and not self.where
        return replace(
            self,
            where=self.where if silent else (*self.where, name),
            before=below(self.before, name),
            after=below(self.after, name),
            of=of,
            keys=() if silent else (*(() if self.entry else self.keys), name),
            entry="",
        )

    def item(self, name: str, before: int | str, after: int | str) -> Self:
        """An entry by its name, with its index, or its key, on either side."""
        return replace(
            self,
            where=(*self.where, name),
            before=below(self.before, before),
            after=below(self.after, after),
            keys=(),
            entry=f"{self._noun()} {_called(self.keys[-1] if self.keys else '', name)}",
        )

    @property
    def label(self) -> str:
        """What a sentence calls it, without what is around it."""
        if self.entry:
            return f"the {self.entry}"
        if len(self.keys) > 2:
            return f"‘{' › '.join(self.keys)}’"
        return " of ".join(f"the {words.spoken(key)}" for key in reversed(self.keys))

    @property
    def subject(self) -> str:
        """The outermost entry, by which changes are grouped."""
        around = (*self.of, self.entry) if self.entry else self.of
        return around[0] if around else ""

    def said(self, text: str) -> str:
        """A sentence about what stands here."""
        whole = f"the {', '.join(self.of)}: {text}" if self.of else text
        return f"{whole[:1].upper()}{whole[1:]}."

    def _noun(self) -> str:
        *around, last = self.keys or ("",)
        if around and around[-1] == "terms":
            return "term"
        return _NOUNS.get(last, f"entry of {words.spoken(last)}" if last else "entry")


def _called(key: str, name: str) -> str:
    if key == "limits":
        return f"from {name.replace('submitted:', 'the submission of ')}"
    if key == "steps" and name.startswith("P"):
        return f"after {words.duration(name)}"
    return f"‘{name}’"
