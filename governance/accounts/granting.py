"""From roles, teams and keys to rights (pure)."""

from collections.abc import Iterable

from governance.access.rules import Rights
from governance.accounts.roles import COMMON, OF_SYSTEMS, scopes_of


def of_person(everywhere: frozenset[str], held: Iterable[tuple[list[str], str | None]]) -> Rights:
    """`held` are the roles in each team with one system of it each, or with None for a team that
    has none."""
    within: dict[str, frozenset[str]] = {}
    common: frozenset[str] = frozenset()
    for roles, system in held:
        scopes = scopes_of(roles)
        common |= scopes & COMMON
        if system is not None:
            within[system] = within.get(system, frozenset()) | scopes & OF_SYSTEMS
    return Rights(everywhere | common, within)


def of_key(scopes: Iterable[str], systems: Iterable[str] | None) -> Rights:
    """`systems` are those of the team that the key is bound to; None for a key of no team."""
    held = frozenset(scopes)
    if systems is None:
        return Rights(held)
    return Rights(held & COMMON, dict.fromkeys(systems, held & OF_SYSTEMS))
