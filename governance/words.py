"""Words of columns, as PostgreSQL's own full-text search finds them by an index.

The words are those of the configuration `simple`: none is left out and none is reduced to a stem,
in whatever language. What joins words, as the hyphens of a reference and the dots of an address, is
read as a space, on both sides alike.
"""

import json
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchVectorExact, SearchVectorField
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet

#: The longest text that is looked for; no column of words has longer ones in them.
LONGEST: Final = 200
#: More rows than these are not gathered before a list is made of them.
MANY: Final = 10_000
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


def having(text: str, *columns: str, whole: bool = False) -> Q:
    """Rows that have every word of the text, in any order, in the columns. Each may go on, so that
    `chat` finds `chatbot`, but for what punctuation joins, as `INC-2026-000123`, where only the
    last one may. With `whole`, none may. A text without a word finds nothing, nor does one longer
    than LONGEST, or in no column."""
    wanted = _query(text, whole=whole) if columns and len(text) <= LONGEST else ""
    if not wanted:
        return Q(pk__in=())
    query = SearchQuery(wanted, config="simple", search_type="raw")
    found: Any = SearchVectorExact(Words(*columns), query)
    return Q(found)


def among(column: str, model: type[Model], text: str, *columns: str) -> Q:
    """Rows whose `column` is the key of a row of `model` that has the words in its columns. Of few,
    the index is asked first; where there are very many, a list is looked through in its own order.

    PostgreSQL takes each beginning of a word for one row in 50, frequent or rare, and would look
    through a whole table for the only one; so it is not left to choose.
    """
    if not columns or len(text) > LONGEST or not _query(text):
        return Q(pk__in=())
    wanted = having(text, *columns)
    rows: QuerySet[Any, Any] = model._default_manager.filter(wanted).order_by().values("pk")
    whole = model._default_manager.filter(having(text, *columns, whole=True)).order_by()
    if _expected(whole) > MANY or rows[: MANY + 1].count() > MANY:
        return wanted if column == "pk" else Q(**{f"{column}__in": rows})
    return Q(_Among(F(column), ArraySubquery(rows)))


class _Among(Func):
    """Whether a value is in an array."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def _expected(rows: QuerySet[Any, Any]) -> float:
    """How many rows PostgreSQL expects, without looking for them."""
    (plan,) = json.loads(rows.explain(format="json"))
    return float(plan["Plan"]["Plan Rows"])


def _query(text: str, *, whole: bool = False) -> str:
    chunks = (chunk.translate(_APART).split() for chunk in text.replace("\0", " ").split())
    end = "" if whole else ":*"
    return " & ".join(_phrase(words, end) for words in chunks if words)


def _phrase(words: list[str], end: str) -> str:
    """`'inc' & '2026' & '0001':*`; operators of order would have each row looked at."""
    quoted = ["'" + word.replace("'", "''") + "'" for word in words]
    return "(" + " & ".join([*quoted[:-1], f"{quoted[-1]}{end}"]) + ")"
