"""Whoever walks through every door, and what the walks have in common. The doors are those of
`tests/flows/doors.py`: read from the addresses of the service, so that a new one is attacked
without being named here."""

from collections.abc import Iterator
from typing import Any, Final

from django.test import Client
from rest_framework.test import APIClient

from tests import factory
from tests.flows.doors import UNSAFE, Door, doors
from tests.incidents.admin.desk import Desk, desk

#: All that one person can be.
EVERY_ROLE: Final = ("compliance-officer", "legal-counsel", "administrator", "responder")


def everybody() -> Desk:
    """A superuser with every role, whose session shows what goes wrong as others would see it."""
    found = desk(*EVERY_ROLE, administrator=True)
    found.client.raise_request_exception = False
    return found


def session(*, csrf: bool = False) -> APIClient:
    """The same person at the API; with `csrf`, as a browser that others make ask."""
    caller = APIClient(raise_request_exception=False, enforce_csrf_checks=csrf)
    caller.force_login(everybody().user)
    return caller


def tool(*scopes: str) -> APIClient:
    caller = APIClient(raise_request_exception=False)
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {factory.key(*scopes)}")
    return caller


def all_doors() -> list[Door]:
    """Read before anything is attacked: what stands in an address is looked up."""
    return list(doors())


def of_the_api() -> list[Door]:
    return [door for door in all_doors() if door.view is not None]


def of_the_console() -> list[Door]:
    return [door for door in all_doors() if door.view is None]


def lists() -> list[Door]:
    """The lists of the console."""
    return [door for door in of_the_console() if door.page and door.route.count("/") == 2]


def unsafe(door: Door) -> Iterator[str]:
    """The methods by which something is changed there."""
    needs = getattr(door.view, "needs", {})
    return (method for method in UNSAFE if method.upper() in needs)


def body(answer: Any) -> bytes:
    """All of it, and the file behind it is let go."""
    if getattr(answer, "streaming", False):
        return b"".join(answer.streaming_content)
    found: bytes = answer.content
    return found


def get(caller: Client, address: str, **query: str) -> Any:
    """The answer, read to its end."""
    answer: Any = caller.get(address, query)
    answer.whole = body(answer)
    return answer
