"""POST /decisions: what a report would get, without making it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from governance import clock
from governance.ledger import commitments
from governance.ledger.models import Entry
from incidents.models import Clock, Incident, Submission, Timer
from policies import drafts
from policies.models import PolicyVersion
from tests import factory
from tests.factory import AT, HOUR

pytestmark = pytest.mark.django_db
SEVERE = ("level: SEV2", "level: SEV1")


@pytest.fixture
def caller() -> APIClient:
    factory.install()
    return factory.client("incidents:report", "incidents:read", "policies:read")


def ask(caller: APIClient, body: Any, query: str = "") -> Any:
    return factory.post(caller, f"decisions{query}", body)


def severe() -> str:
    return factory.text("severity", SEVERE, ("version: 1.0.0", "version: 2.0.0"))


def a_draft() -> PolicyVersion:
    return drafts.create(severe(), origin="console", by=factory.PERSON, at=AT)


def kept() -> tuple[int, ...]:
    return tuple(each.objects.count() for each in (Incident, Submission, Clock, Timer))


def of_duties(body: Any) -> dict[str, Any]:
    """Duty → what a report gets of it: state, owner, and of each stage the dates."""
    dates = ("stage", "state", "target_due", "conservative_due", "legal_due", "counting", "anchor")
    return {
        each["duty"]: (
            each["state"],
            each["owner"],
            each["missing"],
            [{name: stage[name] for name in dates} for stage in each["stages"]],
        )
        for each in body["duties"]
        if each["state"] != "not_applicable"
    }


def test_it_answers_what_the_same_report_then_gets(caller: APIClient) -> None:
    body = factory.breach(aware=clock.now() - HOUR, harms=["death"])
    foreseen = ask(caller, body).json()
    real = factory.post(caller, "incidents", body).json()
    computed = {"computed": "SEV1", "override": None}  # nobody has said anything yet
    assert {**foreseen["severity"], **computed} == real["severity"]
    assert of_duties(foreseen) == of_duties(real)
    assert foreseen["release"] == real["decision"]["release"]


def test_nothing_is_kept_but_that_somebody_asked(caller: APIClient) -> None:
    ask(caller, factory.breach())
    assert kept() == (0, 0, 0, 0)
    entry = Entry.objects.get(verb="decision.asked")
    assert entry.object_kind == "release"
    assert "It went wrong" not in entry.body


def test_what_was_asked_can_be_shown_later(caller: APIClient) -> None:
    body = b'{"incident": {"title": "It", "narrative": "Went."}, "system": "triage"}'
    asked = ask(caller, body).json()["asked"]
    assert commitments.of(asked["salt"], body) == asked["body"]
    assert asked["body"] in Entry.objects.get(verb="decision.asked").body


def test_no_reference_number_is_used_and_no_row_locked(caller: APIClient) -> None:
    with CaptureQueriesContext(connection) as queries:
        ask(caller, factory.breach())
    said = " ".join(each["sql"] for each in queries)
    assert "nextval" not in said
    assert "FOR " not in said.replace('FOR NO KEY UPDATE OF "accounts_apikey"', "")


def test_a_report_that_does_not_fit_has_the_errors_of_a_report(caller: APIClient) -> None:
    answer = ask(caller, factory.report(harm=[]))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-report")
    assert factory.pointers(answer.json()) == {"/harm": "unknown-field"}
    assert not Submission.objects.exists()


def test_an_unknown_system_is_called_so(caller: APIClient) -> None:
    assert ask(caller, {**factory.report(), "system": "x"}).json()["code"] == "unknown-system"


def test_a_question_says_on_what_it_depends(caller: APIClient) -> None:
    body = ask(caller, factory.report()).json()
    serious = next(each for each in body["duties"] if each["duty"] == "serious")
    assert serious["outcome"] == "undetermined"
    assert serious["because"] == "It depends on what is not known yet: harms."


def test_a_duty_that_applies_says_why(caller: APIClient) -> None:
    body = ask(caller, factory.breach()).json()
    notify = next(each for each in body["duties"] if each["duty"] == "notify")
    assert "personal_data.breach is yes" in notify["because"]


def test_a_duty_that_does_not_apply_says_why(caller: APIClient) -> None:
    body = ask(caller, {**factory.breach(), "system": "chat-bot"}).json()
    death = next(each for each in body["not_applicable"] if each["duty"] == "death")
    assert "system.risk_class is limited" in death["because"]


def test_the_first_step_of_the_escalation_is_named(caller: APIClient) -> None:
    body = ask(caller, factory.breach(), f"?at={factory.iso(AT)}").json()
    assert body["escalation"] == {
        "lead": "incident-commander",
        "notify": [],
        "acknowledge_by": None,
        "first_step": {"at": "2026-11-23T08:30:00Z", "notify": ["executive"]},
    }


def test_a_draft_decides_in_the_place_of_its_policy(caller: APIClient) -> None:
    draft = a_draft()
    assert ask(caller, factory.breach()).json()["severity"]["level"] == "SEV2"
    answer = ask(caller, factory.breach(), f"?draft={draft.id}")
    assert answer.json()["severity"]["level"] == "SEV1"


def test_a_draft_is_for_those_who_may_read_policies() -> None:
    factory.install()
    answer = ask(factory.client("incidents:report"), factory.breach(), f"?draft={a_draft().id}")
    assert answer.status_code == 403


def test_an_unknown_draft_is_404(caller: APIClient) -> None:
    assert ask(caller, factory.breach(), f"?draft={PolicyVersion().id}").status_code == 404


def test_a_former_release_decides_by_its_digest(caller: APIClient) -> None:
    incident = factory.submit(factory.breach(), at=AT)
    digest = incident.decisions.get().release_id
    factory.impose(clock.now(), severity=severe())
    assert ask(caller, factory.breach(), f"?release={digest}").json()["severity"]["level"] == "SEV2"
    assert ask(caller, factory.breach()).json()["severity"]["level"] == "SEV1"


def test_an_unknown_release_is_404(caller: APIClient) -> None:
    assert ask(caller, factory.breach(), f"?release={'0' * 64}").status_code == 404


def test_the_clocks_count_from_the_asked_instant(caller: APIClient) -> None:
    body = ask(caller, factory.breach(aware=AT), f"?at={factory.iso(AT)}").json()
    notify = next(each for each in body["duties"] if each["duty"] == "notify")
    assert notify["stages"][0]["legal_due"] == factory.iso(AT + 8 * HOUR)


def test_a_moment_after_the_asked_instant_is_refused(caller: APIClient) -> None:
    problem = ask(caller, factory.breach(aware=AT + HOUR), f"?at={factory.iso(AT)}").json()
    assert factory.pointers(problem) == {"/moments/aware": "in-the-future"}


def test_a_time_without_any_policy_is_422(caller: APIClient) -> None:
    before = factory.iso(factory.INSTALLED - timedelta(days=1))
    assert ask(caller, factory.breach(aware=None), f"?at={before}").status_code == 422


@pytest.mark.parametrize(
    "query", ["?relase=x", "?release=x", "?draft=x", "?at=2026-11-22T09:30:00"]
)
def test_a_query_that_means_nothing_is_422(caller: APIClient, query: str) -> None:
    answer = ask(caller, factory.breach(), query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_another_content_type_is_415(caller: APIClient) -> None:
    answer = caller.post("/api/v1/decisions", b"a", content_type="text/plain")
    assert answer.status_code == 415


def test_who_may_not_report_may_not_ask() -> None:
    factory.install()
    assert ask(factory.client("incidents:read"), factory.breach()).status_code == 403


def test_it_takes_an_idempotency_key_as_every_post_does(caller: APIClient) -> None:
    body = factory.breach()
    headers = {"Idempotency-Key": "probe-1"}
    first, again = (factory.post(caller, "decisions", body, **headers) for _ in range(2))
    assert (first.status_code, again.content) == (200, first.content)
    assert again["Idempotency-Replayed"] == "true"


def test_one_that_is_too_large_is_refused_with_a_key_as_without(caller: APIClient) -> None:
    body = b'{"incident": "' + b"x" * 3_000_000 + b'"}'
    answers = [
        factory.post(caller, "decisions", body, **more) for more in ({}, {"Idempotency-Key": "p"})
    ]
    assert [each.status_code for each in answers] == [413, 413]
