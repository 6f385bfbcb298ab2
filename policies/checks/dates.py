"""When a law applies: dates that do not exist, or that contradict each other or the status."""

from collections.abc import Iterator
from datetime import date

from policies.checks.cursor import Cursor
from policies.checks.subject import Draft, Subject
from policies.problems import Problem


def check(draft: Draft, subject: Subject) -> Iterator[Problem]:
    if draft.kind != "ObligationPolicy":
        return
    source, today = draft.spec["source"], subject.at.date()
    until = _date(source["applies_until"])
    starts = [source["applies_from"], *(each["date"] for each in draft.spec["applies_from"].rows())]
    dated = [(each, day) for each in starts if (day := _date(each))]
    for each, day in dated:
        if until is not None and day > until:
            message = f"It applies from {day} and until {until}, which is earlier."
            yield draft.problem("dates-out-of-order", message, each.pointer, "Exchange the dates.")
    yield from _status(draft, source["status"], [day for _, day in dated], until, today)
    verified = source["verified_on"]
    day = _date(verified)
    if verified.text and day is None:
        message, hint = f"{verified.text!r} is not a date.", "YYYY-MM-DD"
        yield draft.problem("no-such-date", message, verified.pointer, hint)
    elif day is not None and day > today:
        message = f"It says that it will be verified on {day}."
        hint = "State the day on which someone has read the source."
        yield draft.problem("verified-in-the-future", message, verified.pointer, hint)


def _status(
    draft: Draft, status: Cursor, starts: list[date], until: date | None, today: date
) -> Iterator[Problem]:
    if status.text != "in_force":
        return
    message = ""
    if starts and min(starts) > today:
        message = f"It is said to be in force and applies only from {min(starts)}."
    elif until is not None and until < today:
        message = f"It is said to be in force and applied until {until}."
    if message:
        hint = "Write scheduled before its first day and repealed after its last."
        yield draft.problem("status-contradicts-dates", message, status.pointer, hint)


def _date(at: Cursor) -> date | None:
    try:
        return date.fromisoformat(at.text)
    except ValueError:
        return None
