"""Teams: who answers for which systems, and what each member may do with them.

Each function is one change, in one transaction with its entry. Systems are named by the ids of the
system register, which this package does not know; an id that no register has yet may be given.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from governance import ids
from governance.accounts import keys, people
from governance.accounts.models import Membership, Team, TeamSystem, User
from governance.errors import Conflict, Invalid, NotAllowed, NotFound
from governance.ledger import ledger

LONGEST_SYSTEM: Final = 80


def make(name: str, *, description: str = "", by: ledger.Actor, at: datetime) -> Team:
    """A team without systems and members. Raises Invalid, and Conflict for a name that is taken."""
    with transaction.atomic():
        team = Team(id=ids.new(), name=_named(name), description=description, created_at=at)
        _save(team, new=True)
        _record("team.made", team, after=_described(team), by=by, at=at)
    return team


def rename(team: Team, *, name: str, description: str, by: ledger.Actor, at: datetime) -> Team:
    """Another name or description; nothing else follows from either. Raises Invalid, Conflict."""
    with transaction.atomic():
        held = _open(team)
        before = _described(held)
        held.name, held.description = _named(name), description
        if before != (after := _described(held)):
            _save(held, new=False)
            _record("team.renamed", held, before=before, after=after, by=by, at=at)
    return held


def give(team: Team, systems: Iterable[str], *, by: ledger.Actor, at: datetime) -> Team:
    """The team owns these systems from now on. Raises Invalid, and Conflict for a system that
    another team owns: take it from that one first."""
    with transaction.atomic():
        held = _open(team)
        before = systems_of(held)
        wanted = sorted({_system(each) for each in systems} - set(before))
        owned = TeamSystem.objects.filter(system__in=wanted).select_related("team").first()
        if owned is not None:
            raise Conflict(
                f"{owned.system} is owned by {owned.team}; take it from that team first."
            )
        _add(held, wanted, at=at)
        _changed(held, before, by=by, at=at)
    return held


def take(team: Team, systems: Iterable[str], *, by: ledger.Actor, at: datetime) -> Team:
    """The team owns these systems no more; nobody does, until they are given to one. Raises
    Invalid for a system that it does not own."""
    with transaction.atomic():
        held = _open(team)
        before = systems_of(held)
        gone = set(systems)
        if unknown := sorted(gone - set(before)):
            raise Invalid(f"{held} does not own {', '.join(unknown)[:200]}.")
        TeamSystem.objects.filter(team=held, system__in=gone).delete()
        _changed(held, before, by=by, at=at)
    return held


def appoint(
    team: Team, person: User, roles: Iterable[str], *, by: ledger.Actor, at: datetime
) -> Team:
    """The person holds exactly these roles with the team's systems; without one, leaves the team.
    Raises Invalid for an unknown role, NotAllowed for oneself."""
    wanted = people.checked(roles)
    if people.behind(by) == f"user:{person.id}":
        raise NotAllowed("You cannot change your own roles in a team. Another person must.")
    with transaction.atomic():
        held = _open(team)
        mine = Membership.objects.filter(team=held, person=person)
        before = list(mine.values_list("roles", flat=True).first() or [])
        if before == wanted:
            return held
        if wanted:
            values = {"roles": wanted}
            Membership.objects.update_or_create(
                values, {**values, "since": at}, team=held, person=person
            )
        else:
            mine.delete()
        told = {"person": str(person.id)}
        states = ({**told, "roles": before}, {**told, "roles": wanted})
        _record("team.member_changed", held, before=states[0], after=states[1], by=by, at=at)
    return held


def close(team: Team, *, reason: str, by: ledger.Actor, at: datetime) -> Team:
    """Its systems are nobody's from now on, its members hold nothing by it, its keys are revoked;
    the name stays taken. Raises Invalid, Conflict."""
    if not reason.strip():
        raise Invalid("Say why the team is closed.")
    with transaction.atomic():
        held = _open(team)
        before = {"systems": systems_of(held), "members": _members(held)}
        for key in held.keys.filter(revoked_at__isnull=True):
            keys.revoke(key, by=by, at=at, reason="Its team was closed.")
        TeamSystem.objects.filter(team=held).delete()
        Membership.objects.filter(team=held).delete()
        held.closed_at = at
        held.save(update_fields=["closed_at"])
        _record("team.closed", held, before=before, reason=reason, by=by, at=at)
    return held


# --- reading ------------------------------------------------------------------------------------


def one(id_: UUID) -> Team:
    """Raises NotFound."""
    found = listed().filter(id=id_).first()
    if found is None:
        raise NotFound(f"There is no team {id_}.")
    return found


def named(name: str) -> Team:
    """Raises NotFound."""
    found = listed().filter(name=name).first()
    if found is None:
        raise NotFound(f"There is no team {name[:80]!r}.")
    return found


def listed() -> QuerySet[Team]:
    """With systems and members."""
    return Team.objects.prefetch_related("systems", "members__person")


def owners(systems: Iterable[str]) -> Mapping[str, str]:
    """System → name of the team that owns it, of those that have one; one query."""
    found = TeamSystem.objects.filter(system__in=list(systems))
    return dict(found.values_list("system", "team__name"))


def systems_of(team: Team) -> Sequence[str]:
    return list(TeamSystem.objects.filter(team=team).values_list("system", flat=True))


# --- parts ---------------------------------------------------------------------------------------


def _open(team: Team) -> Team:
    """The row, locked. Raises Conflict for a closed one."""
    held = Team.objects.select_for_update(no_key=True).get(id=team.id)
    if held.closed_at is not None:
        raise Conflict(f"The team {held} is closed. Make a new one.")
    return held


def _save(team: Team, *, new: bool) -> None:
    try:
        with transaction.atomic():
            team.save(force_insert=new)
    except IntegrityError:
        raise Conflict(f"There is a team {team.name!r} already.") from None


def _add(team: Team, systems: Iterable[str], *, at: datetime) -> None:
    """Of two teams that are given one system at once, the later one is refused."""
    rows = [TeamSystem(team=team, system=each, given_at=at) for each in systems]
    try:
        with transaction.atomic():
            TeamSystem.objects.bulk_create(rows)
    except IntegrityError:
        raise Conflict("Another team was given one of these systems meanwhile.") from None


def _changed(team: Team, before: Sequence[str], *, by: ledger.Actor, at: datetime) -> None:
    after = systems_of(team)
    if before != after:
        states = ({"systems": before}, {"systems": after})
        _record("team.systems_changed", team, before=states[0], after=states[1], by=by, at=at)


def _named(name: str) -> str:
    wanted = name.strip()
    if not 0 < len(wanted) <= 100 or "\0" in wanted:
        raise Invalid("The name of a team has 1 to 100 characters.")
    return wanted


def _system(name: str) -> str:
    if not 0 < len(name.strip()) <= LONGEST_SYSTEM or "\0" in name:
        raise Invalid(f"A system is named by its id in the register, of 1 to {LONGEST_SYSTEM}.")
    return name.strip()


def _described(team: Team) -> dict[str, object]:
    return {"name": team.name, "description": team.description}


def _members(team: Team) -> list[dict[str, object]]:
    held = Membership.objects.filter(team=team).order_by("person_id")
    return [{"person": str(each.person_id), "roles": each.roles} for each in held]


def _record(
    verb: str,
    team: Team,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str = "",
    by: ledger.Actor,
    at: datetime,
) -> None:
    event = ledger.Event(verb, "team", team.id, before=before, after=after, reason=reason)
    ledger.append(event, by=by, at=at)
