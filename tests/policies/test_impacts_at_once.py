"""Two people ask, and two workers look, at once: with rows that are committed."""

from collections.abc import Collection, Iterator
from threading import Event
from typing import Any

import pytest
from pytest_django import Settings

from governance import clock
from policies import impacts
from policies.models import Impact
from policies.simulation import Case, Selection, Slice
from tests import factory
from tests.committed import at_once, once
from tests.policies.test_impacts import Crowd


class Held(Crowd):
    """A worker that reads it is kept until another has come by."""

    def __init__(self) -> None:
        self.reading, self.let_go = Event(), Event()

    def cases(
        self, selection: Selection, part: Slice, *, systems: Collection[str]
    ) -> Iterator[Case]:
        self.reading.set()
        assert self.let_go.wait(timeout=60)
        yield from super().cases(selection, part, systems=systems)


HELD = Held()


@pytest.fixture(autouse=True)
def held(settings: Settings) -> None:
    settings.INCIDENT_CASES = f"{__name__}.HELD"


def ask(days: int = 90) -> Impact:
    return impacts.request_documents([], days=days, by=factory.approver(), at=clock.now())


def second_worker() -> Any:
    assert HELD.reading.wait(timeout=60)
    try:
        return impacts.work()
    finally:
        HELD.let_go.set()


def test_the_same_question_asked_at_once_is_one(database: str) -> None:
    once(database, factory.approver)
    first, second = at_once(database, ask, ask)
    assert first.id == second.id
    assert once(database, Impact.objects.count) == 1


def test_one_worker_at_a_time_however_many_questions_there_are(database: str) -> None:
    once(database, lambda: (ask(), ask(30)))
    assert at_once(database, impacts.work, second_worker) == [True, False]
    assert once(database, lambda: Impact.objects.filter(status="done").count()) == 1
