"""What was stored and never judged, because its process died, is judged by the sweep."""

import json
from datetime import datetime, timedelta

import pytest

from incidents import flow, sweep
from incidents.models import Submission
from tests import factory
from tests.factory import AT, HOUR, MINUTE

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def house() -> None:
    factory.install()


def status(submission: Submission) -> str:
    submission.refresh_from_db()
    return submission.status


@pytest.mark.parametrize(("seconds", "found"), [(59, "received"), (60, "accepted")])
def test_a_report_that_was_left_behind_is_judged_after_a_minute(seconds: int, found: str) -> None:
    submission = factory.left(factory.report(), at=AT)
    sweep.run(at=AT + seconds * SECOND)
    assert status(submission) == found


def test_its_incident_is_that_of_its_sender() -> None:
    submission = factory.left(factory.report(), at=AT)
    sweep.run(at=AT + MINUTE)
    submission.refresh_from_db()
    assert submission.incident is not None
    assert submission.incident.reported_by == str(factory.TOOL)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "malformed-json"),
        (b"\xff", "malformed-json"),
        (b'{"a": 1, "a": 2}', "malformed-json"),
        (b'"\\u0000"', "malformed-json"),
        (b"[]", "invalid-report"),
        (json.dumps({"system": "triag"}).encode(), "invalid-report"),
    ],
)
def test_a_bad_one_is_rejected_with_its_reason(body: bytes, code: str) -> None:
    submission = factory.left(body, at=AT)
    sweep.run(at=AT + MINUTE)
    assert (status(submission), submission.problem_code) == ("rejected", code)


def test_without_policies_it_waits_and_is_tried_again_later() -> None:
    before = factory.INSTALLED - timedelta(days=1)
    submission = factory.left(factory.report(), at=before - MINUTE)
    sweep.run(at=before)
    submission.refresh_from_db()
    assert (submission.status, submission.attempts, submission.retry_at) == (
        "received",
        1,
        before + 16 * SECOND,
    )
    sweep.run(at=AT)
    assert status(submission) == "accepted"


def test_a_fault_of_ours_puts_it_off_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (factory.left(factory.report(), at=AT) for _ in range(2))
    judge = flow.judge

    def broken(submission: Submission, *given: object, **named: object) -> object:
        if submission.id == first.id:
            raise RuntimeError("a fault of ours")
        return judge(submission, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(flow, "judge", broken)
    sweep.run(at=AT + MINUTE)
    assert (status(first), status(second)) == ("received", "accepted")


def test_the_wait_ends_at_an_hour() -> None:
    submission = factory.left(factory.report(), at=datetime(2025, 1, 1, tzinfo=AT.tzinfo))
    Submission.objects.update(attempts=50)
    sweep.run(at=factory.INSTALLED - timedelta(days=9))
    submission.refresh_from_db()
    assert submission.retry_at == factory.INSTALLED - timedelta(days=9) + HOUR
