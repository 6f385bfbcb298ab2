"""What nobody knows yet, fact by fact: one answer may settle many duties."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from governance.access.rules import Reach
from governance.console import times
from governance.errors import BylawError
from incidents import questions
from incidents.admin import links
from incidents.questions import Question
from policies import releases

SHOWN: Final = 6
_INCIDENTS: Final = 3


@dataclass(frozen=True)
class Asked:
    """`duties` wait for the fact, in `count` incidents, of which the first to need it are named;
    `by` counts down to the first limit."""

    path: str
    title: str
    duties: int
    count: int
    incidents: Sequence[SafeString]
    by: SafeString
    url: str
    answerable: bool


@dataclass(frozen=True)
class Open:
    """The most urgent facts, and how many more there are."""

    asked: Sequence[Asked]
    more: int


def of(within: Reach, *, at: datetime) -> Open:
    """Nothing while no policies are in force."""
    try:
        release = releases.in_force(at)
    except BylawError:
        return Open((), 0)
    found, _ = questions.pending(release, within=within)
    return Open([_asked(each, at=at) for each in found[:SHOWN]], max(len(found) - SHOWN, 0))


def _asked(question: Question, *, at: datetime) -> Asked:
    incidents = {duty.incident_id: duty.incident for duty in question.waiting}
    fact = question.fact
    filters = {"missing": question.path, "state__exact": "undetermined", "shadow__exact": "0"}
    return Asked(
        path=question.path,
        title=(fact.title if fact is not None else "") or _words(question.path),
        duties=len(question.waiting),
        count=len(incidents),
        incidents=[links.incident(each) for each in list(incidents.values())[:_INCIDENTS]],
        by=times.countdown(question.by, now=at),
        url=f"{reverse('admin:incidents_duty_changelist')}?{urlencode(filters)}",
        answerable=question.answerable,
    )


def _words(path: str) -> str:
    return path.rpartition(".")[2].replace("_", " ").capitalize()
