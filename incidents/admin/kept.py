"""What several actions and parts of an incident's page need, read once: each is kept on the object,
which lives as long as the page that shows it."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from governance.api import withheld
from governance.console import actors
from incidents import annotations, links, selectors, signals, team
from incidents.models import (
    Decision,
    Duty,
    Incident,
    IncidentLink,
    IncidentRole,
    SeverityOverride,
    TimelineNote,
    Timer,
)
from incidents.signals import Tally
from policies import releases
from policies import titles as titled
from policies.release import Release
from policies.titles import Titles

_T = TypeVar("_T")


def decisions(incident: Incident) -> Sequence[Decision]:
    """From the latest back."""
    return _once(incident, "decisions", lambda: list(incident.decisions.order_by("-id")))


def release(incident: Incident) -> Release:
    """The one that the incident is pinned to."""
    return releases.pinned(decisions(incident)[0].release_id)


def titles(incident: Incident) -> Titles:
    """What that one calls its duties, stages and moments."""
    return titled.of(decisions(incident)[0].release_id)


def severity(incident: Incident) -> dict[str, Any]:
    """As the last decision recorded it."""
    return _once(incident, "severity", lambda: selectors.severity_of(decisions(incident)[0]))


def duties(incident: Incident) -> Sequence[Duty]:
    """With their clocks."""
    return _once(incident, "duties", lambda: list(selectors.duties(incident)))


def timers(incident: Incident) -> Sequence[Timer]:
    """By when they are due, with what each is about."""
    about = ("clock", "duty", "dispensation__clock", "dispensation__duty")
    rows = incident.timers.select_related(*about).order_by("due_at", "id")
    return _once(incident, "timers", lambda: list(rows))


def overrides(incident: Incident) -> Sequence[SeverityOverride]:
    """What people said of the severity, from the latest back."""
    return _once(incident, "overrides", lambda: list(incident.severity_overrides.order_by("-id")))


def asker(incident: Incident) -> str:
    """The name of who asks for a lower severity; empty where nobody does."""
    requested = SeverityOverride.State.REQUESTED
    asking = [row.requested_by for row in overrides(incident) if row.state == requested]
    return _once(incident, "asker", lambda: actors.name(asking[0]) if asking else "")


def notes(incident: Incident) -> Sequence[TimelineNote]:
    return _once(incident, "notes", lambda: annotations.of(incident))


def roles(incident: Incident) -> Sequence[IncidentRole]:
    return _once(incident, "roles", lambda: team.of(incident))


def tally(incident: Incident) -> Tally | None:
    """None where no signal was counted."""
    return _once(incident, "tally", lambda: signals.tally(incident))


def linked(incident: Incident) -> Sequence[IncidentLink]:
    """Those of which the reader may know the other side, too."""
    return _once(
        incident,
        "linked",
        lambda: [each for each in links.of(incident) if withheld.sees(each.incident, each.other)],
    )


def _once(incident: Incident, name: str, read: Callable[[], _T]) -> _T:
    key = f"kept_{name}"
    if key not in incident.__dict__:
        incident.__dict__[key] = read()
    found: _T = incident.__dict__[key]
    return found
