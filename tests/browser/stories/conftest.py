"""A running service with the people of the stories, of whom each signs in at the form."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Final, Protocol

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import PASSWORD
from tests.browser.stories.person import DESK, PHONE, Look, Person, signed_in
from tests.flows.tool import Tool
from tests.live.stack import Stack

_HIRE: Final = f"""
from governance import clock
from governance.accounts import people
from governance.ledger import ledger
for name, roles in (
    ("counsel", ["legal-counsel"]),
    ("responder", ["responder"]),
    ("auditor", ["auditor", "personal-data-reader"]),
):
    people.create(username=name, password="{PASSWORD}", email=f"{{name}}@example.org", roles=roles,
                  administrator=False, by=ledger.system("test"), at=clock.now())
"""


class Enter(Protocol):
    def __call__(self, name: str) -> Person: ...


@pytest.fixture(scope="module")
def house(stack: Stack, tool: Tool) -> Tool:
    """The tool, in a house with all people."""
    stack.manage("shell", "-c", _HIRE)
    return tool


@pytest.fixture(params=[DESK, PHONE], ids=lambda look: look.name)
def look(request: pytest.FixtureRequest) -> Look:
    found: Look = request.param
    return found


@pytest.fixture
def enter(
    request: pytest.FixtureRequest, browser: Browser, stack: Stack, house: Tool, look: Look
) -> Iterator[Enter]:
    """Signs somebody in, each in a browser of their own; at the end nobody has a complaint."""
    story = request.node.originalname.removeprefix("test_").partition("_")[0]
    people: list[Person] = []
    with ExitStack() as left:

        def come(name: str) -> Person:
            entering: AbstractContextManager[Person] = signed_in(
                browser, stack.url, name, look, story
            )
            people.append(left.enter_context(entering))
            return people[-1]

        yield come
        assert [each.complaints for each in people if each.complaints] == []
