"""From the roles of a call to the addresses that are told, with the reason for each.

A role that has somebody on call reaches that person and its contacts. Where nobody can be found,
everyone who holds the role is told, and the message says so: being on call narrows a role down, and
never leaves it without anybody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from governance.accounts import people
from incidents.calls import Call
from policies import feeds, on_call
from policies.on_call import OnCall
from policies.release import Release

EMAIL: Final = "email"


@dataclass
class Addressee:
    """One message, whatever roles it is for. `roles` are titles with what was said of being on
    call."""

    channel: str
    address: str
    roles: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Directory:
    """Who can be told for the roles of some calls, read with a fixed number of queries."""

    release: Release
    holders: Mapping[tuple[str, str], Sequence[str]]
    on_call: Mapping[str, OnCall]
    emails: Mapping[str, str]

    @classmethod
    def of(
        cls, roles: Iterable[str], systems: Iterable[str], *, release: Release, at: datetime
    ) -> "Directory":
        wanted = list(dict.fromkeys(roles))
        found = _on_call(wanted, release, at)
        names = {name for each in found.values() for name in each.people if "@" not in name}
        return cls(
            release,
            people.holders(wanted, systems) if wanted else {},
            found,
            people.emails(names) if names else {},
        )

    def reached(self, call: Call) -> Sequence[Addressee]:
        """Everyone whom the call reaches, each once a channel."""
        found: dict[tuple[str, str], Addressee] = {}
        for role in call.roles:
            for channel, address, title in self._of_role(role, call.incident.system):
                if call.channel in ("", channel):
                    to = found.setdefault((channel, address), Addressee(channel, address))
                    to.roles.append(title)
        for address in call.people:
            found.setdefault((EMAIL, address), Addressee(EMAIL, address, ["lead"]))
        return list(found.values())

    def _of_role(self, role: str, system: str) -> Iterable[tuple[str, str, str]]:
        known = self.release.escalation.roles.get(role)
        title = known.title if known else role
        there, said = self._persons(role, system)
        for address in there:
            yield EMAIL, address, f"{title}{said}"
        for channel, address in known.contacts if known else ():
            yield channel, address, title

    def _persons(self, role: str, system: str) -> tuple[Sequence[str], str]:
        """Those of the role who are told, and what is said of why they are."""
        holders = self.holders.get((role, system), ())
        duty = self.on_call.get(role)
        if duty is None:
            return holders, ""
        known = (name if "@" in name else self.emails.get(name, "") for name in duty.people)
        there = tuple(filter(None, known))
        if there or not duty.people:
            return there or holders, f" ({duty.because})"
        missing = ", ".join(duty.people)
        return holders, f" (no open account with an address for {missing}, {on_call.ALL_ARE_TOLD})"


def _on_call(roles: Sequence[str], release: Release, at: datetime) -> Mapping[str, OnCall]:
    matrix = release.escalation
    known = (matrix.roles[role] for role in roles if role in matrix.roles)
    urls = {matrix.feeds[role.feed].url for role in known if role.feed in matrix.feeds}
    copies = feeds.copies(urls) if urls else {}
    found = ((role, on_call.who(matrix, role, at, copies)) for role in roles)
    return {role: each for role, each in found if each is not None}
