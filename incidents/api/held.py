"""What is locked so that an incident, or what belongs to it, does not change meanwhile: always the
incident, as in every change of them."""

from uuid import UUID

from incidents import locks, selectors


def incident(reference: str) -> None:
    locks.hold(selectors.incident(reference).id)


def duty(id: UUID) -> None:
    locks.hold(selectors.duty(id).incident_id)


def clock(id: UUID) -> None:
    locks.hold(selectors.clock(id).incident_id)


def dispensation(id: UUID) -> None:
    locks.hold(selectors.dispensation(id).incident_id)


def severity_override(id: UUID) -> None:
    locks.hold(selectors.severity_override(id).incident_id)


def notice(id: UUID) -> None:
    locks.hold(selectors.notice(id).incident_id)
