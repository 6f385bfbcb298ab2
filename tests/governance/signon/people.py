"""Somebody who signs in at the form, with or without a second factor."""

from typing import Any, Final

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from governance.accounts.models import User
from tests.governance.signon import codes
from tests.incidents.admin.desk import PASSWORD, person

SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
#: In place of Django's, which takes its time on purpose.
QUICK: Final = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])


def someone(*roles: str, name: str = "someone", email: str = "") -> User:
    made = person(*(roles or ("responder",)), name=name)
    User.objects.filter(id=made.id).update(email=email)
    made.refresh_from_db()
    return made


def give_codes(user: User) -> Authenticator:
    found: Authenticator = TOTP.activate(user, SECRET).instance
    return found


def code(*, steps: int = 0) -> str:
    """What the app shows, `steps` half minutes from now."""
    return codes.shown(SECRET, steps=steps)


def sign_in(client: Client, name: str = "someone", password: str = PASSWORD, **more: Any) -> Any:
    given = {"username": name, "password": password, **more}
    return client.post(reverse("account_login"), given)


def is_in(client: Client) -> bool:
    return client.get("/password_change/").status_code == 200


def second_step(client: Client, typed: str) -> HttpResponse:
    return client.post(reverse("mfa_authenticate"), {"code": typed})
