"""A letter as text."""

from collections.abc import Iterable, Iterator

from incidents.letters.letter import Fact, Letter, clock_facts, duty_facts, url
from incidents.models import Duty


def write(letter: Letter) -> str:
    call = letter.call
    lines = [f"{call.headline}.", "", *_lines(letter.incident_facts)]
    lines += ["", f"Why you get this: {call.because}", f"Told as: {', '.join(letter.roles)}"]
    if call.to_do:
        lines += ["", call.to_do]
    if call.clock is not None:
        lines += ["", *_lines(clock_facts(call.clock))]
    for duty in letter.duties:
        lines += ["", *_duty(duty)]
    lines += ["", f"Open it: {url(call.incident)}"]
    if call.incident.drill:
        lines += ["", "This is a drill."]
    return "\n".join(lines) + "\n"


def _duty(duty: Duty) -> Iterator[str]:
    yield f"Duty: {duty.title}"
    yield f"  {duty.regime}; {duty.citation}"
    for line in _lines(duty_facts(duty)):
        yield f"  {line}"
    for clock in duty.clocks.all():
        first, *others = _lines(clock_facts(clock))
        yield f"  - {first}"
        for line in others:
            yield f"    {line}"


def _lines(facts: Iterable[Fact]) -> Iterator[str]:
    for name, value in facts:
        yield f"{name} {value}" if name.endswith("?") else f"{name + ':':<10} {value}"
