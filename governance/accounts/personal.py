"""Erasing what an account says of its person. The account stays, for the trail names it by its id;
it cannot be signed in to any more."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from governance.accounts import keys, sessions
from governance.accounts.models import ApiKey, SavedView, Session, User
from governance.ledger import erasures, ledger
from governance.ledger.erasures import Order, Subject
from governance.ledger.models import PersonalData
from governance.outbox import erasing

_COLUMNS: Final = ("username", "first_name", "last_name", "email", "password")


def erase(user: User, order: Order, *, by: ledger.Actor, at: datetime) -> Mapping[str, int]:
    """Name and address go, the keys are revoked, the account is closed, its sessions end, and what
    it was signed in with goes; messages that were sent to
    the address and values of the trail that hold it go along. One transaction; how many things of
    each."""
    with transaction.atomic():
        subject, email = Subject("person", user.id), user.email
        keyed = _revoke(user, by=by, at=at)
        done = {"account": _close(user, subject, order, by=by, at=at), "keys": keyed}
        if email:
            done |= _address(email, subject, order, by=by, at=at)
    return done


def _revoke(user: User, *, by: ledger.Actor, at: datetime) -> int:
    live = ApiKey.objects.filter(created_by=f"user:{user.id}", revoked_at__isnull=True)
    for key in live:
        keys.revoke(key, by=by, at=at, reason="The account was erased.")
    return len(live)


def _close(user: User, subject: Subject, order: Order, *, by: ledger.Actor, at: datetime) -> int:
    named = [{"table": User._meta.db_table, "id": str(user.id), "columns": list(_COLUMNS)}]
    with erasures.erasing(subject, named, order, by=by, at=at):
        user.username = f"erased-{user.id}"
        user.first_name = user.last_name = user.email = ""
        user.roles, user.is_active, user.is_superuser = [], False, False
        user.set_unusable_password()
        user.save()
        sessions.end_all(user.id, by=by, at=at, because="account erased")
        Session.objects.filter(person=user).update(address="", agent="")
        SavedView.objects.filter(person=user).update(name="erased", query="", removed_at=at)
        Authenticator.objects.filter(user=user).delete()
        SocialAccount.objects.filter(user=user).delete()
    return 1


def _address(
    email: str, subject: Subject, order: Order, *, by: ledger.Actor, at: datetime
) -> Mapping[str, int]:
    def messages(named: Sequence[erasures.Named]) -> None:
        erasing.erase(str(each["id"]) for each in named)

    to = erasing.named(erasing.over().filter(destination=email))
    held = erasures.named(PersonalData.objects.filter(value__contains=email))
    return {
        "messages": erasures.erase(subject, to, messages, order, by=by, at=at),
        "trail": erasures.erase(subject, held, erasures.drop, order, by=by, at=at),
    }
