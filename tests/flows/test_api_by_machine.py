"""The whole API as a machine tries it that has read nothing but the description (schemathesis).

Every operation is asked for what the description allows, and for what it does not, on a house in
which there is something of everything; each case is undone, so that they do not build on each
other. Then operations follow each other along the links of the description. `API_CASES` sets how
many cases an operation gets of each kind; seeds are fixed.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import ignored_auth, response_schema_conformance

from governance.api.description import whole
from tests import factory
from tests.flows.test_auditor import SAMPLES

CASES: Final = int(os.environ.get("API_CASES", "3"))
#: What the domain makes of data that are well formed: a state that forbids it, a term that nobody
#: has defined, an object that is not there, a precondition that does not hold.
_DOMAIN: Final = ["2xx", "304", "400", "401", "403", "404", "406", "409", "410", "412", "422"]
_CONFIG: Final = {
    "generation": {"allow-x00": False, "codec": "utf-8"},
    "checks": {
        "positive_data_acceptance": {"expected-statuses": [*_DOMAIN, "503"]},
        # Fields of the framework read a number as a text and `1` as true. That what is wrong is
        # refused is for the tests of each view; here, that it is an answer as described.
        "negative_data_rejection": {"enabled": False},
    },
}
_QUIET: Final = list(HealthCheck)
Failures = Counter[str]


@pytest.fixture
def lasting_connection() -> Iterator[None]:
    """As the framework's test client has it: a request leaves the test's transaction open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def schema(house: None, lasting_connection: None, settings: Any) -> Any:
    settings.RATE_LIMIT = 0
    found = schemathesis.openapi.from_dict(whole(), config=SchemathesisConfig.from_dict(_CONFIG))
    found.app = _answered_whole
    return found


def _answered_whole(environ: Any, start_response: Any) -> list[bytes]:
    """The service as a WSGI application, which lets go of the files that it sent."""
    answer: Any = WSGIHandler()(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


@pytest.fixture
def headers(house: None) -> dict[str, str]:
    officer = factory.person("machine", "compliance-officer", "administrator")
    return {"Authorization": f"Bearer {factory.key(owner=officer)}"}


class Undone(Exception):
    """Takes a case back."""


def tried(operation: Any, mode: GenerationMode, headers: dict[str, str]) -> tuple[int, Failures]:
    """How many cases were sent, and what went wrong in them."""
    wrong: Failures = Counter()
    sent = 0

    @settings(
        max_examples=CASES,
        derandomize=True,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=_QUIET,
    )
    @given(case=operation.as_strategy(mode, path_parameters=_address(operation.path)))
    def one(case: Any) -> None:
        nonlocal sent
        sent += 1
        try:
            with transaction.atomic():
                case.call_and_validate(headers=headers, excluded_checks=_beside(case))
                raise Undone
        except Undone:
            pass
        except FailureGroup as failures:
            for each in failures.exceptions:
                wrong[f"{operation.label}: {type(each).__name__}: {_short(each)}"] += 1

    with suppress(Unsatisfiable):  # where nothing that is sent could be wrong
        one()
    return sent, wrong


def _beside(case: Any) -> list[Any]:
    """Of a part of an answer (`fields`), its schema does not hold."""
    return [response_schema_conformance] if "fields" in (case.query or {}) else []


def _address(path: str) -> dict[str, Any]:
    """An object of the house for each parameter of the address."""
    found: dict[str, Any] = {}
    parts = path.removeprefix("/api/v1/").split("/")
    for index, part in enumerate(parts):
        if part.startswith("{"):
            before = [found.get(each.strip("{}"), each) for each in parts[:index]]
            names = ["/".join(map(str, before[-2:])), str(before[-1])]
            value = next(SAMPLES[name] for name in names if name in SAMPLES)()
            found[part.strip("{}")] = value if isinstance(value, int) else str(value)
    return found


def _short(failure: Any) -> str:
    return " ".join(str(failure).split())[:400]


def operations(schema: Any) -> Iterator[Any]:
    for each in schema.get_all_operations():
        yield each.ok()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_operation_answers_as_it_is_described(
    schema: Any, headers: dict[str, str], mode: GenerationMode
) -> None:
    sent, wrong = 0, Counter[str]()
    for operation in operations(schema):
        count, found = tried(operation, mode, headers)
        sent, wrong = sent + count, wrong + found
    assert not wrong, "\n".join(f"{count} × {words}" for words, count in wrong.most_common())
    assert sent > 100 * min(CASES, 5)


def test_operations_follow_each_other(schema: Any, headers: dict[str, str]) -> None:
    """From what is made or listed to what can be done with it, along the description's links."""
    machine: Any = schema.as_state_machine()

    class Story(machine):  # type: ignore[misc]
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": headers}

        def validate_response(self, response: Any, case: Any, **kwargs: Any) -> None:
            """Beside keys that are none, which are tried above: here ours is always sent."""
            beside = [ignored_auth, *_beside(case)]
            case.validate_response(response, excluded_checks=beside, headers=headers)

    Story.run(
        settings=settings(
            max_examples=5 * CASES,
            stateful_step_count=12,
            derandomize=True,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=_QUIET,
        )
    )
