"""Bodies that are small to send and endless to read, at every address that takes one: each is
refused before anything is done with it."""

from collections.abc import Iterator
from typing import Final

import pytest
from django.conf import settings
from django.test import Client

from governance.api import parsing
from governance.api.parsing import StrictJSONParser
from incidents.models import Incident
from policies.api.parsing import LIMIT
from tests.flows.doors import state
from tests.security import walk

pytestmark = pytest.mark.usefixtures("house")
DEEP: Final = parsing.MOST_DEPTH + 1
BODIES: Final[dict[str, bytes]] = {
    "deep": b'{"reason":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "twice": b'{"reason":"a","reason":"b"}',
    "half a pair": b'{"reason":"\\ud800"}',
    "no JSON": b"{",
}
#: Longer than every body but that of a file, which is base64.
LONG: Final = b'{"reason":"' + b"x" * settings.REPORT_BODY_LIMIT + b'"}'
#: What takes a report, which is kept whatever it is, and says what is wrong with it.
KEPT: Final = frozenset(
    {
        "api/v1/incidents",
        "api/v1/incidents/batch",
        "api/v1/submissions/<uuid:id>/correction",
    }
)


def unsafe() -> Iterator[tuple[walk.Door, str]]:
    """DELETE has no body."""
    for door in walk.of_the_api():
        for method in walk.unsafe(door):
            if method != "delete":
                yield door, method


@pytest.mark.parametrize("name", sorted(BODIES))
def test_no_address_does_anything_with_a_body_that_cannot_be_read(name: str) -> None:
    caller, before, wrong, tried = walk.session(), state(), {}, 0
    for door, method in list(unsafe()):
        if door.route in KEPT:
            continue
        answer = caller.generic(method.upper(), door.address, BODIES[name], "application/json")
        tried += 1
        if answer.status_code != 400:
            wrong[f"{method} {door.route}"] = answer.status_code
    assert wrong == {}
    assert tried > 60
    assert state() == before


def test_no_address_reads_more_than_the_limit() -> None:
    """What takes a report says the same, though it is kept up to there."""
    caller, wrong = walk.session(), {}
    for door, method in list(unsafe()):
        if StrictJSONParser not in door.view.parser_classes:
            continue
        answer = caller.generic(method.upper(), door.address, LONG, "application/json")
        if answer.status_code != 413 and door.route not in KEPT:
            wrong[f"{method} {door.route}"] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize(
    ("path", "longest"),
    [
        ("/api/v1/policies/apply", LIMIT),
        ("/api/v1/incidents/{}/attachments", 15 * settings.ATTACHMENT_LIMIT // 10),
    ],
)
def test_what_takes_longer_bodies_has_a_limit_of_its_own(path: str, longest: int) -> None:
    incident = Incident.objects.earliest("id").reference
    body = b'{"content":"' + b"x" * longest + b'"}'
    answer = walk.session().generic("POST", path.format(incident), body, "application/json")
    assert answer.status_code == 413


def test_a_file_is_refused_by_its_length_before_it_is_read() -> None:
    incident = Incident.objects.earliest("id").reference
    path, kind = f"/api/v1/incidents/{incident}/attachments", "multipart/form-data; boundary=x"
    answer = walk.session().generic("POST", path, b"--x", kind, CONTENT_LENGTH=str(2**40))
    assert answer.status_code == 413


@pytest.mark.parametrize("address", ["/login/", "/incidents/export/check/", "/api/v1/incidents"])
def test_what_is_too_long_for_any_address_is_refused_unread(address: str) -> None:
    """Nobody is signed in, and the body is not even there to be read."""
    length = str(settings.REQUEST_LIMIT + 1)
    kind = "multipart/form-data; boundary=x"
    answer = Client().generic("POST", address, b"--x", kind, CONTENT_LENGTH=length)
    assert answer.status_code == 413
    assert str(settings.REQUEST_LIMIT) in answer.content.decode()
