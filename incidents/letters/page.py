"""A letter as HTML for mail programs: nothing is fetched from anywhere, and what reporters wrote is
text and nothing else."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.template.loader import get_template
from django.utils.html import format_html, format_html_join

from incidents.letters.letter import Fact, Letter, both, clock_facts, duty_facts, url
from incidents.models import Clock, Duty

_TEMPLATE: Final = "incidents/letter.html"
_INSTANT: Final = re.compile(r"(\(?\d{4}-\d\d-\d\d \d\d:\d\d(?: UTC)?\)?)")


def write(letter: Letter) -> str:
    call = letter.call
    written: str = get_template(_TEMPLATE).render(
        {
            "letter": letter,
            "call": call,
            "incident": call.incident,
            "told_as": ", ".join(letter.roles),
            "deadline": _deadline(letter.next_clock),
            "facts": _rows(letter.incident_facts),
            "deadline_facts": _rows(clock_facts(call.clock)) if call.clock is not None else (),
            "duties": [_duty(duty) for duty in letter.duties],
            "url": url(call.incident),
        }
    )
    return written


def _deadline(clock: Clock | None) -> dict[str, Any] | None:
    if clock is None or clock.conservative_due is None or clock.legal_due is None:
        return None
    return {
        "title": clock.title,
        "recipient": clock.recipient,
        "citation": clock.citation,
        "work_to": _unbroken(both(clock.conservative_due, clock.zone)),
        "legal_end": _unbroken(both(clock.legal_due, clock.zone)),
    }


def _duty(duty: Duty) -> dict[str, Any]:
    return {
        "duty": duty,
        "facts": _rows(duty_facts(duty)),
        "clocks": [_rows(clock_facts(clock)) for clock in duty.clocks.all()],
    }


def _rows(facts: Iterable[Fact]) -> Sequence[Fact]:
    return [(name, _unbroken(value)) for name, value in facts]


def _unbroken(words: str) -> str:
    """With dates and times that no narrow screen cuts in two."""
    parts = _INSTANT.split(words)  # every second one is an instant
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<span style="white-space:nowrap;">{}</span>', part),) if odd else (part,)
            for odd, part in ((index % 2, part) for index, part in enumerate(parts))
        ),
    )
