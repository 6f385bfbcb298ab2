"""When periodic jobs last finished a tick, and when that is too long ago."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from governance.heartbeat import heartbeat

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def one_job(settings: Settings) -> None:
    settings.HEARTBEAT_JOBS = {"sweep": 60}


def only(at: datetime) -> heartbeat.Pulse:
    (pulse,) = heartbeat.pulses(at=at)
    return pulse


def test_a_job_that_never_finished_is_not_fresh() -> None:
    assert (only(AT).age, only(AT).fresh) == (None, False)


@pytest.mark.parametrize(("seconds", "fresh"), [(0, True), (60, True), (61, False)])
def test_a_job_is_fresh_within_its_limit(seconds: int, *, fresh: bool) -> None:
    heartbeat.record("sweep", at=AT)
    assert only(AT + timedelta(seconds=seconds)).fresh is fresh


def test_a_later_tick_counts() -> None:
    heartbeat.record("sweep", at=AT)
    heartbeat.record("sweep", at=AT + timedelta(hours=1))
    assert only(AT + timedelta(hours=1)).age == timedelta()


def test_a_job_that_nobody_expects_is_left_out() -> None:
    heartbeat.record("another", at=AT)
    assert [pulse.job for pulse in heartbeat.pulses(at=AT)] == ["sweep"]
