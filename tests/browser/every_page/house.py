"""A running service in which there is at least one of everything, and the address of each page."""

import json
from collections.abc import Sequence
from typing import Final

from tests.live.stack import Stack

_FURNISH: Final = """
import json
from django.conf import settings
from governance.accounts.models import User
from tests.flows.conftest import fill
from tests.flows.doors import doors
from tests.incidents.admin.desk import Desk

settings.ALLOWED_HOSTS = ["*"]
fill()
client = Desk(User.objects.get(username="boss")).client


def shown(address):
    answer = client.get(address)
    kind = answer.headers.get("Content-Type", "")
    shows = answer.status_code == 200 and kind.startswith("text/html")
    whole = b"<html" in answer.getvalue()
    return shows and whole and "Content-Disposition" not in answer.headers


addresses = {door.address for door in doors() if door.view is None}
print("PAGES", json.dumps(sorted(filter(shown, addresses))))
"""
#: Pages that are no model's, and those to sign in and out.
_OTHERS: Final = (
    "/account/",
    "/account/codes/add/",
    "/account/passkeys/add/",
    "/password_change/",
    "/login/",
    "/logout/",
)


def furnished(stack: Stack) -> Sequence[str]:
    """Furnish it while nothing else moves in it; returns the addresses of its pages, as somebody of
    the name `boss` may open them. What is downloaded, is for machines, or is a part of a page, is
    none."""
    for name in ("beat", "worker"):
        stack.stop(name)
    said = stack.manage("shell", "-c", _FURNISH).stdout
    for name in ("worker", "beat"):
        stack.start(name)
    stack.wait_until_ready()
    listed = next(line for line in said.splitlines() if line.startswith("PAGES "))
    found: list[str] = json.loads(listed.removeprefix("PAGES "))
    return [*_OTHERS, *found]
