"""A witness that is behind shows, in readiness and in the metrics; where there is none, nothing."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from pytest_django import Settings

from governance.heartbeat import measures
from governance.witnesses.measures import tallies
from tests.factory import AT, HOUR, MINUTE
from tests.governance.witnesses.sealed import DOWN, SECOND, Scripted, give, seal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limit(settings: Settings) -> None:
    settings.LAG_LIMITS = {"witnessed": 3600}


def lag(at: object) -> measures.Lag:
    (found,) = measures.lags(at=at)  # type: ignore[arg-type]
    return found


def test_one_that_is_given_its_due_is_not_behind(witness: Scripted) -> None:
    seal()
    give("file")
    seal(AT + SECOND)
    assert lag(AT + HOUR).age == timedelta()


def test_one_that_fails_is_behind_since_it_was_due_however_often_it_is_tried(
    witness: Scripted,
) -> None:
    witness.fails = DOWN
    seal()
    for minutes in (0, 20, 40):
        give("file", AT + minutes * MINUTE)
    assert lag(AT + HOUR).fine
    assert not lag(AT + HOUR + SECOND).fine
    assert lag(AT + HOUR).age == HOUR


def test_one_that_takes_something_again_is_not(witness: Scripted) -> None:
    witness.fails = DOWN
    seal()
    give("file")
    witness.fails = None
    give("file", AT + HOUR)
    assert lag(AT + 2 * HOUR).age == timedelta()


def test_one_that_is_set_up_no_more_is_not_waited_for(
    witness: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness.fails = DOWN
    seal()
    give("file")
    monkeypatch.undo()
    assert lag(AT + HOUR).age == timedelta()


def test_what_is_tried_again_is_counted(witness: Scripted) -> None:
    witness.fails = DOWN
    seal()
    give("file")
    assert measures.put_off()["witnessed"] == 1


def test_the_last_size_of_each_witness_is_told(witness: Scripted) -> None:
    (before,) = tallies(at=AT)
    found = seal()
    give("file")
    (after,) = tallies(at=AT)
    assert (before.counts, after.counts) == ({"file": 0}, {"file": found.size})


def settings_with(**given: str) -> str:
    program = (
        "from governance import settings as s; "
        "print('ledger.witness' in s.HEARTBEAT_JOBS, 'witnessed' in s.LAG_LIMITS)"
    )
    return subprocess.check_output(
        [sys.executable, "-c", program], env=os.environ | given, text=True
    ).strip()


def test_only_where_a_witness_is_set_up_is_there_a_job_and_a_limit() -> None:
    assert settings_with() == "False False"
    assert settings_with(BYLAW_WITNESS_STDOUT="yes") == "True True"
