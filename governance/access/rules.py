"""Who may do what with what: the one place that says so (pure).

A right is a scope, held everywhere or with some systems. An object belongs to the system of its
incident, or to none. Three answers follow: it is done; it may be seen but not done (403); it may
not even be seen, and is answered like what does not exist (404).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from governance.errors import BylawError, NotFound


class Verdict(Enum):
    """What becomes of a wish."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    HIDDEN = "hidden"


class OutOfReach(BylawError):
    """The object may be seen by the caller, and this may not be done to it."""

    code = "not-permitted"
    status = 403


@dataclass(frozen=True)
class Reach:
    """The systems with which a caller may do something: all that there are, or these. What belongs
    to no system is reached with everything only."""

    everything: bool = False
    systems: frozenset[str] = frozenset()

    def has(self, system: str | None) -> bool:
        return self.everything or (system is not None and system in self.systems)

    def __or__(self, other: "Reach") -> "Reach":
        return Reach(self.everything or other.everything, self.systems | other.systems)

    def __bool__(self) -> bool:
        return self.everything or bool(self.systems)


EVERYTHING: Final = Reach(everything=True)


@dataclass(frozen=True)
class Rights:
    """What a caller holds: scopes for everything, and scopes with each system of the own teams."""

    everywhere: frozenset[str] = frozenset()
    within: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def anywhere(self) -> frozenset[str]:
        """Every scope that is held with one system at least."""
        return self.everywhere.union(*self.within.values())

    def reach(self, scopes: Iterable[str]) -> Reach:
        """Where one of the scopes is held."""
        wanted = frozenset(scopes)
        if self.everywhere & wanted:
            return EVERYTHING
        return Reach(systems=frozenset(name for name, held in self.within.items() if held & wanted))

    def has(self, scope: str, system: str | None = None) -> bool:
        return self.reach((scope,)).has(system)


@dataclass(frozen=True)
class Access:
    """What one request may see, and with which of that it may do what it wants. `needs` are the
    scopes of which one does, for the words of a refusal."""

    sees: Reach
    does: Reach
    needs: tuple[str, ...] = ()

    def verdict(self, system: str | None, *, own: bool = False) -> Verdict:
        """`own` is what the caller sent in: its sender sees it whatever becomes of its system."""
        if self.does.has(system):
            return Verdict.ALLOWED
        return Verdict.FORBIDDEN if own or self.sees.has(system) else Verdict.HIDDEN

    def admit(self, system: str | None, *, missing: str) -> None:
        """Raises NotFound with the words of what is not there, and OutOfReach."""
        match self.verdict(system):
            case Verdict.HIDDEN:
                raise NotFound(missing)
            case Verdict.FORBIDDEN:
                raise self._refusal("the system that this belongs to")

    def require(self, system: str | None) -> None:
        """For what is to be made for a system, or for everything where that is None. Raises
        OutOfReach; that there is such a system is told to nobody by it."""
        if not self.does.has(system):
            about = "everything" if system is None else f"the system {system[:80]!r}"
            raise self._refusal(about)

    def _refusal(self, about: str) -> OutOfReach:
        needed = " or ".join(self.needs)
        return OutOfReach(
            f"This needs the scope {needed} for {about}. Ask somebody who holds it, or for a role "
            "in the team that owns the system."
        )


#: Of callers who are no request: commands, tasks, tests.
ANY: Final = Access(EVERYTHING, EVERYTHING)


def access(rights: Rights, *, sees: Iterable[str], needs: Iterable[str]) -> Access:
    """For a wish that needs one of `needs`, with objects that show themselves to one of `sees`. Who
    may do it sees what it is done to."""
    needed = tuple(needs)
    does = rights.reach(needed)
    return Access(rights.reach(sees) | does, does, needed)
