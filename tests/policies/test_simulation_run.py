"""A simulation over many incidents, in one process and in several."""

import pytest
from pytest_django import Settings

from policies import simulation
from policies.simulation import Selection, Summary
from tests import factory
from tests.policies.test_simulation import SHORTER, STRICTER


@pytest.fixture(autouse=True)
def forty_cases(settings: Settings) -> None:
    settings.INCIDENT_CASES = "tests.policies.simulated.MANY"


def run(workers: int = 1, **options: object) -> Summary:
    return simulation.run(
        factory.release(),
        factory.release(severity=STRICTER, breach=SHORTER),
        Selection(),
        workers=workers,
        **options,  # type: ignore[arg-type]
    )


def test_every_incident_is_counted() -> None:
    found = run()
    assert (found.total, found.complete) == (40, True)
    assert found.severities["SEV2", "SEV1"] == 4


def test_several_processes_find_the_same() -> None:
    assert run(workers=2).as_dict() == run().as_dict()


def test_progress_is_told_slice_by_slice() -> None:
    told: list[tuple[int, int]] = []
    run(progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 40), (10, 40), (20, 40), (40, 40)]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_simulation_can_be_cancelled(workers: int) -> None:
    assert run(workers, cancelled=lambda: True).complete is False


def test_a_cancelled_simulation_keeps_what_it_has() -> None:
    asked = iter([False, True, True, True])
    found = run(cancelled=lambda: next(asked))
    assert (found.total, found.complete) == (10, False)
