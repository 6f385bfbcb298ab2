"""What a process that ran a task hands to the worker through a pipe."""

import pickle
import select
from typing import Any

import psycopg
import pytest
from celery.app.trace import build_tracer
from django.conf import settings
from django.db import OperationalError

from governance.celery import Task, app


def fail(frames: int = 100) -> None:
    if frames:
        return fail(frames - 1)
    raise OperationalError("x" * 100_000) from psycopg.OperationalError("y" * 100_000)


@pytest.fixture
def failing() -> Any:
    return app.task(fail, name="test.failing", shared=False)


def handed_over(task: Any) -> bytes:
    """As `celery.app.trace.fast_trace_task` and the pool do."""
    tracer = build_tracer(task.name, task, app=app, eager=False)
    failure, info, seconds, _ = tracer("id", (), {}, {"id": "id", "task": task.name})
    assert info.state == "FAILURE"
    return pickle.dumps((1, failure, seconds))


def test_every_job_is_such_a_task() -> None:
    app.loader.import_default_modules()
    assert [name for name in settings.HEARTBEAT_JOBS if not isinstance(app.tasks[name], Task)] == []


def test_a_failure_fits_into_a_pipe_at_once(failing: Any) -> None:
    """Else a worker that stops may read half of it, and wait for the rest for ever."""
    told = handed_over(failing)
    size = len(told)
    assert size < select.PIPE_BUF
    assert str(pickle.loads(told)[1].exception) == "OperationalError"  # noqa: S301 - our own


def test_it_is_told_in_full_and_once_by_the_process_that_saw_it(
    failing: Any, caplog: pytest.LogCaptureFixture
) -> None:
    handed_over(failing)
    (told,) = (record for record in caplog.records if record.levelname in {"WARNING", "ERROR"})
    assert told.name == "governance.celery"
    said = dict(told.msg)  # type: ignore[call-overload]  # structlog's event
    assert (said["event"], said["task"]) == ("task.failed", "test.failing")
    letters, frames = len(said["exception"]), said["exception"].count(", in fail\n")
    assert letters > 200_000  # its own words, and those of its cause
    assert frames > 1
