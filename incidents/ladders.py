"""The ladder of an incident: its rows, and who has the incident in hand meanwhile."""

from datetime import datetime
from typing import Final

from governance.accounts import people
from incidents import timers
from incidents.models import Incident, Timer
from policies import ladder
from policies.documents.escalation_matrix import Response
from policies.release import Release

#: What the row of an incident forgets when nobody has it in hand any more.
FREE: Final = {"acknowledged_at": None, "acknowledged_by": "", "acknowledged_severity": ""}


def response(incident: Incident, release: Release, at: datetime) -> Response:
    """What the matrix says at the incident's severity and this instant."""
    return ladder.response(release.escalation, incident.severity, release.calendars, at)


def lead(incident: Incident, release: Release, at: datetime) -> str:
    """The role that leads it by the matrix, as the row names it."""
    return f"role:{response(incident, release, at).lead}"


def leading(
    incident: Incident, release: Release, at: datetime
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The roles and e-mail addresses of those who lead it: by the matrix, and in fact, once it was
    acknowledged or handed over."""
    kind, _, name = incident.lead.partition(":")
    by_matrix = response(incident, release, at).lead
    roles = dict.fromkeys((by_matrix, name) if kind == "role" else (by_matrix,))
    address = people.address(incident.lead)
    return tuple(roles), (address,) if address else ()


def climb(incident: Incident, rung: ladder.Rung | None) -> None:
    """Set the timer of a step, if there is one."""
    if rung is not None:
        timers.set_all([timer(incident, rung)])


def timer(incident: Incident, rung: ladder.Rung) -> Timer:
    return timers.escalation(incident, rung.number, rung.due, repetition=rung.again > 0)


def stop(incident: Incident, *, because: str, at: datetime) -> None:
    timers.cancel(incident.timers.filter(kind=Timer.Kind.ESCALATION), because=because, at=at)


def change(incident: Incident, **columns: object) -> None:
    """Change columns of the row, and of the object with it."""
    for name, value in columns.items():
        setattr(incident, name, value)
    incident.save(update_fields=list(columns))
