"""Where in a text something stands, or would (pure)."""

import re
from bisect import bisect_left
from collections.abc import Sequence

from policies import notice_texts
from policies.documents.notice_template import NoticeTemplate
from policies.documents.placeholders import Placeholder


def said_at(value: object, lines: Sequence[str]) -> int:
    """The line, from 1, at which the last mention of a fact begins; 0 where the text does not say
    it. Whatever says it from some line on, says it from every earlier line on too."""
    silent = bisect_left(range(len(lines)), True, key=lambda n: not _says(value, lines[n:]))
    return silent if lines and _says(value, lines) else 0


def open_at(path: str, title: str, template: NoticeTemplate | None, lines: Sequence[str]) -> int:
    """The line whose words before a gap are those that the template has before the fact, or the
    title of a fact that it does not show; 0 for none."""
    if template is None:
        return 0
    gap = template.when_missing
    before = _before(path, template)
    lead = f"{title}:" if before is None else before.strip()
    at = (
        number
        for number, line in enumerate(lines, 1)
        if gap in line and lead and line.strip().startswith(lead)
    )
    return next(at, 0)


def stands_at(passage: str, lines: Sequence[str]) -> int:
    """The first line with these words; 0 for none."""
    return next((number for number, line in enumerate(lines, 1) if passage in line), 0)


def heading_at(place: str, lines: Sequence[str]) -> int:
    """The line that somebody named: `section 5`, `5.` or its words; 0 for none."""
    number = re.fullmatch(r"(?:section|part|§)?\s*(\d+)\.?", place.strip(), re.IGNORECASE)
    lead = f"{number[1]}." if number else place.strip().casefold()
    if not lead:
        return 0
    at = (count for count, line in enumerate(lines, 1) if line.strip().casefold().startswith(lead))
    return next(at, 0)


def _says(value: object, lines: Sequence[str]) -> bool:
    return notice_texts.stands_in(value, "\n".join(lines))


def _before(path: str, template: NoticeTemplate) -> str | None:
    """The words that the template has before a fact on its line; None where it does not show it."""
    written = ""
    for part in template.body.parts:
        if isinstance(part, Placeholder):
            if part.path == path:
                return written.rpartition("\n")[2]
            written = ""
        else:
            written = part
    return None
