"""Somebody at the console: a signed-in browser, and what it reads and posts."""

from collections.abc import Iterable
from datetime import datetime
from html import unescape
from html.parser import HTMLParser
from typing import Any, Final
from uuid import UUID

from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from governance import clock
from governance.accounts import people
from governance.accounts.models import User
from governance.ledger import ledger

PASSWORD: Final = "six-plain-words-in-a-row"
_QUICK: Final = "django.contrib.auth.hashers.MD5PasswordHasher"


def person(*roles: str, administrator: bool = False, name: str = "") -> User:
    with override_settings(PASSWORD_HASHERS=[_QUICK]):
        return people.create(
            username=name or "-".join(roles) or "nobody",
            password=PASSWORD,
            email="",
            roles=roles,
            administrator=administrator,
            by=ledger.system("test"),
            at=clock.now(),
        )


class Desk:
    """One person's session."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client(raise_request_exception=True)
        self.client.force_login(user)

    @property
    def actor(self) -> str:
        return f"user:{self.user.id}"

    def list(self, model: str, **query: str) -> HttpResponse:
        return self.client.get(reverse(f"admin:{model}_changelist"), query)

    def page(self, model: str, key: UUID) -> HttpResponse:
        return self.client.get(reverse(f"admin:{model}_change", args=[key]))

    def act(self, model: str, key: UUID, action: str, **given: Any) -> HttpResponse:
        path = reverse(f"admin:{model}_change", args=[key])
        return self.client.post(path, {"action": action, **given})


def desk(*roles: str, administrator: bool = False) -> Desk:
    return Desk(person(*roles, administrator=administrator))


def text(response: HttpResponse) -> str:
    return unescape(response.content.decode())


class _Form(HTMLParser):
    """What a browser sends of the form for one action while nobody touches it: an input belongs to
    the form around it, or to the one that it names."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
        self.forms: list[list[tuple[str, str]]] = [[]]
        self.named: dict[str, list[tuple[str, str]]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        ticks = given.get("type") in {"checkbox", "radio"}
        if tag == "form":
            self.forms.append(self.named.setdefault(given.get("id") or f"{len(self.forms)}", []))
        elif tag == "input" and "name" in given and ("checked" in given or not ticks):
            own = self.named[given["form"] or ""] if "form" in given else self.forms[-1]
            own.append((given["name"] or "", given.get("value") or ("on" if ticks else "")))

    @property
    def found(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for own in self.forms:
            for name, value in own if ("action", self.action) in own else ():
                found.setdefault(name, []).append(value)
        return found


def untouched(response: HttpResponse, action: str) -> dict[str, Any]:
    """The inputs of the page's form for an action, as they are sent untouched."""
    form = _Form(action)
    form.feed(response.content.decode())
    assert form.found, f"The page has no form for {action!r}."
    own = {"action", "csrfmiddlewaretoken"}
    return {name: value for name, value in form.found.items() if name not in own}


def said(response: HttpResponse) -> list[str]:
    """The messages of a page that was rendered in answer."""
    return [unescape(str(message)) for message in get_messages(response.wsgi_request)]


def field(at: datetime) -> str:
    """An instant as the browser's picker sends it."""
    return f"{at:%Y-%m-%dT%H:%M:%S}"


def rows(response: HttpResponse) -> Iterable[Any]:
    """The objects that a list shows, in its order."""
    changes: Any = response.context["cl"]  # type: ignore[attr-defined]
    return list(changes.result_list)
