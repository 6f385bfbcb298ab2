"""What differs between the present text of a notice and the one that its reviewer knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.api.withheld import veil
from governance.console import line_differences
from governance.ledger.readings import Reading
from governance.translated import Text
from incidents import notices
from incidents.models import Notice, NoticeRevision

#: Which entry stands for a text that somebody judged, the weightiest first.
_KNOWN: Final[Sequence[tuple[str, Text]]] = (
    ("notice.approved", _("approved")),
    ("notice.returned", _("returned")),
    ("notice.drafted", _("drafted from the template")),
)


@dataclass(frozen=True)
class Changes:
    """From text `number`, which was `what` by `who`; `lines` as `line_differences` gives them."""

    number: int
    what: Text
    who: str
    lines: Sequence[tuple[str, str]]
    url: str


def of(
    notice: Notice, text: NoticeRevision, trail: Sequence[Reading], names: Mapping[str, str]
) -> Changes | None:
    """Since the last text that was approved, else returned, else drafted; None where the present
    one is that. `trail` has the latest first."""
    found = _known(trail)
    if found is None:
        return None
    reading, what = found
    number = _number(reading)
    before = notice.revisions.filter(number=number).first()
    if before is None or number >= notice.revision:
        return None
    documents = [notices.paper(each).document for each in (veil(before), text)]
    return Changes(
        number,
        what,
        names.get(reading.entry.actor, ""),
        line_differences.of(*documents),
        f"{reverse('admin:incidents_notice_texts', args=[notice.id])}"
        f"?from={number}&to={notice.revision}",
    )


def _known(trail: Sequence[Reading]) -> tuple[Reading, Text] | None:
    for verb, what in _KNOWN:
        for reading in trail:
            if reading.entry.verb == verb:
                return reading, what
    return None


def _number(reading: Reading) -> int:
    after: Any = reading.record.get("after")
    return int(after["revision"]) if isinstance(after, Mapping) else 0
