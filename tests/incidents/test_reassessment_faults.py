"""What a failing incident, a killed process or a second sweep does to a reassessment: nothing."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from incidents import differences, flow, sweep
from incidents.models import Incident, Reassessment, ReassessmentRun
from incidents.stages import runs
from incidents.stages.runs import SETTLE
from tests import factory
from tests.factory import HOUR, PERSON
from tests.incidents.reassessing import NOW, RAISED, approve, breach, reassessed, sweep_at

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
DUE = NOW + SETTLE


@pytest.fixture
def incident() -> Incident:
    """One of two open incidents, when the new version has just come into force."""
    factory.install()
    opened = breach()
    breach()
    approve(RAISED)
    sweep.reassess(at=NOW)
    return opened


@pytest.fixture
def fault(incident: Incident, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Deciding on `incident` fails after everything was changed. Undo it to mend the cause."""
    between = differences.between

    def broken(before: Any, after: Any) -> Any:
        if Incident.objects.get(id=incident.id).severity == "SEV1":
            raise RuntimeError("a fault of ours")
        return between(before, after)

    monkeypatch.setattr(differences, "between", broken)
    return monkeypatch


def done() -> int:
    return Reassessment.objects.filter(state="done").count()


def decisions(incident: Incident) -> int:
    return incident.decisions.count()


def finished() -> datetime | None:
    return ReassessmentRun.objects.get().finished_at


def test_what_fails_changes_nothing_and_stops_no_other(
    incident: Incident, fault: pytest.MonkeyPatch
) -> None:
    sweep.reassess(at=DUE)
    row = reassessed(incident)
    assert (row.state, row.attempts, row.retry_at) == ("failed", 1, DUE + 2 * SECOND)
    assert (row.error, decisions(incident), done()) == ("RuntimeError: a fault of ours", 1, 1)


def test_what_failed_waits_longer_each_time_and_ten_minutes_at_most(
    incident: Incident, fault: pytest.MonkeyPatch
) -> None:
    sweep.reassess(at=DUE)
    sweep.reassess(at=DUE + SECOND)
    assert reassessed(incident).attempts == 1
    Reassessment.objects.filter(incident=incident).update(attempts=50)
    sweep.reassess(at=DUE + HOUR)
    assert reassessed(incident).retry_at == DUE + HOUR + timedelta(minutes=10)


def test_what_failed_is_done_once_its_cause_is_mended(
    incident: Incident, fault: pytest.MonkeyPatch
) -> None:
    sweep.reassess(at=DUE)
    assert finished() is None
    fault.undo()
    sweep.reassess(at=DUE + 2 * SECOND)
    row = reassessed(incident)
    assert (row.state, row.error, decisions(incident)) == ("done", "", 2)
    assert finished() == DUE + 2 * SECOND


def test_what_failed_is_tried_at_once_on_demand(
    incident: Incident, fault: pytest.MonkeyPatch
) -> None:
    sweep.reassess(at=DUE)
    fault.undo()
    assert runs.retry(ReassessmentRun.objects.get(), by=PERSON, at=DUE) == 1
    sweep.reassess(at=DUE)
    assert reassessed(incident).state == "done"


def test_a_process_that_dies_in_the_middle_leaves_the_incident_to_the_next(
    incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(differences, "between", die)
        with pytest.raises(KeyboardInterrupt):
            sweep.reassess(at=DUE)
    assert (decisions(incident), done()) == (1, 0)
    sweep.reassess(at=DUE)
    assert (decisions(incident), done()) == (2, 2)


def test_a_row_that_is_done_is_not_done_again(incident: Incident) -> None:
    sweep.reassess(at=DUE)
    assert flow.reassess(reassessed(incident).id, by=PERSON, at=DUE) is None
    assert decisions(incident) == 2


def test_a_run_is_expanded_in_chunks(incident: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    breach()
    monkeypatch.setattr(runs, "_CHUNK", 1)
    sweep.reassess(at=DUE)
    assert done() == 3


def test_a_batch_leaves_the_rest_to_the_next(
    incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "REASSESSED", 1)
    assert [sweep.reassess(at=DUE), done(), finished()] == [1, 1, None]
    assert [sweep.reassess(at=DUE), done(), finished()] == [1, 2, DUE]
    assert sweep.reassess(at=DUE) == 0


def test_an_idle_tick_asks_one_question(
    incident: Incident, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sweep_at()
    with django_assert_num_queries(1):
        sweep.reassess(at=NOW + HOUR)
