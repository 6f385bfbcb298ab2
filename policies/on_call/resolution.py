"""From a role to who of it is on call, with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from policies.documents.escalation_matrix import EscalationMatrix, Feed, Rota
from policies.on_call import feed, rota
from policies.on_call.feed import Copy

#: Who is told by a copy older than this is told so.
STALE: Final = timedelta(hours=24)
ALL_ARE_TOLD: Final = "so all who hold the role are told"


@dataclass(frozen=True)
class OnCall:
    """`people` are e-mail addresses and user names; none means that everyone who holds the role is
    to be told. `because` says why, for those who get the message."""

    people: tuple[str, ...]
    because: str


def who(
    matrix: EscalationMatrix, role: str, at: datetime, feeds: Mapping[str, Copy]
) -> OnCall | None:
    """None for a role that has nobody on call by its matrix; `feeds` are copies by address."""
    known = matrix.roles.get(role)
    if known is not None and known.rota in matrix.rotas:
        return _by_rota(matrix.rotas[known.rota], at)
    if known is not None and known.feed in matrix.feeds:
        named = matrix.feeds[known.feed]
        return _by_feed(named, feeds.get(named.url, Copy()), at)
    return None


def _by_rota(named: Rota, at: datetime) -> OnCall:
    turn = rota.turn_at(named, at)
    if turn is None:
        return OnCall((), f"nobody is on call by the rota {named.id}, {ALL_ARE_TOLD}")
    instead = " in place of the turn" if turn.override else ""
    until = _local(turn.end, named.zone)
    return OnCall((turn.member,), f"on call by the rota {named.id}{instead} until {until}")


def _by_feed(named: Feed, copy: Copy, at: datetime) -> OnCall:
    if copy.fetched_at is None:
        return OnCall((), f"the feed {named.id} has never been fetched, {ALL_ARE_TOLD}")
    age = _stale(copy.fetched_at, at)
    try:
        found = feed.present(copy, named, at)
    except ValueError:
        return OnCall((), f"the feed {named.id} cannot be read, {ALL_ARE_TOLD}")
    if found is None:
        return OnCall((), f"nobody is on call by the feed {named.id}{age}, {ALL_ARE_TOLD}")
    until = _local(found.end, named.zone)
    return OnCall(found.addresses, f"on call by the feed {named.id}{age} until {until}")


def _stale(fetched_at: datetime, at: datetime) -> str:
    if at - fetched_at <= STALE:
        return ""
    return f" as it was {(at - fetched_at) // timedelta(hours=1)} hours ago"


def _local(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"
