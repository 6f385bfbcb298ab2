"""People: making accounts and changing what they may do."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from governance.access import refusals, rules
from governance.access.rules import Access, Rights
from governance.accounts import sessions
from governance.accounts.models import ApiKey, Membership, User
from governance.accounts.roles import INCIDENTS_READ, ROLES, scopes_of
from governance.errors import Conflict, Invalid, NotAllowed, NotFound
from governance.ledger import ledger

_REFUSED: Final = "person.sign_in_refused"


def create(
    *,
    username: str,
    password: str | None,
    email: str,
    roles: Iterable[str],
    administrator: bool,
    by: ledger.Actor,
    at: datetime,
) -> User:
    """A person who can sign in to the console; without a password, at the provider alone. Raises
    Invalid for an unknown role, Conflict for a name that is taken."""
    wanted = checked(roles)
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                username=username,
                password=password,
                email=email,
                roles=wanted,
                is_staff=True,
                is_superuser=administrator,
            )
            after = {"roles": wanted, "administrator": administrator}
            event = ledger.Event("person.created", "person", user.id, after=after)
            ledger.append(event, by=by, at=at)
    except IntegrityError:
        raise Conflict(f"There is somebody of the name {username} already.") from None
    return user


def change_access(
    user: User,
    *,
    roles: Iterable[str],
    active: bool,
    administrator: bool,
    by: ledger.Actor,
    at: datetime,
) -> None:
    """Give or take roles, close or reopen the account. A closed one has no sessions left."""
    wanted = checked(roles)
    with transaction.atomic():
        old = User.objects.select_for_update().get(id=user.id)
        before = _access(old)
        old.roles, old.is_active, old.is_superuser = wanted, active, administrator
        old.save(update_fields=["roles", "is_active", "is_superuser"])
        if before != (after := _access(old)):
            event = ledger.Event(
                "person.access_changed", "person", user.id, before=before, after=after
            )
            ledger.append(event, by=by, at=at)
        if not active:
            sessions.end_all(user.id, by=by, at=at, because="account closed")


def set_password(user: User, password: str, *, by: ledger.Actor, at: datetime) -> None:
    """Give a person another password, which the caller has validated; all sessions end."""
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        note_password(user.id, by=by, at=at)


def note_password(
    user_id: UUID, *, by: ledger.Actor, at: datetime, session: UUID | str | None = None
) -> None:
    """Record that a password was changed, in that transaction; every session but the one that it
    was changed in ends."""
    ledger.append(ledger.Event("person.password_changed", "person", user_id), by=by, at=at)
    sessions.end_all(user_id, by=by, at=at, because="password changed", besides=session)


def note_sign_out(by: ledger.Actor, *, at: datetime) -> None:
    with transaction.atomic():
        ledger.append(ledger.Event("person.signed_out", "person", by.id), by=by, at=at)


def note_refused_sign_in(username: str, *, at: datetime, because: str = "") -> None:
    """Count a try that did not succeed. A name that nobody has is not kept."""
    found = User.objects.filter(username=username).first() if "\0" not in username else None
    if found is None:
        refusals.count(_REFUSED, "person", refusals.UNKNOWN, because="unknown name", at=at)
    else:
        refuse(found, because or "wrong password", at=at)


def refuse(person: User, because: str, *, at: datetime) -> None:
    """Count that this person was not let in."""
    why = because if person.is_active else "closed account"
    refusals.count(_REFUSED, "person", person.id, because=why, at=at)


def addresses(roles: Iterable[str]) -> dict[str, list[str]]:
    """Role → e-mail addresses of the active people who hold it, in a stable order; one query."""
    wanted = list(dict.fromkeys(roles))
    holders = User.objects.filter(is_active=True, roles__overlap=wanted).exclude(email="")
    people = list(holders.order_by("username").values_list("email", "roles"))
    return {role: [email for email, held in people if role in held] for role in wanted}


def holders(
    roles: Iterable[str], systems: Iterable[str]
) -> Mapping[tuple[str, str], Sequence[str]]:
    """Role and system → e-mail addresses of the active people who hold the role organisation-wide,
    or in the team that owns the system, in a stable order; one query."""
    wanted, known = list(dict.fromkeys(roles)), list(dict.fromkeys(systems))
    inside = Q(memberships__roles__overlap=wanted, memberships__team__systems__system__in=known)
    found = User.objects.filter(Q(roles__overlap=wanted) | inside, is_active=True)
    held = ("email", "roles", "memberships__roles", "memberships__team__systems__system")
    rows = found.exclude(email="").order_by("username").values_list(*held)
    told: dict[tuple[str, str], list[str]] = {(r, s): [] for r in wanted for s in known}
    for email, own, within, system in rows:
        for role, of in told:
            holds = role in own or (of == system and role in (within or ()))
            if holds and email not in told[role, of]:
                told[role, of].append(email)
    return told


def emails(usernames: Iterable[str]) -> dict[str, str]:
    """User name → e-mail address of those who have one and an open account; one query."""
    found = User.objects.filter(is_active=True, username__in=list(usernames)).exclude(email="")
    return dict(found.values_list("username", "email"))


def address(actor: str) -> str:
    """The e-mail address of `user:ID`; empty for a closed account, and for what is no person."""
    kind, _, key = actor.partition(":")
    if kind != "user":
        return ""
    found = User.objects.filter(id=key, is_active=True).values_list("email", flat=True)
    return found.first() or ""


def behind(actor: ledger.Actor) -> str:
    """The actor who answers for `actor`: of an API key, the one who made it. A key that was made
    on the command line stands for no person and answers for itself."""
    if actor.kind != "api_key":
        return str(actor)
    maker = ApiKey.objects.filter(prefix=actor.id).values_list("created_by", flat=True).first()
    return maker if maker is not None and maker.startswith("user:") else str(actor)


def person(actor: ledger.Actor) -> User | None:
    """The person behind `actor`, open account or not; None for programs and their keys."""
    kind, _, key = behind(actor).partition(":")
    return User.objects.filter(id=key).first() if kind == "user" else None


def able(scope: str, system: str) -> list[str]:
    """User names of those who may do it with the system and can be told; two queries."""
    members = Membership.objects.filter(team__systems__system=system)
    within = dict(members.values_list("person_id", "roles"))
    found = User.objects.filter(is_active=True).exclude(email="").order_by("username")
    held = ((user, user.scopes | scopes_of(within.get(user.id, ()))) for user in found)
    return [user.username for user, scopes in held if scope in scopes]


def named(username: str) -> User:
    """The person with this user name. Raises NotFound."""
    found = User.objects.filter(username=username).first()
    if found is None:
        raise NotFound(f"There is no person with the user name {username[:80]!r}.")
    return found


def account(id_: UUID) -> User:
    """Raises NotFound."""
    found = User.objects.filter(id=id_).first()
    if found is None:
        raise NotFound(f"There is no person {id_}.")
    return found


def allowed(by: ledger.Actor, scope: str, *, act: str, system: str | None = None) -> User:
    """The person who acts, where a person must; `act` says what, as in "approves policies", and
    `system` with what, where it is with something of a system.

    Raises NotAllowed unless `by` is a person, or the key of a person, whose account is open and
    whose roles, with those in the team that owns the system, allow `scope` now. Scopes of a key do
    not help: a key acts for its maker or not at all. Administrators and superusers need one of
    those roles like everyone else.
    """
    found = person(by)
    if found is None:
        raise NotAllowed(
            f"Only a person {act}: this key was made by no person. Do so in the console, or with a "
            "key that the approver made there."
        )
    if not found.rights.has(scope, system):
        raise NotAllowed(f"This takes a role that allows {scope}.")
    return found


def access(by: ledger.Actor, scope: str) -> Access:
    """What the person may see, and with which of that do what `scope` allows: where a form names a
    second object."""
    found = person(by)
    rights = found.rights if found is not None else Rights()
    return rules.access(rights, sees=(INCIDENTS_READ,), needs=(scope,))


def roles(user: User, system: str) -> frozenset[str]:
    """Those that the person holds everywhere, and those in the team that owns the system."""
    held = user.memberships.filter(team__systems__system=system).values_list("roles", flat=True)
    return frozenset(user.roles).union(*held)


def checked(roles: Iterable[str]) -> list[str]:
    """The roles, each once. Raises Invalid for an unknown one."""
    wanted = sorted(set(roles))
    if unknown := [role for role in wanted if role not in ROLES]:
        raise Invalid(f"Unknown roles {', '.join(unknown)}; there are {', '.join(ROLES)}.")
    return wanted


def _access(user: User) -> dict[str, object]:
    return {
        "roles": list(user.roles),
        "active": user.is_active,
        "administrator": user.is_superuser,
    }
