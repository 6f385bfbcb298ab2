"""Names that one document uses and another should define."""

from collections.abc import Iterable, Iterator

from policies.checks.cursor import Cursor
from policies.checks.subject import Draft, Subject
from policies.documents.meaning import unknown_name
from policies.problems import Problem


def check(draft: Draft, subject: Subject) -> Iterator[Problem]:
    if subject.legible("EscalationMatrix"):
        yield from _unknown(draft, "role", _roles_used(draft), subject.roles)
    if subject.legible("SeverityPolicy"):
        yield from _unknown(draft, "level", _levels_used(draft), subject.levels)
    if subject.legible("Taxonomy") and subject.whole:
        yield from _unknown(draft, "moment", _moments_used(draft), subject.moments)
    if subject.whole or subject.names("Calendar"):
        yield from _unknown(draft, "calendar", _calendars_used(draft), subject.names("Calendar"))
    if subject.whole or subject.names("NoticeTemplate"):
        used = (stage["template"] for stage in draft.stages())
        yield from _unknown(draft, "template", used, subject.names("NoticeTemplate"))


def periods(stage: Cursor) -> Iterator[Cursor]:
    """The limits of a stage, and what repeats it."""
    yield from stage["limits"].rows()
    if stage["every"]:
        yield stage["every"]


def _unknown(
    draft: Draft, what: str, used: Iterable[Cursor], known: Iterable[str]
) -> Iterator[Problem]:
    names = dict.fromkeys(known)
    for each in used:
        if each.text and each.text not in names:
            said = unknown_name(what, each.text, names, each.pointer)
            yield draft.problem(said.code, said.message, said.pointer, said.hint)


def _roles_used(draft: Draft) -> Iterator[Cursor]:
    """The matrix's own are checked with the matrix."""
    for duty in draft.duties():
        yield duty["owner"]
    if draft.kind == "Playbook":
        for step in draft.spec["steps"].rows():
            yield step["role"]
    if draft.kind == "ReviewTemplate":
        for _, demand in draft.spec["levels"].entries():
            yield demand["facilitator"]
            yield from demand["participants"].rows()
    if draft.kind == "NoticeTemplate":
        yield draft.spec["approval"]["role"]


def _calendars_used(draft: Draft) -> Iterator[Cursor]:
    for stage in draft.stages():
        yield from (period["calendar"] for period in periods(stage))
    if draft.kind == "EscalationMatrix":
        yield draft.spec["working_hours"]["calendar"]
        for _, level in draft.spec["levels"].entries():
            yield level["quiet"]["calendar"]


def _levels_used(draft: Draft) -> Iterator[Cursor]:
    if draft.kind == "Playbook":
        yield from draft.spec["levels"].rows()
    if draft.kind == "ReviewTemplate":
        for level, demand in draft.spec["levels"].entries():
            yield Cursor(level, demand.pointer)
    if draft.kind == "PolicyTest":
        for example in draft.spec["examples"].rows():
            yield example["expect"]["severity"]


def _moments_used(draft: Draft) -> Iterator[Cursor]:
    """What clocks wait for, what ends or lifts one, and what a review counts from."""
    for stage in draft.stages():
        yield stage["from"]
        yield stage["until"]
        for limit in stage["limits"].rows():
            yield limit["from"]
            yield limit["unless_later"]
    if draft.kind == "ReviewTemplate":
        for _, demand in draft.spec["levels"].entries():
            yield demand["from"]
