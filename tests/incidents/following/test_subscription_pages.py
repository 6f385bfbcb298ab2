"""The pages of subscriptions."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from pytest_django import Settings

from governance.connectors.webhook import endpoints
from incidents.models import Course, Subscription
from tests import factory
from tests.factory import AT
from tests.governance.ledger import logs
from tests.incidents.admin.desk import Desk, desk
from tests.incidents.following.receiving import publish, subscribe
from tests.live.web import WebServer

pytestmark = pytest.mark.usefixtures("house")
PAGE = "incidents_subscription"


@pytest.fixture
def administrator() -> Desk:
    return desk("administrator")


@pytest.fixture
def web(settings: Settings) -> Iterator[WebServer]:
    server = WebServer()
    server.start()
    settings.OUTBOUND_ALLOW = [server.name]
    yield server
    server.stop()


def make(administrator: Desk, verbs: str) -> int:
    form = {"endpoint": "chat", "verbs": verbs, "systems": "triage, other", "drills": "on"}
    return int(administrator.client.post(reverse(f"admin:{PAGE}_add"), form).status_code)


def test_an_endpoint_is_subscribed(administrator: Desk) -> None:
    endpoints.create(name="chat", url="https://chat.example.org/x", by=factory.PERSON, at=AT)
    assert make(administrator, "incident.reported, clock.*") == 302
    found = Subscription.objects.get()
    assert (found.verbs, found.systems, found.severities, found.drills) == (
        ["incident.reported", "clock.*"],
        ["triage", "other"],
        None,
        True,
    )


def test_what_is_never_told_is_explained(administrator: Desk) -> None:
    endpoints.create(name="chat", url="https://chat.example.org/x", by=factory.PERSON, at=AT)
    assert make(administrator, "incident.exploded") == 422


def test_the_page_shows_each_attempt_and_how_far_it_is(administrator: Desk, web: WebServer) -> None:
    factory.submit(factory.report())
    found = subscribe(web)
    logs.seal()
    web.status, web.body = 500, b"<script>alert(1)</script>"
    publish()
    shown = administrator.page(PAGE, found.id).content.decode()
    assert "HTTP 500" in shown
    assert "<script>alert(1)" not in shown


def test_it_is_paused_gone_on_with_and_told_again(administrator: Desk, web: WebServer) -> None:
    factory.submit(factory.report())
    found = subscribe(web)
    logs.seal()
    publish()
    for action, form in [
        ("pause", {"reason": "Moving."}),
        ("resume", {}),
        ("replay", {"since": "2026-11-22T00:00:00"}),
        ("change", {"verbs": "incident.*", "systems": "", "severities": "SEV1"}),
    ]:
        assert administrator.act(PAGE, found.id, action, **form).status_code == 302, action
    found.refresh_from_db()
    assert (found.state, found.verbs, found.severities) == ("active", ["incident.*"], ["SEV1"])
    assert Course.objects.filter(upto__isnull=False).count() == 1


@pytest.mark.parametrize("role", ["reporter", "compliance-officer", "auditor"])
def test_others_do_not_see_them(web: WebServer, role: str) -> None:
    found = subscribe(web)
    assert desk(role).page(PAGE, found.id).status_code == 403
