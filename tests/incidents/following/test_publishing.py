"""Subscribers over HTTP against a real server: what they are told, in which order, how often."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings

from governance.accounts.models import User
from governance.connectors.webhook import endpoints
from governance.errors import Conflict, Invalid
from governance.ledger.models import Entry
from governance.outbox.models import Message
from incidents import changes
from incidents.following import publishing, subscriptions
from incidents.following.subscriptions import Choice
from incidents.following.telling import Outcome
from incidents.models import Course, Delivery
from tests import factory
from tests.factory import AT, HOUR
from tests.governance.ledger import logs
from tests.incidents.following.receiving import (
    EVERYTHING,
    LATER,
    events,
    ids,
    live,
    publish,
    subscribe,
    told,
)
from tests.live.web import WebServer

pytestmark = pytest.mark.usefixtures("house")
NOW = "2026-11-23T08:00:00.000000Z"


@pytest.fixture
def web(settings: Settings) -> Iterator[WebServer]:
    server = WebServer()
    server.start()
    settings.OUTBOUND_ALLOW = [server.name]
    yield server
    server.stop()


def expected() -> list[str]:
    page = changes.page(0, wanted=changes.Wanted(), limit=500)
    return [str(each.id) for each in page.changes]


def test_everything_arrives_once_in_the_order_of_the_seal(web: WebServer) -> None:
    factory.submit(factory.breach())
    subscribe(web)
    logs.seal()
    publish()
    assert ids(web) == expected()


def test_an_event_is_thin_and_says_where_more_is(web: WebServer) -> None:
    incident = factory.submit(factory.report())
    subscribe(web, Choice(["incident.classified"]))
    logs.seal()
    publish()
    (event,) = events(web)
    assert (event["type"], event["timestamp"]) == (
        "incident.classified",
        "2026-11-23T08:00:00.000000Z",
    )
    assert event["data"].pop("id") == ids(web)[0]
    assert event["data"].pop("url").endswith(f"/api/v1/incidents/{incident.reference}")
    assert event["data"] == {
        "version": 1,
        "at": NOW,
        "verb": "incident.classified",
        "kind": "incident",
        "object": str(incident.id),
        "actor": "api_key",
        "incident": incident.reference,
        "system": "triage",
        "drill": False,
        "was": {},
        "now": {"severity": "SEV3", "provisional": False},
    }


def test_no_event_has_a_word_that_a_person_wrote(web: WebServer) -> None:
    incident = factory.submit(factory.breach())
    factory.change(incident, "contained")
    subscribe(web)
    logs.seal()
    publish()
    said = json.dumps(events(web))
    assert [words in said for words in ("It went wrong", "false.", "Why.")] == [False] * 3


def test_what_is_chosen_is_told_and_nothing_else(web: WebServer) -> None:
    factory.submit(factory.breach())
    subscribe(web, Choice(["incident.reported", "duty.*"]))
    logs.seal()
    publish()
    assert {verb.partition(".")[0] for verb in told(web)} == {"incident", "duty"}
    assert [verb for verb in told(web) if verb.startswith("incident.")] == ["incident.reported"]


@pytest.mark.parametrize(
    ("choice", "count"),
    [
        (Choice(["incident.reported"]), 2),
        (Choice(["incident.reported"], drills=True), 3),
        (Choice(["incident.reported"], severities=["SEV1"]), 1),
        (Choice(["incident.reported"], systems=["other"]), 0),
        (Choice(["incident.reported"], systems=["triage"]), 2),
    ],
)
def test_filters_and_drills(web: WebServer, choice: Choice, count: int) -> None:
    factory.submit(factory.report())
    factory.submit(factory.report(harms=["death"]))
    factory.submit(factory.report(drill=True))
    subscribe(web, choice)
    logs.seal()
    publish()
    assert len(events(web)) == count


@pytest.mark.parametrize("verbs", [[], ["incident.exploded"], ["incident.*", "person.*"]])
def test_what_would_never_be_told_is_refused(web: WebServer, verbs: list[str]) -> None:
    with pytest.raises(Invalid):
        subscribe(web, Choice(verbs))


def test_one_that_begins_now_is_not_told_what_was(web: WebServer) -> None:
    factory.submit(factory.report())
    logs.seal()
    by = factory.person("maker", "administrator")
    endpoint, _ = endpoints.create(name="chat", url=f"{web.url}/chat", by=by, at=AT)
    subscriptions.subscribe(endpoint, EVERYTHING, by=by, at=AT)
    publish()
    assert events(web) == []


def test_a_refused_event_holds_back_the_later_ones_and_none_is_left_out(web: WebServer) -> None:
    factory.submit(factory.report())
    subscription = subscribe(web)
    logs.seal()
    web.status = 500
    publish()
    assert len(web.asked) == 1
    web.status = 204
    publish(at=LATER + HOUR)
    assert ids(web) == [expected()[0], *expected()]
    assert live(subscription).attempts == 0


def test_one_that_fails_holds_back_nobody_else(web: WebServer) -> None:
    factory.submit(factory.report())
    subscribe(web, name="chat")
    dead = subscribe(web, name="dead")
    endpoints.change(dead.endpoint, url="https://127.0.0.1:1/", by=factory.PERSON, at=AT)
    logs.seal()
    publish()
    assert len(events(web, "chat")) == len(expected())
    assert live(dead).attempts == 1


def test_each_attempt_is_in_the_log_with_what_came_of_it(web: WebServer) -> None:
    factory.submit(factory.report())
    subscribe(web, Choice(["incident.reported"]))
    logs.seal()
    web.status, web.body = 503, b"Not now."
    publish()
    web.status = 200
    publish(at=LATER + HOUR)
    second, first = Delivery.objects.all()
    assert (first.number, first.delivered, first.status) == (1, False, 503)
    assert first.error == "HTTP 503 Service Unavailable: Not now."
    assert first.next_at is not None
    assert first.next_at > LATER
    assert (second.number, second.delivered, second.status, second.next_at) == (2, True, 200, None)


def test_the_wait_that_a_receiver_asks_for_is_kept(web: WebServer) -> None:
    factory.submit(factory.report())
    subscription = subscribe(web)
    logs.seal()
    web.status, web.headers = 429, {"Retry-After": "600"}
    publish()
    assert live(subscription).due_at >= LATER + timedelta(seconds=600)


def test_after_a_day_of_failing_it_is_paused_and_its_maker_is_told(web: WebServer) -> None:
    factory.submit(factory.report())
    subscription = subscribe(web)
    User.objects.filter(username="maker").update(email="maker@example.org")
    logs.seal()
    web.status = 500
    publish()
    publish(at=LATER + timedelta(days=1))
    subscription.refresh_from_db()
    assert subscription.state == "paused"
    assert subscription.paused_because.startswith(
        "It has taken nothing since 2026-11-23 10:00 UTC."
    )
    told_of = Message.objects.get(subject="Paused: events for chat")
    assert told_of.destination == "maker@example.org"


def test_a_receiver_that_is_gone_is_paused_at_once(web: WebServer) -> None:
    factory.submit(factory.report())
    subscription = subscribe(web)
    logs.seal()
    web.status = 410
    publish()
    subscription.refresh_from_db()
    assert subscription.state == "paused"
    assert Entry.objects.filter(verb="subscription.paused").count() == 1


def test_one_that_goes_on_is_told_of_everything_since(web: WebServer) -> None:
    subscription = subscribe(web)
    subscriptions.pause(subscription, reason="Moving.", by=factory.PERSON, at=AT)
    factory.submit(factory.report())
    logs.seal()
    publish()
    assert web.asked == []
    subscriptions.resume(subscription, by=factory.PERSON, at=LATER)
    publish()
    assert ids(web) == expected()


def test_to_skip_leaves_out_the_one_event_at_which_it_stood_on_record(web: WebServer) -> None:
    factory.submit(factory.report())
    subscription = subscribe(web)
    logs.seal()
    web.status = 400
    publish()
    subscriptions.pause(subscription, reason="A bad one.", by=factory.PERSON, at=LATER)
    subscriptions.resume(subscription, skip=True, by=factory.PERSON, at=LATER)
    web.asked.clear()
    web.status = 200
    publish()
    assert ids(web) == expected()[1:]
    assert '"skipped":[0]' in Entry.objects.get(verb="subscription.resumed").body


def test_pausing_twice_is_a_conflict(web: WebServer) -> None:
    subscription = subscribe(web)
    subscriptions.pause(subscription, reason="Why.", by=factory.PERSON, at=AT)
    with pytest.raises(Conflict):
        subscriptions.pause(subscription, reason="Why.", by=factory.PERSON, at=AT)


def test_a_disabled_endpoint_is_told_nothing_and_everything_once_it_is_enabled(
    web: WebServer,
) -> None:
    factory.submit(factory.report())
    subscription = subscribe(web)
    logs.seal()
    endpoints.disable(subscription.endpoint, by=factory.PERSON, at=AT)
    publish()
    assert web.asked == []
    endpoints.enable(subscription.endpoint, by=factory.PERSON, at=AT)
    publish()
    assert ids(web) == expected()


def test_told_again_comes_under_the_same_ids_beside_what_is_new(web: WebServer) -> None:
    factory.submit(factory.report())
    subscription = subscribe(web)
    logs.seal()
    publish()
    before = ids(web)
    course = subscriptions.replay(subscription, 0, by=factory.PERSON, at=LATER)
    publish()
    course.refresh_from_db()
    assert ids(web) == before * 2
    assert course.state == Course.State.FINISHED


def test_one_alone_is_told_again(web: WebServer) -> None:
    factory.submit(factory.report())
    subscription = subscribe(web, Choice(["incident.*"]))
    logs.seal()
    publish()
    place = Delivery.objects.get(verb="incident.classified").place
    subscriptions.replay(subscription, place, place + 1, by=factory.PERSON, at=LATER)
    web.asked.clear()
    publish()
    assert told(web) == ["incident.classified"]


def test_what_was_never_told_cannot_be_told_again(web: WebServer) -> None:
    subscription = subscribe(web)
    with pytest.raises(Invalid):
        subscriptions.replay(subscription, 0, by=factory.PERSON, at=LATER)


def test_who_lost_the_lease_moves_nothing(web: WebServer) -> None:
    factory.submit(factory.report())
    subscription = subscribe(web)
    logs.seal()
    (course,) = publishing.claim(at=LATER)
    work = publishing.work(course, at=LATER)
    assert publishing.claim(at=LATER) == []
    (_again,) = publishing.claim(at=LATER + publishing.LEASE)
    taken = Outcome(work.page.changes[0], LATER, 1, 200, None)
    publishing.record(work, [taken], at=LATER)
    assert (live(subscription).place, Delivery.objects.count()) == (0, 0)


def test_old_attempts_go_from_the_log(web: WebServer) -> None:
    factory.submit(factory.report())
    subscribe(web, Choice(["incident.reported"]))
    logs.seal()
    publish()
    assert publishing.forget(before=LATER - HOUR) == 0
    assert publishing.forget(before=LATER + HOUR) == 1


def test_telling_writes_nothing_into_the_trail(web: WebServer) -> None:
    factory.submit(factory.report())
    subscribe(web)
    logs.seal()
    before = Entry.objects.count()
    publish()
    assert (len(web.asked) > 0, Entry.objects.count()) == (True, before)
