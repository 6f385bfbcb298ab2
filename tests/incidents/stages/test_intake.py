"""Taking reports in: kept before they are judged, kept when they are refused."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from governance.ledger.models import Entry
from incidents.errors import InProgress, KeyReused
from incidents.models import Submission
from incidents.stages import intake
from policies.reports import Finding
from tests import factory
from tests.factory import AT, TOOL

pytestmark = pytest.mark.django_db


def stored(body: bytes = b"{}", *, key: str | None = None) -> tuple[Submission, bool]:
    return intake.store(factory.sent(body, key=key), at=AT)


def reject(submission: Submission) -> None:
    finding = Finding("missing", "/incident", "This is required.")
    intake.reject(submission, code="invalid-report", findings=[finding], by=TOOL, at=AT)


def test_the_body_is_kept_byte_for_byte() -> None:
    body = b'\xff\x00 {"not": json'
    submission, new = stored(body)
    submission.refresh_from_db()
    assert (bytes(submission.body), new) == (body, True)
    salted = hashlib.sha256(bytes.fromhex(submission.salt) + body).hexdigest()
    assert (len(submission.salt), submission.body_digest) == (64, salted)


def test_the_same_key_and_body_are_the_same_submission() -> None:
    first, _ = stored(key="k")
    assert stored(key="k") == (first, False)


def test_without_a_key_every_report_is_its_own() -> None:
    assert stored()[0] != stored()[0]


def test_the_same_key_with_another_body_is_refused_and_points_at_the_first() -> None:
    first, _ = stored(key="k")
    with pytest.raises(KeyReused) as raised:
        stored(b"[]", key="k")
    assert (raised.value.status, raised.value.extra) == (422, {"submission": str(first.id)})


def test_the_keys_of_two_senders_do_not_meet() -> None:
    stored(key="k")
    other = intake.Sent(b"[]", "application/json", factory.PERSON, idempotency_key="k")
    assert intake.store(other, at=AT)[1]


def test_a_rejection_keeps_its_problems() -> None:
    submission, _ = stored()
    reject(submission)
    submission.refresh_from_db()
    assert (submission.status, submission.problem_code) == ("rejected", "invalid-report")
    assert submission.problems[0]["pointer"] == "/incident"


def test_the_trail_of_a_rejection_names_places_and_no_contents() -> None:
    submission, _ = stored(b'{"system": "secret"}')
    reject(submission)
    body = Entry.objects.get(verb="submission.rejected").body
    assert '{"code":"missing","pointer":"/incident"}' in body
    assert "secret" not in body
    assert "required" not in body


def test_the_trail_commits_to_the_body() -> None:
    submission, _ = stored()
    reject(submission)
    after = json.loads(Entry.objects.get(verb="submission.rejected").body)["after"]
    assert after["body"] == f"sha256:{submission.body_digest}"


def test_equal_bodies_have_different_commitments() -> None:
    one, other = stored()[0], stored()[0]
    assert one.body_digest != other.body_digest


def test_a_submission_is_judged_once() -> None:
    submission, _ = stored()
    reject(submission)
    with pytest.raises(InProgress):
        reject(submission)
    with pytest.raises(InProgress):
        intake.claim(submission)


def test_an_accepted_submission_has_an_incident() -> None:
    submission, _ = stored()
    with pytest.raises(IntegrityError, match="accepted_has_incident"), transaction.atomic():
        Submission.objects.filter(id=submission.id).update(status="accepted")


def test_left_behind_is_what_waits_for_a_minute_and_is_not_put_off() -> None:
    submission, _ = stored()
    minute = timedelta(minutes=1)
    assert intake.left_behind(at=AT + minute, limit=9) == [submission]
    intake.put_off(submission, at=AT + minute)
    assert intake.left_behind(at=AT + minute, limit=9) == []
    assert intake.left_behind(at=AT + 2 * minute, limit=9) == [submission]


def test_only_what_still_waits_is_left_behind() -> None:
    submission, _ = stored()
    reject(submission)
    assert intake.left_behind(at=AT + timedelta(days=1), limit=9) == []


@pytest.mark.parametrize("status", ["received", "accepted", "corrected"])
def test_only_a_rejected_submission_can_be_corrected(status: str) -> None:
    factory.install()
    incident = factory.submit(factory.report())
    original = factory.left({}, at=AT)
    Submission.objects.filter(id=original.id).update(status=status, incident=incident)
    correction = Submission(corrects_id=original.id)
    assert [each.code for each in intake.uncorrectable(correction)] == ["not-correctable"]


def test_what_corrects_nothing_is_no_correction() -> None:
    assert intake.uncorrectable(Submission()) == []
