"""A simulation over all stored incidents, in this process or in several.

The incidents are divided into slices by id. Each worker process has a database connection of its
own and compiles the two releases itself; what comes back of a slice is its summary, so that memory
does not grow with the number of incidents.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import django
from django.db import connection

from policies import documents
from policies.errors import PolicyProblems
from policies.release import Release, compile_release
from policies.simulation.comparison import Comparison
from policies.simulation.source import Selection, Slice, source, source_name
from policies.simulation.summary import Summary

SLICE: Final = 2_000
Progress = Callable[[int, int], None]
"""(incidents done, incidents in all)"""


@dataclass(frozen=True)
class Job:
    """What a worker is told: the texts of both releases, because compiled ones cannot travel; and
    which database is ours, for it begins with nothing."""

    before: Sequence[str]
    after: Sequence[str]
    selection: Selection
    at: datetime | None
    examples: int
    source: str
    database: str


def run(
    before: Release,
    after: Release,
    selection: Selection,
    *,
    at: datetime | None = None,
    workers: int = 1,
    examples: int = 100,
    progress: Progress = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Summary:
    """What the selected incidents would get under `after` that they do not get under `before`.

    Decided at `at`, by default each when it was decided last. With `workers` above one, that many
    processes share the work; inside a daemonic process, such as a Celery worker's, only one works.
    When `cancelled` becomes true, the summary is that of the slices done so far, not `complete`.
    """
    job = Job(
        before=[document.text for document in before.documents],
        after=[document.text for document in after.documents],
        selection=selection,
        at=at,
        examples=examples,
        source=source_name(),
        database=connection.settings_dict["NAME"],
    )
    slices = source(job.source).slices(selection, size=SLICE)
    total = sum(each.count for each in slices)
    found = Summary(most=examples)
    progress(0, total)
    alone = workers < 2 or len(slices) < 2 or multiprocessing.current_process().daemon
    parts = (
        _one_by_one(Comparison(before, after), job, slices, cancelled)
        if alone
        else _shared(job, slices, workers, cancelled)
    )
    for part in parts:
        found.merge(part)
        progress(found.total, max(total, found.total))
    found.complete = found.total >= total
    return found


def _one_by_one(
    comparison: Comparison, job: Job, slices: Sequence[Slice], cancelled: Callable[[], bool]
) -> Iterator[Summary]:
    for part in slices:
        if cancelled():
            return
        yield _summary(comparison, job, part)


def _shared(
    job: Job, slices: Sequence[Slice], workers: int, cancelled: Callable[[], bool]
) -> Iterator[Summary]:
    """Two slices a worker are under way, so that neither waits for us; the sums do not depend on
    the order in which they come back."""
    waiting = iter(slices)
    # Not a fork: an open database connection must not be shared.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, spawn, initializer=_start, initargs=(job,)) as pool:
        running: set[Future[Summary]] = set()
        while not cancelled():
            while len(running) < 2 * workers and (part := next(waiting, None)) is not None:
                running.add(pool.submit(_work, part))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (each.result() for each in done)
        pool.shutdown(cancel_futures=True)


def _summary(comparison: Comparison, job: Job, part: Slice) -> Summary:
    found = Summary(most=job.examples)
    cases = source(job.source).cases(job.selection, part, systems=comparison.registered)
    for case in cases:
        found.add(comparison.of(case, at=job.at))
    return found


# --- in a worker ---------------------------------------------------------------------------------

_state: list[tuple[Comparison, Job]] = []


def _start(job: Job) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")
    django.setup()
    connection.settings_dict["NAME"] = job.database
    _state.append((Comparison(_release(job.before), _release(job.after)), job))


def _work(part: Slice) -> Summary:
    comparison, job = _state[0]
    return _summary(comparison, job, part)


def _release(texts: Sequence[str]) -> Release:
    readings = [documents.read(text) for text in texts]
    if problems := [problem for reading in readings for problem in reading.problems]:
        raise PolicyProblems(problems)
    return compile_release(reading.document for reading in readings if reading.document is not None)
