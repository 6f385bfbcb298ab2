"""Of a worker's slots one stays free of deliveries."""

from threading import Event

import pytest
from pytest_django import Settings

from governance.outbox import turns
from tests.committed import at_once


def _held(many: int, database: str) -> list[bool]:
    """Who may deliver, when so many begin at once and none ends before all have asked."""
    asked: list[bool] = []
    all_asked = Event()

    def deliver() -> bool:
        with turns.taken() as mine:
            asked.append(mine)
            if len(asked) == many:
                all_asked.set()
            assert all_asked.wait(timeout=60)
            return mine

    return at_once(database, *[deliver] * many)


@pytest.mark.parametrize(("slots", "turns_"), [(1, 1), (2, 1), (4, 3)])
def test_all_slots_but_one_deliver(
    database: str, settings: Settings, slots: int, turns_: int
) -> None:
    settings.WORKER_CONCURRENCY = slots
    assert _held(5, database).count(True) == turns_


def test_a_turn_is_given_back(database: str, settings: Settings) -> None:
    settings.WORKER_CONCURRENCY = 2
    assert _held(3, database).count(True) == 1
    assert _held(3, database).count(True) == 1
