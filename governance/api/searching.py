"""What a list is searched by: one object for the `search` of the API and for the box above the list
of the console, so that both find the same.

What is searched for and found is read: columns that are personal are searched only for a reader who
may read all of them that are reached.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from uuid import UUID

from django.db.models import Model, Q

from governance import words
from governance.api import withheld
from governance.errors import Invalid

PARAMETER: Final = "search"


class TooLong(Invalid):
    code = "search-too-long"


class Search(Protocol):
    """`says` is what it matches, for people."""

    @property
    def says(self) -> str: ...

    def condition(self, text: str) -> Q:
        """What holds of the rows that the text finds; of none where it has no word."""
        ...


@dataclass(frozen=True)
class Words:
    """By words, through an index of `columns`, if any, and one of these with those `personal`."""

    says: str
    model: type[Model]
    columns: Sequence[str] = ()
    personal: Sequence[str] = ()

    def condition(self, text: str, *, column: str = "pk") -> Q:
        """With `column`, of rows that lead by it to those that have the words."""
        readable = all(withheld.searchable(self.model, each) for each in self.personal)
        more = self.personal if readable else ()
        return words.among(column, self.model, text, *self.columns, *more)


@dataclass(frozen=True)
class Through:
    """By the words of the row that `column` leads to."""

    column: str
    search: Words

    @property
    def says(self) -> str:
        return self.search.says

    def condition(self, text: str) -> Q:
        return self.search.condition(text, column=self.column)


@dataclass(frozen=True)
class Whole:
    """By whole values of columns with an index: `capitals` hold no small letter, `keys` UUIDs."""

    says: str
    texts: Sequence[str] = ()
    keys: Sequence[str] = ()
    capitals: Sequence[str] = ()

    def condition(self, text: str) -> Q:
        wanted = text.strip()
        found = Q(pk__in=())
        if not wanted or "\0" in wanted:
            return found
        key = _uuid(wanted)
        for name in self.texts:
            found |= Q(**{name: wanted}) | (Q(**{name: str(key)}) if key else Q())
        for name in self.capitals:
            found |= Q(**{name: wanted.upper()})
        for name in self.keys if key else ():
            found |= Q(**{name: key})
        return found


@dataclass(frozen=True)
class Parts:
    """By parts of columns, each word in one of them; for lists that stay short."""

    says: str
    model: type[Model]
    columns: Sequence[str]

    def condition(self, text: str) -> Q:
        given = text.replace("\0", " ").split()
        known = [each for each in self.columns if withheld.searchable(self.model, each)]
        if not given or not known or len(text) > words.LONGEST:
            return Q(pk__in=())
        found = Q()
        for word in given:
            either = Q()
            for name in known:
                either |= Q(**{f"{name}__icontains": word})
            found &= either
        return found


@dataclass(frozen=True)
class Either:
    """By one or the other."""

    says: str
    searches: Sequence[Search]

    def condition(self, text: str) -> Q:
        found = Q(pk__in=())
        for each in self.searches:
            found |= each.condition(text)
        return found


def find(rows: Any, search: Search | None, text: str | None) -> Any:
    """The rows that are searched for; all of them where nothing is. Raises TooLong."""
    if search is None or text is None:
        return rows
    if len(text) > words.LONGEST:
        raise TooLong(f"Search for at most {words.LONGEST} characters; there are {len(text)}.")
    return rows.filter(search.condition(text))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
