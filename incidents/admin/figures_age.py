"""How old the figures of a page are, and what becomes of those that are not there yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from governance.console import times as words
from incidents.figures import counted, keeping
from incidents.figures.counted import PARTS
from incidents.figures.keeping import Found
from incidents.models import KeptFigures


@dataclass(frozen=True)
class Age:
    """`kept` where the figures were counted before the page was asked for, or still are to be:
    `as_of` is empty for these. `waits` while newer ones will come by themselves; until there are
    any, `done` of `total` parts are counted. `failed` says why they do not come; `refused`: they
    were not even asked for."""

    kept: bool = False
    as_of: str = ""
    waits: bool = False
    done: int = 0
    total: int = len(PARTS)
    incidents: str = ""
    failed: str = ""
    again: str = ""
    refused: bool = False


_NOW: Final = Age()


def age(found: Found, given: Mapping[str, str]) -> Age:
    """`given` leads to the question. Counted on the spot they have no age."""
    row, figures = found.row, found.figures
    if row is None:
        return Age(kept=True, refused=True) if found.refused else _NOW
    page = reverse("admin:incidents_incident_statistics")
    return Age(
        kept=True,
        as_of=words.utc(figures.at) if figures is not None else "",
        waits=found.waits,
        done=len(row.parts),
        incidents=_incidents(row),
        failed=row.error if row.over else "",
        again=f"{page}?{urlencode(given)}",
    )


def _incidents(row: KeptFigures) -> str:
    """How many are counted, exactly once it is known."""
    if "trend" in row.parts:
        known = sum(step.total for step in counted.incidents(row.parts["trend"]))
        said = ngettext("%(count)s incident", "%(count)s incidents", known)
        return said % {"count": f"{known:,}"}
    return gettext("More than %(count)s incidents, with those of the period before") % {
        "count": f"{keeping.AT_ONCE:,}"
    }
