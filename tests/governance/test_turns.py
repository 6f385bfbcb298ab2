"""Of a worker's slots one stays free of jobs that wait for others."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from threading import Event

import pytest
from pytest_django import Settings

from governance import turns
from tests.committed import at_once

Turn = Callable[[], AbstractContextManager[bool]]


def _held(many: int, database: str, turn: Turn = turns.taken) -> list[bool]:
    """Who gets a turn, when so many begin at once and none ends before all have asked."""
    asked: list[bool] = []
    all_asked = Event()

    def begin() -> bool:
        with turn() as mine:
            asked.append(mine)
            if len(asked) == many:
                all_asked.set()
            assert all_asked.wait(timeout=60)
            return mine

    return at_once(database, *[begin] * many)


@pytest.mark.parametrize(("slots", "turns_"), [(1, 1), (2, 1), (4, 3)])
def test_all_slots_but_one_have_a_turn(
    database: str, settings: Settings, slots: int, turns_: int
) -> None:
    settings.WORKER_CONCURRENCY = slots
    assert _held(5, database).count(True) == turns_


def test_a_turn_is_given_back(database: str, settings: Settings) -> None:
    settings.WORKER_CONCURRENCY = 2
    assert _held(3, database).count(True) == 1
    assert _held(3, database).count(True) == 1


def test_a_job_is_one_process_at_a_time_whatever_the_slots(
    database: str, settings: Settings
) -> None:
    settings.WORKER_CONCURRENCY = 4
    job = partial(turns.alone, "witness:tsa")
    assert _held(3, database, job).count(True) == 1
    assert _held(3, database, job).count(True) == 1


def test_two_jobs_keep_each_other_from_nothing(database: str) -> None:
    def both() -> tuple[bool, bool]:
        with turns.alone("one") as first, turns.alone("two") as second:
            return first, second

    assert at_once(database, both) == [(True, True)]
