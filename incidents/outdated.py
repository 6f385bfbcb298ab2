"""Whether what decided and counted an open incident is still in force. Nothing follows from it by
itself: a person looks, and reassesses."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext

from incidents.clocks import UNFINISHED
from incidents.models import Clock
from policies.release import Release


def notes(clocks: Iterable[Clock], release: Release) -> Sequence[str]:
    """One sentence for each policy or calendar that counted an unfinished clock and is not the one
    of `release`, which is in force now."""
    found: dict[str, None] = {}
    for clock in clocks:
        if clock.state in UNFINISHED:
            found |= dict.fromkeys([*_policy(clock, release), *_calendar(clock, release)])
    return list(found)


def _policy(clock: Clock, release: Release) -> Iterable[str]:
    policy = clock.duty.policy
    known = {document.metadata.name: document for document, _ in release.obligations}
    now = known.get(clock.duty.policy_name)
    if now is None:
        yield gettext("Decided by %(policy)s; no version of it is in force now.") % {
            "policy": policy
        }
    elif now.identity != policy:
        yield gettext("Decided by %(policy)s; in force is %(version)s.") % {
            "policy": policy,
            "version": now.metadata.version,
        }


def _calendar(clock: Clock, release: Release) -> Iterable[str]:
    name, _, version = clock.calendar.partition("@")
    now = release.calendars.get(name)
    if name and now is None:
        yield gettext("Counted by the calendar %(calendar)s; no version of it is in force now.") % {
            "calendar": clock.calendar
        }
    elif name and now is not None and now.version != version:
        yield gettext("Counted by the calendar %(calendar)s; in force is %(version)s.") % {
            "calendar": clock.calendar,
            "version": now.version,
        }
