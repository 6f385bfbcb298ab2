"""What people choose for their own console."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction

from governance.accounts.models import User
from governance.errors import Invalid
from governance.ledger import ledger

UTC_ZONE: Final = "UTC"


def zones() -> list[str]:
    """Every zone that can be chosen: those of the database of zones that name a place, and UTC."""
    return [
        UTC_ZONE,
        *sorted(each for each in available_timezones() if "/" in each and _place(each)),
    ]


def choose_zone(user: User, zone: str, *, by: ledger.Actor, at: datetime) -> None:
    """In which zone the console shows times to this person. Legal times keep the zone of the law.
    Raises Invalid for a zone that there is not."""
    if zone not in zones():
        raise Invalid(f"There is no time zone {zone[:60]!r}; choose one such as Europe/Berlin.")
    with transaction.atomic():
        held = User.objects.select_for_update().get(id=user.id)
        before, after = {"zone": zone_name(held)}, {"zone": zone}
        User.objects.filter(id=user.id).update(zone="" if zone == UTC_ZONE else zone)
        if before != after:
            event = ledger.Event("person.zone_chosen", "person", user.id, None, before, after)
            ledger.append(event, by=by, at=at)


def zone_name(user: User) -> str:
    return user.zone or UTC_ZONE


def zone_of(user: User) -> ZoneInfo:
    """The chosen zone; UTC where none is, or where the database of zones knows it no more."""
    try:
        return ZoneInfo(zone_name(user))
    except (KeyError, ValueError, OSError):
        return ZoneInfo(UTC_ZONE)


def _place(zone: str) -> bool:
    """Not `Etc/GMT+5`, whose sign is the other way round, nor old aliases of whole countries."""
    return not zone.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/"))
