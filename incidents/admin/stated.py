"""The facts of a report as a page shows them: in words, each beside the path by which the API and
policies name it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.text import capfirst
from django.utils.translation import gettext

from governance.console import times, values
from policies import reports, wording
from policies.release import Release
from policies.titles import Titles
from policies.vocabulary import Vocabulary

#: Letters of which a text has the whole width.
_LONG: Final = 120
_MOMENTS: Final = "moments."
_PLACE: Final = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Stated:
    """`said` may be markup of ours; a `long` one is a text that has the whole width."""

    path: str
    title: str
    said: str
    long: bool = False

    @property
    def plain(self) -> bool:
        """Whether the title says the path already."""
        return self.title.lower() == self.path


def of(report: Mapping[str, Any], release: Release, titles: Titles) -> Sequence[Stated]:
    """In the order of the report; `release` decided last."""
    return [
        _moment(path.removeprefix(_MOMENTS), value, titles)
        if path.startswith(_MOMENTS)
        else _fact(path, _said(path, value, release.vocabulary))
        for path, value in values.leaves(report)
    ]


def _moment(name: str, value: object, titles: Titles) -> Stated:
    at = reports.instant_of(value)
    said = times.stamp(at) if at is not None else values.words(value)
    return Stated(f"{_MOMENTS}{name}", titles.moment(name), said)


def _fact(path: str, said: str) -> Stated:
    return Stated(path, capfirst(wording.fact(path)), said, long=len(said) > _LONG)


def _said(path: str, value: object, known: Vocabulary) -> str:
    """Terms as words; what anybody may write as it was written."""
    listed = value if isinstance(value, list) else [value]
    fact = known.find(_PLACE.sub("", path))
    terms = fact.terms if fact is not None else None
    if terms and listed and all(each in terms for each in listed):
        return wording.listed(listed, gettext("and"))
    return values.words(value)
