"""Words of columns, as PostgreSQL's own full-text search finds them by an index.

The words are those of the configuration `simple`: none is left out and none is reduced to a stem,
in whatever language. What joins words, as the hyphens of a reference and the dots of an address, is
read as a space, on both sides alike.
"""

from typing import Any, Final

from django.contrib.postgres.search import SearchQuery, SearchVectorExact, SearchVectorField
from django.db.models import Func, Q

#: The longest text that is looked for; no column of words has longer ones in them.
LONGEST: Final = 200
_JOINING: Final = "-_./:@+<>=?&#~\\“”„‘’‚–—…«»"
_APART: Final = str.maketrans(dict.fromkeys(_JOINING, " "))


class Words(Func):
    """The words of columns that are never null; for a GIN index, and for `having`, which the index
    answers only where both name the same columns in one order."""

    template = (
        f"to_tsvector('simple'::regconfig, translate(%(expressions)s, '{_JOINING}', "
        f"'{' ' * len(_JOINING)}'))"
    )
    arg_joiner = " || ' ' || "
    output_field = SearchVectorField()


def having(text: str, *columns: str) -> Q:
    """Rows that have every word of the text in one of the columns. Each word may go on, so that
    `chat` finds `chatbot`; what punctuation joins, as `INC-2026-000123`, has to stand in that
    order. A text without a word finds nothing, as does one longer than LONGEST, or in no column."""
    wanted = _query(text) if columns and len(text) <= LONGEST else ""
    if not wanted:
        return Q(pk__in=())
    query = SearchQuery(wanted, config="simple", search_type="raw")
    found: Any = SearchVectorExact(Words(*columns), query)
    return Q(found)


def _query(text: str) -> str:
    chunks = (chunk.translate(_APART).split() for chunk in text.replace("\0", " ").split())
    return " & ".join(_phrase(words) for words in chunks if words)


def _phrase(words: list[str]) -> str:
    """`'inc' <-> '2026' <-> '0001':*`"""
    quoted = ["'" + word.replace("'", "''") + "'" for word in words]
    return "(" + " <-> ".join([*quoted[:-1], f"{quoted[-1]}:*"]) + ")"
