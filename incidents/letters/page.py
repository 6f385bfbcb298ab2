"""A letter as HTML for mail programs: nothing is fetched from anywhere, and what reporters wrote is
text and nothing else."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString

from incidents.letters.letter import Fact, Letter, both, clock_facts, duty_facts, url
from incidents.models import Clock, Duty

_TEMPLATE: Final = "incidents/letter.html"
_INSTANT: Final = re.compile(r"(\(?\d{4}-\d\d-\d\d \d\d:\d\d(?: UTC)?\)?)")
#: A row of a table, name and value, both escaped by `_rows`: a template included for each of some
#: twenty rows takes most of the time of a letter.
_CELLS: Final = (
    '<tr class="row"><td class="quiet" valign="top" width="130" style="padding:{0} 12px 4px 0;'
    'color:#52525b;font-size:14px;">{{}}</td><td valign="top" style="padding:{0} 0 4px;'
    'color:#18181b;font-size:15px;">{1}</td></tr>'
)
_ROW: Final = SafeString(_CELLS.format("4px", "{}"))
_FIRST_ROW: Final = SafeString(_CELLS.format("14px", "<strong>{}</strong>"))


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
        "clocks": [_rows(clock_facts(clock), strong=True) for clock in duty.clocks.all()],
    }


def _rows(facts: Iterable[Fact], *, strong: bool = False) -> Sequence[str]:
    """Rows of a table; `strong` sets the first of them apart."""
    return [
        SafeString(
            (_FIRST_ROW if strong and not index else _ROW).format(escape(name), _unbroken(value))
        )
        for index, (name, value) in enumerate(facts)
    ]


def _unbroken(words: str) -> SafeString:
    """With dates and times that no narrow screen cuts in two. Escaping leaves them as they are."""
    return SafeString(_INSTANT.sub(r'<span style="white-space:nowrap;">\1</span>', escape(words)))
