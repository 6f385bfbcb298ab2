"""What will follow from an act on a version, said beside its button before it is done."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from governance import clock
from governance.console import times
from policies import impacts, selectors
from policies.models import Impact, PolicyVersion


def of_approval(
    version: PolicyVersion, asked: datetime | None, seen: Impact | None
) -> Iterator[str]:
    """`asked` is the day that the authors ask for, `seen` the impact that the page shows."""
    at = clock.now()
    begin = max(at, asked) if asked is not None else at
    when = times.utc(begin) if begin > at else gettext("now")
    former = selectors.replaces(version, at=begin)
    if former is not None:
        yield gettext(
            "From %(when)s on it decides in the place of %(former)s, which ends then."
        ) % {"when": when, "former": former}
    else:
        yield gettext(
            "From %(when)s on it decides; nothing of its name is in force, so all of it is new."
        ) % {"when": when}
    yield gettext(
        "Incidents decided before keep the version that decided them, unless you choose else."
    )
    yield _of_impact(seen, at)


def _of_impact(seen: Impact | None, at: datetime) -> str:
    if seen is None:
        return gettext(
            "Nobody has looked at its impact on stored incidents yet: see “Impact” below."
        )
    result: Mapping[str, Any] = seen.result or {}
    if not seen.over or not result:
        return gettext("Its impact is not known: %(status)s.") % {
            "status": seen.get_status_display()
        }
    open_, every = result["open"], result["all"]
    said = gettext(
        "%(open)s of %(all_open)s open incidents would differ, and %(closed)s of %(all_closed)s "
        "closed ones."
    ) % {
        "open": open_["changed"],
        "all_open": open_["total"],
        "closed": every["changed"] - open_["changed"],
        "all_closed": every["total"] - open_["total"],
    }
    return f"{said} {impacts.stale(seen, at=at)}".rstrip()


def of_retirement(version: PolicyVersion) -> Iterator[str]:
    end = version.retire_at
    when = times.utc(end) if end is not None and end > clock.now() else gettext("now")
    yield gettext("From %(when)s on nothing decides in the place of %(title)s.") % {
        "when": when,
        "title": version.title,
    }
    if version.kind == "ObligationPolicy":
        yield gettext("New incidents get none of its duties; clocks that run go on to their end.")
