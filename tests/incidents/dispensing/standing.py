"""How a clock stands: read again, at a time after AT."""

from datetime import timedelta

from incidents import states
from incidents.models import Clock
from tests.factory import AT


def now(clock: Clock) -> Clock:
    return Clock.objects.select_related("duty", "incident").get(id=clock.id)


def standing(clock: Clock, after: timedelta) -> str:
    return states.standing(now(clock), at=AT + after, shadow=False)
