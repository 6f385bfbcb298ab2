"""What starts a clock, as people call it."""

from incidents.models import Clock
from policies import titles
from policies.titles import Place, Start


def of(clock: Clock) -> list[Start]:
    """What a clock waits for."""
    known = titles.of(clock.release_id)
    return [known.start(name, place(clock)) for name in clock.waits_for]


def counted_from(clock: Clock) -> Start | None:
    """None before it starts."""
    return titles.of(clock.release_id).start(clock.anchor, place(clock)) if clock.anchor else None


def place(clock: Clock) -> Place:
    """Of its duty, which is fetched."""
    return clock.duty.policy_name, clock.duty.duty
