"""Whose tries at signing in are counted together.

A stranger who tries an account makes others wait for it, five minutes at most. A browser in which
the person has signed in before is counted apart, so that nobody can keep a person out of the own
account: it has a signed cookie that says so, and that lets nobody in.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from governance.access import attempts
from governance.accounts.models import User
from governance.signon import origin

COOKIE: Final = "bylaw_device"
_SALT: Final = "bylaw.signon.device"
_KEPT: Final = timedelta(days=180)
_SHORT: Final = timedelta(minutes=5)
_LONG: Final = timedelta(minutes=15)


def of_password(request: HttpRequest, username: str) -> Sequence[attempts.Subject]:
    """For a name that somebody has and for one that nobody has, in the same way."""
    account = attempts.subject("account", username, free=5, longest=_SHORT)
    if known := _device(request, account):
        return [attempts.subject("device", account.digest, known, free=5, longest=_SHORT)]
    return [_address(request), account]


def of_code(person: User) -> attempts.Subject:
    """Of a second factor: whoever tries it has the password already."""
    return attempts.subject("code", str(person.id), free=5, longest=_LONG)


def used_code(person: User, code: str) -> attempts.Subject:
    """A one-time code, which lets in once."""
    return attempts.subject("used", str(person.id), "".join(code.split()), free=0, longest=_LONG)


def of_passkey(request: HttpRequest) -> attempts.Subject:
    return _address(request)


def remember(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """This browser is one of the person's from now on."""
    account = attempts.subject("account", username, free=5, longest=_SHORT)
    if _device(request, account):
        return
    value = signing.dumps([account.digest, secrets.token_urlsafe(16)], salt=_SALT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=_KEPT,
        path="/login/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _address(request: HttpRequest) -> attempts.Subject:
    network = origin.network(request)
    return attempts.subject(attempts.ADDRESS, network, free=30, longest=_LONG)


def _device(request: HttpRequest, account: attempts.Subject) -> str:
    """Which of the account's browsers asks; empty for any other."""
    try:
        whose, which = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_KEPT)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(which) if whose == account.digest else ""
