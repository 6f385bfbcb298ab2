"""What one caller may do to the accounts and keys of others. Who administers access gets no more of
it that way: nobody changes the own, gives a key what the caller has not, or touches a superuser
without being one."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from governance.accounts import factors, keys, made_keys, people, sessions
from governance.accounts.models import ApiKey, Team, User
from governance.accounts.roles import ACCESS_MANAGE
from governance.errors import Invalid, NotAllowed
from governance.ledger.ledger import Actor


def own_keys(by: Actor) -> QuerySet[ApiKey]:
    """Those that the caller, or the person behind the calling key, has made; that key, too."""
    mine = Q(created_by__in={str(by), people.behind(by)})
    if by.kind == "api_key":
        mine |= Q(prefix=by.id)
    return ApiKey.objects.filter(mine)


def keys_seen(held: frozenset[str], by: Actor) -> QuerySet[ApiKey]:
    """Everybody's for a caller who manages access, else the own ones."""
    return ApiKey.objects.all() if ACCESS_MANAGE in held else own_keys(by)


def make_key(
    *,
    name: str,
    scopes: Iterable[str],
    days: int,
    held: frozenset[str],
    by: Actor,
    at: datetime,
    team: Team | None = None,
) -> tuple[ApiKey, str]:
    """A key of the caller, who holds these scopes organisation-wide, and its plain text; with a
    `team` it acts on that team's systems only. Raises Invalid and NotAllowed."""
    wanted = frozenset(scopes)
    _refuse_beyond(wanted, held)
    ends = at + timedelta(days=days)
    return keys.mint(name=name, scopes=wanted, by=by, expires_at=ends, at=at, team=team)


def rotate_key(
    key: ApiKey, *, overlap: timedelta, days: int, held: frozenset[str], by: Actor, at: datetime
) -> str:
    """The caller gets to know the secret, so it may do no more than the caller may."""
    _refuse_beyond(frozenset(key.scopes), held)
    expires_at = at + timedelta(days=days)
    return keys.rotate(key, overlap=overlap, expires_at=expires_at, by=by, at=at)


def make_person(
    *,
    username: str,
    email: str,
    roles: Iterable[str],
    administrator: bool,
    password: str,
    by: Actor,
    at: datetime,
) -> User:
    """Without a password the person signs on at the provider. Raises Invalid, Conflict and
    NotAllowed."""
    if administrator:
        _refuse_without_superuser(by)
    _check_password(password, User(username=username, email=email))
    return people.create(
        username=username,
        password=password or None,
        email=email,
        roles=roles,
        administrator=administrator,
        by=by,
        at=at,
    )


def change_access(
    user: User,
    *,
    roles: Iterable[str],
    active: bool,
    administrator: bool,
    by: Actor,
    at: datetime,
    revoke: Iterable[UUID] = (),
) -> None:
    """Give or take roles, close or reopen the account; and end those of the person's keys that are
    named in `revoke`. Raises Invalid, NotAllowed, NotFound."""
    _check(user, by)
    if administrator:
        _refuse_without_superuser(by)
    with transaction.atomic():
        people.change_access(
            user, roles=roles, active=active, administrator=administrator, by=by, at=at
        )
        made_keys.revoke(user, revoke, by=by, at=at, reason="access of its maker changed")


def set_password(user: User, password: str, *, by: Actor, at: datetime) -> None:
    """One that the caller has validated. Raises NotAllowed."""
    _check(user, by)
    people.set_password(user, password, by=by, at=at)


def end_sessions(user: User, *, by: Actor, at: datetime) -> int:
    """How many there were. Raises NotAllowed."""
    _check(user, by)
    return sessions.end_all(user.id, by=by, at=at, because="ended by an administrator")


def reset_factors(user: User, *, by: Actor, at: datetime, reason: str) -> None:
    """Raises Conflict, NotAllowed."""
    _check(user, by)
    factors.reset(user, by=by, at=at, reason=reason)


def _check(user: User, by: Actor) -> None:
    caller = people.person(by)
    if caller is not None and caller.id == user.id:
        raise NotAllowed("Your own access is changed by somebody else.")
    if user.is_superuser:
        _refuse_without_superuser(by)


def _refuse_without_superuser(by: Actor) -> None:
    caller = people.person(by)
    if caller is None or not (caller.is_superuser and caller.is_active):
        raise NotAllowed("Only a superuser makes superusers and changes their access.")


def _refuse_beyond(wanted: frozenset[str], held: frozenset[str]) -> None:
    if beyond := sorted(wanted - held):
        raise NotAllowed(f"You do not hold {', '.join(beyond)}, so no key of yours can.")


def _check_password(password: str, user: User) -> None:
    if not password:
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from error
