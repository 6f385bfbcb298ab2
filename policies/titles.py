"""What people call the duties, stages and moments of a release: the titles that its policies give
them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, TypeVar

from django.utils.translation import gettext

from governance.errors import BylawError
from policies import models, releases
from policies.documents import Document
from policies.wording import words

Key = TypeVar("Key")
_KEPT: Final = 256  # releases of which a process keeps the titles
Place = tuple[str, str]
"""A duty by the names of its policy and its own, which are those on its row."""


@dataclass(frozen=True)
class Start:
    """`title` is that of a moment; of the stage that is sent, where `sent`; and of the one whose
    time had come unused, where `due`."""

    title: str
    sent: bool = False
    due: bool = False

    def __str__(self) -> str:
        """In English, for what is kept as it was written."""
        if self.due:
            return f"the end of “{self.title}”"
        return f"“{self.title}” being sent" if self.sent else f"“{self.title}”"

    @property
    def shown(self) -> str:
        """The same for a page, in the reader's language."""
        if self.due:
            return gettext("the end of “%(stage)s”") % {"stage": self.title}
        if self.sent:
            return gettext("“%(stage)s” being sent") % {"stage": self.title}
        return gettext("“%(moment)s”") % {"moment": self.title}


@dataclass(frozen=True)
class Titles:
    """Those of a release. What has no title of its own is called by the words of its id."""

    moments: Mapping[str, str]
    duties: Mapping[Place, str]
    stages: Mapping[tuple[str, str, str], str]

    def followed_by(self, later: "Titles") -> "Titles":
        """With the later ones in the place of those of the same."""
        return Titles(
            {**self.moments, **later.moments},
            {**self.duties, **later.duties},
            {**self.stages, **later.stages},
        )

    def duty(self, place: Place) -> str:
        return self.duties.get(place) or _plain(place[1])

    def stage(self, place: Place, name: str) -> str:
        return self.stages.get((*place, name)) or _plain(name)

    def moment(self, name: str) -> str:
        return self.moments.get(name) or words(name)

    def start(self, name: str, place: Place) -> Start:
        """Of an anchor as clocks name it: `aware`, `submitted:initial`, `due:update`."""
        kind, _, id_ = name.rpartition(":")
        if not kind:
            return Start(self.moment(id_))
        return Start(self.stage(place, id_), sent=kind == "submitted", due=kind == "due")


def in_force(at: datetime) -> Titles:
    """Of the release in force at `at`."""
    try:
        return _titles(releases.in_force(at).digest)
    except BylawError:
        return NONE


def of(release: str | None) -> Titles:
    """Of the release with this digest; none, where there is none that works."""
    try:
        return _titles(release) if release else NONE
    except (BylawError, models.Release.DoesNotExist):
        return NONE


def told_apart(titles: Mapping[Key, str], by: Callable[[Key], str]) -> Mapping[Key, str]:
    """The same; where several have one title, as of two laws, each says `by` which it is meant."""
    often = Counter(titles.values())
    return {
        key: f"{title} ({by(key)})" if often[title] > 1 else title for key, title in titles.items()
    }


#: Everything is called by the words of its id.
NONE: Final = Titles({}, {}, {})


@lru_cache(maxsize=_KEPT)
def _titles(release: str) -> Titles:
    return of_documents(releases.pinned(release).documents)


def of_documents(documents: Iterable[Document]) -> Titles:
    """Those that obligation policies and taxonomies among them give."""
    listed = list(documents)
    moments = [each.spec.moments for each in listed if each.kind == "Taxonomy"]
    duties = [
        ((each.metadata.name, duty.id), duty)
        for each in listed
        if each.kind == "ObligationPolicy"
        for duty in each.spec.duties
    ]
    return Titles(
        told_apart({name: title for each in moments for name, title in each.items()}, by=words),
        {place: duty.title for place, duty in duties},
        # Others bear the title of their duty, which tells them from nothing.
        {
            (*place, stage.id): stage.title
            for place, duty in duties
            for stage in duty.stages
            if stage.title != duty.title
        },
    )


def _plain(id_: str) -> str:
    return words(id_).replace("-", " ")
