"""Escalation: quiet where an answer is wanted at once, and people who are on call no more."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from policies import local_time
from policies.checks.subject import Draft, Subject
from policies.documents.escalation_matrix import EscalationMatrix, Quiet, Response, Rota
from policies.problems import Problem, below

_DAY: Final = timedelta(days=1)
#: So long before a rota ends somebody has to see to what follows it.
NOTICE: Final = timedelta(days=30)


def check(draft: Draft, subject: Subject) -> Iterator[Problem]:
    if draft.kind != "EscalationMatrix":
        return
    yield from _addresses(draft)
    if draft.document is None or not draft.document.digest:
        return  # its own mistakes come first
    matrix: EscalationMatrix = draft.document.spec
    yield from _quiet(draft, matrix, subject)
    for index, rota in enumerate(matrix.rotas.values()):
        yield from _times(draft, rota, f"/spec/rotas/{index}", subject)


def _addresses(draft: Draft) -> Iterator[Problem]:
    """One copy is kept of an address, under one id and read in one zone."""
    seen = set()
    for feed in draft.spec["feeds"].rows():
        url, at = feed["url"].text, feed["url"].pointer
        if url.startswith("http:"):
            message = "Who is on call would be read from an unprotected line."
            yield draft.problem("feed-not-https", message, at, "Give an https:// address.")
        if url in seen:
            message = "Another feed has this address."
            hint = "Let the roles name one feed."
            yield draft.problem("duplicate-feed", message, at, hint)
        seen.add(url)


def _quiet(draft: Draft, matrix: EscalationMatrix, subject: Subject) -> Iterator[Problem]:
    gravest = next((level for level in subject.levels if level in matrix.levels), "")
    for level, response in matrix.levels.items():
        if response.quiet is None:
            continue
        at = f"{below('/spec/levels', level)}/quiet"
        length = _longest(response.quiet, subject)
        if level == gravest:
            message = "Messages of the most severe level never wait."
            yield draft.problem("quiet-over-urgent", message, at, "Leave `quiet` out here.")
        elif any(wait < length for wait in _waits(response)):
            message = "An answer is wanted sooner than the quiet time is over."
            hint = "Leave `quiet` out, make it shorter, or allow more time to acknowledge."
            yield draft.problem("quiet-over-urgent", message, at, hint)


def _longest(quiet: Quiet, subject: Subject) -> timedelta:
    """How long it may be quiet without a break, public holidays aside."""
    days = {*quiet.days}
    for draft in subject.of_kind("Calendar"):
        if draft.name == quiet.calendar and draft.document is not None:
            days |= draft.document.spec.weekend
    run = longest = 0
    for day in range(14):
        run = run + 1 if day % 7 in days else 0
        longest = max(longest, run)
    return quiet.hours.length + min(longest, 7) * _DAY


def _waits(response: Response) -> Iterator[timedelta]:
    for each in (response, response.outside):
        if each is not None:
            yield from filter(None, [each.acknowledge_within])
            yield from (step.after for step in each.steps[:1])
    if response.repeat is not None:
        yield response.repeat.every


def _times(draft: Draft, rota: Rota, at: str, subject: Subject) -> Iterator[Problem]:
    if local_time.instant(rota.start, rota.zone) > subject.at:
        message = "Until it begins nobody is on call by this rota."
        yield draft.problem("on-call-starts-late", message, f"{at}/start", "Begin earlier.")
    if rota.until is None:
        return
    if local_time.instant(rota.until, rota.zone) - subject.at < NOTICE:
        message = "It ends within a month; then nobody is on call by this rota."
        hint = "Extend it, leave `until` out, or take the rota from its roles."
        yield draft.problem("on-call-ends", message, f"{at}/until", hint)
