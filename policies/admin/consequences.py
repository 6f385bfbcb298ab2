"""What will follow from an act on a version, said beside its button before it is done."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

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
    when = times.utc(begin) if begin > at else "now"
    former = selectors.replaces(version, at=begin)
    if former is not None:
        yield f"From {when} on it decides in the place of {former}, which ends then."
    else:
        yield f"From {when} on it decides; nothing of its name is in force, so all of it is new."
    yield "Incidents decided before keep the version that decided them, unless you choose else."
    yield _of_impact(seen, at)


def _of_impact(seen: Impact | None, at: datetime) -> str:
    if seen is None:
        return "Nobody has looked at its impact on stored incidents yet: see “Impact” below."
    result: Mapping[str, Any] = seen.result or {}
    if not seen.over or not result:
        return f"Its impact is not known: {seen.get_status_display().lower()}."
    open_, every = result["open"], result["all"]
    stale = f" {impacts.stale(seen, at=at)}" if impacts.stale(seen, at=at) else ""
    return (
        f"{open_['changed']} of {open_['total']} open incidents would differ, and "
        f"{every['changed'] - open_['changed']} of {every['total'] - open_['total']} closed ones."
        f"{stale}"
    )


def of_retirement(version: PolicyVersion) -> Iterator[str]:
    end = version.retire_at
    when = times.utc(end) if end is not None and end > clock.now() else "now"
    yield f"From {when} on nothing decides in the place of {version.title}."
    if version.kind == "ObligationPolicy":
        yield "New incidents get none of its duties; clocks that run go on to their end."
