import json
from datetime import datetime
from typing import Any

import pytest

from governance.ledger.models import Entry
from incidents import flow
from incidents.errors import Rejected
from incidents.models import Submission
from tests import factory
from tests.incidents.admin.desk import Desk, desk, rows, said, text

SUBMISSIONS = "incidents_submission"


@pytest.fixture
def rejected(now: datetime) -> Submission:
    facts = factory.report(system="triag", harms=["deth"])
    with pytest.raises(Rejected):
        flow.report(factory.sent(facts), facts, at=now)
    return Submission.objects.get()


def corrected(**facts: Any) -> str:
    return json.dumps(factory.report(**facts))


def test_a_rejected_one_shows_what_is_wrong_beside_the_body(
    rejected: Submission, officer: Desk
) -> None:
    found = text(officer.page(SUBMISSIONS, rejected.id))
    assert "<code>/harms/0</code>" in found
    assert "Nearest: <code>death</code>" in found
    assert '"system": "triag"' in found


def test_the_form_holds_the_body(rejected: Submission, officer: Desk) -> None:
    answer = officer.page(SUBMISSIONS, rejected.id)
    (offer,) = answer.context["offers"]  # type: ignore[attr-defined]
    assert json.loads(offer.form.initial["report"]) == json.loads(rejected.body_text)


def test_a_body_that_is_no_json_is_shown_as_it_came(now: datetime, officer: Desk) -> None:
    sent = factory.sent(b"{not json")
    submission = flow.refuse(sent, code="malformed-json", detail="Not JSON.", at=now)
    assert "{not json" in text(officer.page(SUBMISSIONS, submission.id))


def test_a_correction_opens_the_incident(rejected: Submission, officer: Desk) -> None:
    answer = officer.act(SUBMISSIONS, rejected.id, "correct", report=corrected())
    assert answer.status_code == 302
    rejected.refresh_from_db()
    assert rejected.status == "corrected"
    assert rejected.incident is not None
    assert rejected.incident.reported_by == officer.actor


def test_a_correction_leaves_its_entry(rejected: Submission, officer: Desk) -> None:
    officer.act(SUBMISSIONS, rejected.id, "correct", report=corrected())
    assert Entry.objects.get(verb="submission.corrected").actor == officer.actor


def test_a_correction_that_is_still_wrong_shows_the_errors_and_keeps_the_text(
    rejected: Submission, officer: Desk
) -> None:
    answer = officer.act(SUBMISSIONS, rejected.id, "correct", report=corrected(harms=["injry"]))
    assert answer.status_code == 422
    assert "/harms/0" in said(answer)[0]
    assert '"injry"' in text(answer)


def test_a_correction_that_is_no_json_is_not_sent(rejected: Submission, officer: Desk) -> None:
    answer = officer.act(SUBMISSIONS, rejected.id, "correct", report="{")
    assert answer.status_code == 422
    assert Submission.objects.count() == 1


def test_an_accepted_one_cannot_be_corrected(now: datetime, officer: Desk) -> None:
    factory.submit(factory.report(), at=now)
    submission = Submission.objects.get()
    assert 'name="report"' not in text(officer.page(SUBMISSIONS, submission.id))


def test_an_auditor_may_look_but_not_correct(rejected: Submission) -> None:
    auditor = desk("auditor")
    assert auditor.page(SUBMISSIONS, rejected.id).status_code == 200
    answer = auditor.act(SUBMISSIONS, rejected.id, "correct", report=corrected())
    assert answer.status_code == 403


def test_a_reporter_sees_its_own(now: datetime, rejected: Submission) -> None:
    reporter = desk("reporter")
    own = factory.sent(factory.report())
    mine = flow.report(
        type(own)(own.body, own.content_type, factory.Actor("user", str(reporter.user.id))),
        factory.report(),
        at=now,
    ).submission
    assert [each.id for each in rows(reporter.list(SUBMISSIONS))] == [mine.id]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"status__exact": "rejected"}, 1),
        ({"status__exact": "accepted"}, 0),
        ({"problem": "invalid-report"}, 1),
        ({"problem": "malformed-json"}, 0),
    ],
)
def test_filters_narrow_it(
    rejected: Submission, officer: Desk, query: dict[str, str], count: int
) -> None:
    assert len(list(rows(officer.list(SUBMISSIONS, **query)))) == count


def test_its_queries_do_not_grow_with_its_rows(
    now: datetime, officer: Desk, django_assert_max_num_queries: Any
) -> None:
    for _ in range(8):
        factory.submit(factory.report(), at=now)
    officer.list(SUBMISSIONS)  # the first look of the hour is put on record
    with django_assert_max_num_queries(10):
        assert len(list(rows(officer.list(SUBMISSIONS)))) == 8
