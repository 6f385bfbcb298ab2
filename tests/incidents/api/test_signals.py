"""Reports with a fingerprint: one open incident for each, with counts."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance import clock
from governance.ledger.models import Entry
from incidents import sweep
from incidents.models import Incident, IncidentLink, Signal, Submission
from tests import factory
from tests.committed import at_once, once
from tests.factory import AT, HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller() -> APIClient:
    factory.install()
    return factory.client()


def signal(fingerprint: str = "drift:support", **more: Any) -> dict[str, Any]:
    return {"signal": {"fingerprint": fingerprint, **more}}


def send(caller: APIClient, **facts: Any) -> Any:
    return factory.post(caller, "incidents", factory.report(**facts))


def closed(reference: str) -> Incident:
    """Its question answered, and closed."""
    incident = Incident.objects.get(reference=reference)
    at = clock.now()
    factory.amend(incident, at, harms=["privacy"], personal_data={"breach": False})
    return factory.change(incident, "closed", at)


# --- one open incident ----------------------------------------------------------------------------


def test_the_first_signal_opens_an_incident(caller: APIClient) -> None:
    answer = send(caller, **signal())
    assert answer.status_code == 201
    assert Signal.objects.get().opened


def test_a_repeated_signal_is_counted_on_the_open_incident(caller: APIClient) -> None:
    first = send(caller, **signal(count=2)).json()
    answer = send(caller, **signal(count=40))
    body = answer.json()
    assert (answer.status_code, body["correlated"]) == (200, True)
    assert body["reference"] == first["reference"]
    assert (body["signals"]["count"], body["signals"]["reports"]) == (42, 2)
    assert answer["Location"] == f"/api/v1/incidents/{first['reference']}"
    assert Incident.objects.count() == 1


def test_the_page_of_the_incident_has_the_counts(caller: APIClient) -> None:
    seen = clock.now() - timedelta(days=2)
    reference = send(caller, **signal(observed_at=factory.iso(seen))).json()["reference"]
    send(caller, **signal(observed_at=factory.iso(seen + HOUR)))
    found = factory.get(caller, f"incidents/{reference}").json()["signals"]
    assert (found["first"], found["last"]) == (factory.iso(seen), factory.iso(seen + HOUR))


def test_an_incident_without_a_fingerprint_has_no_counts(caller: APIClient) -> None:
    reference = send(caller).json()["reference"]
    assert factory.get(caller, f"incidents/{reference}").json()["signals"] is None


def test_every_repeated_signal_is_a_submission_with_its_entry(caller: APIClient) -> None:
    send(caller, **signal())
    send(caller, **signal())
    submission = Submission.objects.get(status="correlated")
    entry = Entry.objects.get(verb="signal.correlated")
    assert entry.object_id == str(submission.id)
    assert submission.body_digest in entry.body


def test_the_timeline_has_no_line_for_each(caller: APIClient) -> None:
    reference = send(caller, **signal()).json()["reference"]
    before = factory.get(caller, f"incidents/{reference}").json()["timeline"]
    send(caller, **signal())
    assert factory.get(caller, f"incidents/{reference}").json()["timeline"] == before


@pytest.mark.parametrize(
    "other",
    [
        signal("another"),
        {**signal(), "drill": True},
        {**signal(), "system": "chat-bot"},
    ],
)
def test_another_fingerprint_system_or_drill_is_another_incident(
    caller: APIClient, other: dict[str, Any]
) -> None:
    send(caller, **signal())
    assert factory.post(caller, "incidents", {**factory.report(), **other}).status_code == 201


def test_the_facts_of_the_incident_stay_and_what_differs_is_named(caller: APIClient) -> None:
    reference = send(caller, **signal(), impact={"people_affected": 1}).json()["reference"]
    answer = send(caller, **signal(), impact={"people_affected": 9}, harms=["privacy"])
    assert answer.json()["differs"] == ["/harms", "/impact/people_affected"]
    assert Incident.objects.get(reference=reference).report["impact"] == {"people_affected": 1}


def test_what_a_repeated_signal_leaves_out_does_not_differ(caller: APIClient) -> None:
    send(caller, **signal(), harms=["privacy"])
    assert send(caller, **signal()).json()["differs"] == []


def test_a_signal_is_no_fact_of_the_incident(caller: APIClient) -> None:
    body = send(caller, **signal()).json()
    assert "signal" not in body["report"]
    incident = Incident.objects.get()
    assert "fingerprint" not in incident.decisions.get().facts


def test_a_retried_signal_is_counted_once(caller: APIClient) -> None:
    send(caller, **signal())
    body = factory.report(**signal())
    first, second = (
        factory.post(caller, "incidents", body, **{"Idempotency-Key": "k"}) for _ in range(2)
    )
    assert (second.status_code, second["Idempotency-Replayed"]) == (200, "true")
    assert first.json()["signals"] == second.json()["signals"]


def test_a_batch_says_which_were_correlated(caller: APIClient) -> None:
    items = [
        {"idempotency_key": key, "report": factory.report(**signal())} for key in ("a", "b", "c")
    ]
    found = factory.post(caller, "incidents/batch", {"reports": items}).json()["results"]
    assert [(each["status"], each["correlated"]) for each in found] == [
        (201, False),
        (200, True),
        (200, True),
    ]


def test_one_who_may_not_read_learns_the_reference_of_anothers_incident_only(
    caller: APIClient,
) -> None:
    reference = send(caller, **signal(), harms=["privacy"]).json()["reference"]
    other = factory.client("incidents:report")
    body = send(other, **signal()).json()
    assert body["reference"] == reference
    assert set(body) == {"reference", "correlated", "signals", "submission"}


def test_one_who_reported_it_sees_it_again(caller: APIClient) -> None:
    tool = factory.client("incidents:report")
    send(tool, **signal())
    assert "duties" in send(tool, **signal()).json()


def test_a_signal_left_behind_by_a_process_is_counted_by_the_sweep(caller: APIClient) -> None:
    send(caller, **signal())
    left = factory.left(factory.report(**signal()), at=AT)
    sweep.recover(at=clock.now())
    left.refresh_from_db()
    assert left.status == "correlated"


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({}, "/signal/fingerprint", "missing"),
        ({"fingerprint": ""}, "/signal/fingerprint", "too-short"),
        ({"fingerprint": "x" * 201}, "/signal/fingerprint", "too-long"),
        ({"fingerprint": "x", "count": 0}, "/signal/count", "too-small"),
        ({"fingerprint": "x", "observed_at": "now"}, "/signal/observed_at", "wrong-format"),
        (
            {"fingerprint": "x", "observed_at": "2999-01-01T00:00:00Z"},
            "/signal/observed_at",
            "in-the-future",
        ),
        ({"fingerprint": "x", "counts": 1}, "/signal/counts", "unknown-field"),
    ],
)
def test_a_signal_of_another_form_is_refused_with_its_place(
    caller: APIClient, wrong: dict[str, Any], pointer: str, code: str
) -> None:
    assert factory.pointers(send(caller, signal=wrong).json()) == {pointer: code}


def test_an_amendment_takes_no_signal(caller: APIClient) -> None:
    reference = send(caller, **signal()).json()["reference"]
    body = {"facts": signal("other"), "reason": "Why."}
    assert factory.post(caller, f"incidents/{reference}/amendments", body).status_code == 422


# --- after the end --------------------------------------------------------------------------------


def test_after_the_close_a_new_incident_opens_as_a_recurrence(caller: APIClient) -> None:
    former = closed(send(caller, **signal()).json()["reference"])
    answer = send(caller, **signal())
    assert answer.status_code == 201
    link = IncidentLink.objects.get()
    assert (link.kind, link.other) == ("recurrence-of", former)
    assert link.incident.reference == answer.json()["reference"]


def test_the_recurrence_counts_from_one(caller: APIClient) -> None:
    closed(send(caller, **signal()).json()["reference"])
    send(caller, **signal())
    assert send(caller, **signal()).json()["signals"]["reports"] == 2


# --- splitting off --------------------------------------------------------------------------------


def split(caller: APIClient, wrong: Signal) -> Any:
    return factory.post(caller, f"signals/{wrong.id}/split", {"reason": "Of another model."})


def two(caller: APIClient) -> Signal:
    send(caller, **signal())
    send(caller, **signal(), personal_data={"breach": True})
    return Signal.objects.get(opened=False)


def test_a_signal_that_is_split_off_opens_its_own_incident(caller: APIClient) -> None:
    wrong = two(caller)
    answer = split(caller, wrong)
    assert (answer.status_code, answer.json()["severity"]["level"]) == (201, "SEV2")
    wrong.submission.refresh_from_db()
    assert wrong.submission.status == "accepted"
    assert wrong.submission.incident.reference == answer.json()["reference"]


def test_it_counts_no_more_where_it_was(caller: APIClient) -> None:
    wrong = two(caller)
    split(caller, wrong)
    found = factory.get(caller, f"incidents/{wrong.incident.reference}").json()["signals"]
    assert found["reports"] == 1


def test_the_next_signal_goes_to_the_incident_that_kept_the_fingerprint(caller: APIClient) -> None:
    wrong = two(caller)
    split(caller, wrong)
    assert send(caller, **signal()).json()["reference"] == wrong.incident.reference


@pytest.mark.parametrize("opened", [True, False])
def test_the_first_signal_is_not_split_off_and_none_twice(caller: APIClient, opened: bool) -> None:
    wrong = two(caller)
    split(caller, wrong)
    assert split(caller, Signal.objects.get(opened=opened)).status_code == 409


def test_what_does_not_fit_any_more_stays_where_it_is(caller: APIClient) -> None:
    wrong = two(caller)
    register = factory.text(
        "register", ("id: triage", "id: other"), ("version: 1.0.0", "version: 2.0.0")
    )
    factory.impose(clock.now(), register=register)
    assert split(caller, wrong).status_code == 422
    wrong.refresh_from_db()
    assert wrong.split_at is None


def test_the_signals_of_an_incident_are_listed(caller: APIClient) -> None:
    wrong = two(caller)
    found = factory.get(caller, f"incidents/{wrong.incident.reference}/signals").json()["results"]
    assert [each["opened"] for each in found] == [False, True]
    assert found[0]["differs"] == ["/personal_data"]


# --- at once --------------------------------------------------------------------------------------


def test_first_signals_at_once_open_one_incident(database: str) -> None:
    plain = once(database, factory.key)
    facts = {**factory.report(**signal()), "system": "support-assistant"}

    def send_one() -> int:
        caller = APIClient()
        caller.credentials(HTTP_AUTHORIZATION=f"Bearer {plain}")
        return int(factory.post(caller, "incidents", facts).status_code)

    assert Counter(at_once(database, *[send_one] * 6)) == {201: 1, 200: 5}
    assert once(database, Incident.objects.count) == 1
    assert once(database, Signal.objects.count) == 6
