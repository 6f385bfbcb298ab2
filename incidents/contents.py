"""What a notice must say, and how much of it is there.

A policy lists what a stage requires: facts by their paths, and the law's own words for what only a
person can write. A required fact is covered when it is known and the text says it; anything else
when a person ticked it.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal
from uuid import UUID

from django.db.models import F

from incidents import facts as known_facts
from incidents.models import Clock, Decision, Incident, Notice, NoticeRevision
from policies import notice_texts, releases
from policies.conditions.values import lookup
from policies.documents.notice_template import NoticeTemplate, placeholders
from policies.models import PolicyVersion
from policies.release import Release

State = Literal["in_text", "ticked", "not_in_text", "not_known", "to_write"]
COVERED: Final = frozenset({"in_text", "ticked"})
_PATH: Final = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_PASSAGE: Final = re.compile(r"\[[^\[\]\n]{3,}\]")


@dataclass(frozen=True)
class Required:
    """One line of the stage's `content`: `name` as the policy writes it, `title` for people."""

    name: str
    title: str
    is_fact: bool


@dataclass(frozen=True)
class Item:
    """A required item as it stands. `fact` is what is known of a fact and `value` that in words;
    `where`, `by` and `revision` come with a tick."""

    name: str
    title: str
    is_fact: bool
    state: State
    value: str = ""
    where: str = ""
    by: str = ""
    revision: int = 0
    fact: object = None

    @property
    def covered(self) -> bool:
        return self.state in COVERED


@dataclass(frozen=True)
class Change:
    """A fact that has changed since the text was filled; of those that may be about a person nobody
    keeps what they were."""

    path: str
    then: str
    now: str


@dataclass(frozen=True)
class Completeness:
    """`passages` are places in brackets that the template left for a person to fill; `unknown` are
    facts that the template shows and nobody has stated."""

    items: tuple[Item, ...]
    passages: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def covered(self) -> int:
        return sum(item.covered for item in self.items)

    @property
    def required(self) -> int:
        return len(self.items)

    @property
    def missing(self) -> tuple[str, ...]:
        """What whoever sends it must know to be missing."""
        return (*(item.name for item in self.items if not item.covered), *self.passages)


def required(clock: Clock, release: Release) -> list[Required]:
    return [_required(each, release) for each in dict.fromkeys(clock.content)]


def template_of(notice: Notice) -> NoticeTemplate | None:
    """The template that worded the present text, however old."""
    return _templates({notice.template} - {""}).get(notice.template)


def of(notice: Notice) -> Completeness:
    return of_all([notice])[notice.id]


def of_text(notice: Notice, text: NoticeRevision) -> Completeness:
    """As it would be with this text, saved or not, as the present one."""
    return _of_all([notice], {notice.id: text})[notice.id]


def of_all(notices: Sequence[Notice]) -> Mapping[UUID, Completeness]:
    """For all notices of a page in a fixed number of queries, but for releases not compiled yet."""
    return _of_all(notices, _texts(notices))


def _of_all(
    notices: Sequence[Notice], texts: Mapping[UUID, NoticeRevision]
) -> Mapping[UUID, Completeness]:
    incidents = {each.incident_id for each in notices}
    reports, latest = _reports(incidents), _latest(incidents)
    templates = _templates({each.template for each in notices} - {""})
    known: dict[str, Release] = {}
    found = {}
    for notice in notices:
        decision = latest[notice.incident_id]
        if decision.release_id not in known:
            known[decision.release_id] = releases.pinned(decision.release_id)
        found[notice.id] = _judged(
            notice,
            texts[notice.id],
            templates.get(notice.template),
            reports[notice.incident_id],
            decision,
            known[decision.release_id],
        )
    return found


def _judged(
    notice: Notice,
    text: NoticeRevision,
    template: NoticeTemplate | None,
    report: Mapping[str, Any],
    decision: Decision,
    release: Release,
) -> Completeness:
    facts = known_facts.told(report, decision, release)
    shown = {each.path for each in placeholders(template)} if template is not None else None
    words = f"{text.subject}\n{text.body}"
    asked = required(notice.clock, release)
    if notice.left_at is not None:
        return Completeness(tuple(_left(each, notice, facts) for each in asked), ())

    def says(path: str, value: object) -> bool:
        if isinstance(value, bool):  # a yes or no in a text could be of anything
            return shown is None or path in shown
        return notice_texts.stands_in(value, words)

    items = tuple(_item(each, notice, facts, says) for each in asked)
    then, now = json.loads(text.drawn_from.facts), json.loads(decision.facts)
    of_text = (shown or set()) | {each.name for each in asked if each.is_fact}
    found = {path: release.vocabulary.find(path) for path in sorted(of_text)}
    facts_of = [path for path, fact in found.items() if fact is not None]
    compared = [path for path, fact in found.items() if fact is not None and not fact.personal]
    return Completeness(
        items=items,
        passages=_passages(template, text.body),
        unknown=tuple(path for path in facts_of if lookup(path)(facts) is None),
        changes=tuple(_changes(compared, then, now)),
    )


def _left(each: Required, notice: Notice, facts: Mapping[str, Any]) -> Item:
    """As it was when the notice left, whatever became known since."""
    lacked = each.name in notice.missing
    state: State = ("not_known" if each.is_fact else "to_write") if lacked else "in_text"
    return _with_tick(Item(each.name, each.title, each.is_fact, state), notice, facts)


def _item(
    each: Required,
    notice: Notice,
    facts: Mapping[str, Any],
    says: Callable[[str, object], bool],
) -> Item:
    state: State = "to_write"
    if each.is_fact:
        value = lookup(each.name)(facts)
        said = value is not None and says(each.name, value)
        state = "not_known" if value is None else ("in_text" if said else "not_in_text")
    return _with_tick(Item(each.name, each.title, each.is_fact, state), notice, facts)


def _with_tick(item: Item, notice: Notice, facts: Mapping[str, Any]) -> Item:
    shown = item
    if item.is_fact:
        value = notice_texts.said(facts, item.name)
        shown = replace(item, value=value, fact=lookup(item.name)(facts))
    tick = notice.coverage.get(item.name)
    if tick is None:
        return shown
    state: State = "in_text" if item.is_fact and item.covered else "ticked"
    ticked = {name: tick[name] for name in ("where", "by", "revision")}
    return replace(shown, state=state, **ticked)


def _passages(template: NoticeTemplate | None, body: str) -> tuple[str, ...]:
    """Those of the template that still stand in the text. What somebody put into brackets since is
    that person's own."""
    parts = template.body.parts if template is not None else ("[To be written.]",)
    ours = {found for part in parts if isinstance(part, str) for found in _PASSAGE.findall(part)}
    return tuple(dict.fromkeys(found for found in _PASSAGE.findall(body) if found in ours))


def _changes(
    paths: Iterable[str], then: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterable[Change]:
    for path in paths:
        before, after = lookup(path)(then), lookup(path)(now)
        if before != after:
            yield Change(path, notice_texts.said(then, path), notice_texts.said(now, path))


def _required(name: str, release: Release) -> Required:
    fact = release.vocabulary.find(name) if _PATH.fullmatch(name) else None
    if fact is None:
        return Required(name, name, is_fact=False)
    return Required(name, fact.title or _title(name, release), is_fact=True)


def _title(path: str, release: Release) -> str:
    """Of a moment its title; of a fact whose schema has none, the end of its path in words."""
    root, _, last = path.rpartition(".")
    if root == "moments" and last in release.moments:
        return release.moments[last]
    return last.replace("_", " ").capitalize()


# --- rows --------------------------------------------------------------------------------------


def _texts(notices: Sequence[Notice]) -> Mapping[UUID, NoticeRevision]:
    rows = NoticeRevision.objects.filter(notice__in=notices, number=F("notice__revision"))
    return {row.notice_id: row for row in rows.select_related("drawn_from")}


def _latest(incidents: set[UUID]) -> Mapping[UUID, Decision]:
    rows = Decision.objects.filter(incident__in=incidents).order_by("incident_id", "-id")
    return {row.incident_id: row for row in rows.distinct("incident_id").defer("text")}


def _reports(incidents: set[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
    return dict(Incident.objects.filter(id__in=incidents).values_list("id", "report"))


def _templates(identities: set[str]) -> Mapping[str, NoticeTemplate]:
    names = [identity.partition("/")[2].rpartition("@") for identity in identities]
    rows = PolicyVersion.objects.filter(
        kind="NoticeTemplate", name__in=[name for name, _, _ in names]
    )
    return {str(row): releases.document(row).spec for row in rows if str(row) in identities}
