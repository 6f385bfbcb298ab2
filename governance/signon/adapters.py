"""What the sign-on library asks of us: every door to the console leads through here, so this is
where tries are counted, sessions begin, and both go on record."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance import clock, vault
from governance.access import attempts
from governance.accounts import people, sessions
from governance.accounts.models import User
from governance.ledger import ledger
from governance.signon import guards, origin

#: To nobody is said which of the two was wrong, or that an account is closed.
WRONG = _("The user name and the password do not fit together, or the account is closed.")
_PLACE = "second factor"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by administrators."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raises attempts.Waiting."""
        username, at = str(credentials.get("username", "")), clock.now()
        try:
            attempts.begin(guards.of_password(request, username), at=at)
        except attempts.Waiting:
            people.note_refused_sign_in(username, because="too many tries", at=at)
            raise

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        found = super().authenticate(request, **credentials)
        if not isinstance(found, User):
            return None
        attempts.succeeded(guards.of_password(request, found.username), at=clock.now())
        return found

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        people.note_refused_sign_in(str(credentials.get("username", "")), at=clock.now())

    def login(self, request: HttpRequest, user: User) -> None:
        """Whichever way somebody comes in: not without an entry."""
        methods = [_method(each) for each in get_authentication_records(request, user)]
        with transaction.atomic():
            super().login(request, user)
            session = sessions.start(
                user,
                origin=origin.of(request),
                methods=dict.fromkeys(methods),
                at=clock.now(),
            )
        request.session[sessions.KEY] = str(session.id)

    def logout(self, request: HttpRequest) -> None:
        person, key = request.user, request.session.get(sessions.KEY)
        super().logout(request)
        if isinstance(person, User):
            _leave(person, key)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        people.refuse(user, "closed account", at=clock.now())
        messages.error(request, WRONG)
        return HttpResponseRedirect(reverse("account_login"))

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Only what went wrong: the pages themselves show what was done."""
        if level >= messages.WARNING and kwargs.get("message"):
            super().add_message(request, level, *args, **kwargs)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library ships no types
    def encrypt(self, text: str) -> str:
        return base64.b64encode(vault.seal(text.encode(), place=_PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises vault.Unreadable."""
        return vault.unseal(base64.b64decode(encrypted_text), place=_PLACE).decode()

    def get_totp_label(self, user: User) -> str:
        return user.username


def _leave(person: User, key: str | None) -> None:
    by, at = ledger.Actor("user", str(person.id)), clock.now()
    with transaction.atomic():
        people.note_sign_out(by, at=at)
        if key and (session := sessions.find(key, person)) and session.ended_at is None:
            sessions.end(session, by=by, at=at, because="signed out")


def _method(record: dict[str, Any]) -> str:
    """`password`, `totp`, `webauthn`, `recovery_codes`, or `oidc`."""
    if record["method"] == "socialaccount":
        return "oidc"
    return str(record.get("type") or record["method"])
