"""What starts a clock, as people call it: the titles of moments and stages, of the release that
counted it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext

from governance.errors import BylawError
from incidents.models import Clock
from policies import models, releases
from policies.release import Release
from policies.wording import words

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
    stages: Mapping[tuple[str, str, str], str]

    def moment(self, name: str) -> str:
        return self.moments.get(name) or words(name)

    def start(self, name: str, place: Place) -> Start:
        """Of an anchor as clocks name it: `aware`, `submitted:initial`, `due:update`."""
        kind, _, id_ = name.rpartition(":")
        if not kind:
            return Start(self.moment(id_))
        title = self.stages.get((*place, id_)) or words(id_).replace("-", " ")
        return Start(title, sent=kind == "submitted", due=kind == "due")


def of(clock: Clock) -> list[Start]:
    """What a clock waits for."""
    known = titles(clock.release_id)
    return [known.start(name, place(clock)) for name in clock.waits_for]


def counted_from(clock: Clock) -> Start | None:
    """None before it starts."""
    return titles(clock.release_id).start(clock.anchor, place(clock)) if clock.anchor else None


def place(clock: Clock) -> Place:
    """Of its duty, which is fetched."""
    return clock.duty.policy_name, clock.duty.duty


def in_force(at: datetime) -> Titles:
    """Of the release in force at `at`."""
    try:
        return _titles(releases.in_force(at).digest)
    except BylawError:
        return _NONE


def titles(release: str | None) -> Titles:
    """Of the release with this digest; none, where there is none that works."""
    try:
        return _titles(release) if release else _NONE
    except (BylawError, models.Release.DoesNotExist):
        return _NONE


def told_apart(moments: Mapping[str, str]) -> Mapping[str, str]:
    """Name → title; two that share one, of two laws, say by their names which they are."""
    often = Counter(moments.values())
    return {
        name: f"{title} ({words(name)})" if often[title] > 1 else title
        for name, title in moments.items()
    }


_NONE: Final = Titles({}, {})


@lru_cache(maxsize=_KEPT)
def _titles(release: str) -> Titles:
    found = releases.pinned(release)
    return Titles(told_apart(found.moments), _stages(found))


def _stages(release: Release) -> Mapping[tuple[str, str, str], str]:
    """Of stages that have a title of their own: the others bear that of their duty, which tells
    them from nothing."""
    return {
        (document.metadata.name, duty.id, stage.id): stage.title
        for document, policy in release.obligations
        for duty in policy.duties
        for stage in duty.stages
        if stage.title != duty.title
    }
