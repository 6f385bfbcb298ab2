"""The whole API as a machine tries it that has read nothing but the description (schemathesis).

Every operation is asked for what the description allows, and for what it does not, on a house in
which there is something of everything; each case is undone, so that they do not build on each
other. Then operations follow each other along the links of the description. All checks are made;
`API_CASES` sets how many cases an operation gets of each kind; seeds are fixed.
"""

import logging
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
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
from tests.flows.doors import SAMPLES

CASES: Final = int(os.environ.get("API_CASES", "8"))
#: Tests that share the operations among them, so that several processes can.
SHARES: Final = 3
#: What the domain makes of data that are well formed: a state that forbids it, a term that nobody
#: has defined, an object that is not there, a precondition that does not hold.
_DOMAIN: Final = ["2xx", "304", "400", "401", "403", "404", "406", "409", "410", "412", "422"]
#: What was refused before the body was looked at is refused, too: by an `If-Match`, by its size.
_REFUSED: Final = ["400", "401", "403", "404", "406", "409", "410", "412", "413", "415", "422"]
_CONFIG: Final = {
    "generation": {"allow-x00": False, "codec": "utf-8"},
    "checks": {
        "positive_data_acceptance": {"expected-statuses": [*_DOMAIN, "503"]},
        "negative_data_rejection": {"expected-statuses": _REFUSED},
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
def quiet() -> Iterator[None]:
    """Thousands of refusals, each of them expected, are formatted for nobody; faults are told."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def schema(house: None, lasting_connection: None, quiet: None, settings: Any) -> Any:
    settings.RATE_LIMIT = 0
    found = schemathesis.openapi.from_dict(whole(), config=SchemathesisConfig.from_dict(_CONFIG))
    found.app = _answering_whole()
    found.auth()(_key())
    return found


def _answering_whole() -> Any:
    """The service as a WSGI application, which lets go of the files that it sent."""
    service: Any = WSGIHandler()

    def answered(environ: Any, start_response: Any) -> list[bytes]:
        answer = service(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            answer.close()

    return answered


def _key() -> type:
    """Who signs requests, as the machine is told: it tries without, and with others, by itself."""
    officer = factory.person("machine", "compliance-officer", "administrator")
    plain = factory.key(owner=officer)

    class Key:
        def get(self, case: Any, context: Any) -> str:
            return plain

        def set(self, case: Any, data: str, context: Any) -> None:
            case.headers["Authorization"] = f"Bearer {data}"

    return Key


class Undone(Exception):
    """Takes a case back."""


def tried(operation: Any, mode: GenerationMode) -> tuple[int, Failures]:
    """How many cases were sent, and what went wrong in them. That the operation lets nobody in
    without a key is asked for until it was shown once."""
    wrong: Failures = Counter()
    sent, closed = 0, False

    @settings(
        max_examples=CASES,
        derandomize=True,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=_QUIET,
    )
    @given(case=operation.as_strategy(mode, path_parameters=_address(operation.path)))
    def one(case: Any) -> None:
        nonlocal sent, closed
        sent += 1
        beside = [*_beside(case), *([ignored_auth] if closed else [])]
        try:
            with transaction.atomic():
                closed |= case.call_and_validate(excluded_checks=beside).status_code < 300
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
    return " ".join(str(failure).split())[:800]


def operations(schema: Any) -> Iterator[Any]:
    for each in schema.get_all_operations():
        yield each.ok()


@pytest.mark.parametrize("share", range(SHARES))
def test_every_operation_answers_as_it_is_described(schema: Any, share: int) -> None:
    sent, wrong = 0, Counter[str]()
    for operation in islice(operations(schema), share, None, SHARES):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            count, found = tried(operation, mode)
            sent, wrong = sent + count, wrong + found
    assert not wrong, "\n".join(f"{count} × {words}" for words, count in wrong.most_common())
    assert sent > 60 * min(CASES, 5)


def test_operations_follow_each_other(schema: Any) -> None:
    """From what is made or listed to what can be done with it, along the description's links."""
    machine: Any = schema.as_state_machine()

    class Story(machine):  # type: ignore[misc]
        def setup(self) -> None:
            """Each story begins in the same house, or the one before would be in its way."""
            self.before = transaction.savepoint()

        def teardown(self) -> None:
            transaction.savepoint_rollback(self.before)

        def validate_response(self, response: Any, case: Any, **kwargs: Any) -> None:
            case.validate_response(response, excluded_checks=_beside(case))

    Story.run(
        settings=settings(
            max_examples=3 * CASES,
            stateful_step_count=12,
            derandomize=True,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=_QUIET,
        )
    )
