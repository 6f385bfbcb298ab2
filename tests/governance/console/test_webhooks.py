"""The pages of webhook endpoints."""

import re

import pytest
from django.urls import reverse

from governance.connectors.webhook.models import WebhookEndpoint, WebhookSecret
from governance.outbox.models import Message
from tests.governance.connectors.webhook.hooks import make
from tests.incidents.admin.desk import Desk, desk, text

pytestmark = pytest.mark.django_db
ENDPOINTS = "webhook_webhookendpoint"
FORM = {"name": "pager", "url": "https://hooks.example.org/in", "description": "Night"}


@pytest.fixture
def administrator() -> Desk:
    return desk("administrator")


@pytest.fixture
def pager() -> WebhookEndpoint:
    return make()[0]


def secret_of(page: str) -> str:
    found = re.search(r'id="webhook-secret">(whsec_[^<]+)<', page)
    assert found is not None
    return found[1]


def test_making_one_shows_its_secret_once(administrator: Desk) -> None:
    answer = administrator.client.post(reverse(f"admin:{ENDPOINTS}_add"), FORM)
    plain = secret_of(text(answer))
    endpoint = WebhookEndpoint.objects.get()
    assert (answer.status_code, endpoint.created_by) == (201, administrator.actor)
    assert plain not in text(administrator.page(ENDPOINTS, endpoint.id))


def test_an_address_that_cannot_be_used_is_explained(administrator: Desk) -> None:
    given = {**FORM, "url": "http://hooks.example.org/"}
    answer = administrator.client.post(reverse(f"admin:{ENDPOINTS}_add"), given)
    assert (answer.status_code, "BYLAW_OUTBOUND_ALLOW" in text(answer)) == (422, True)


def test_rotating_shows_the_new_secret_and_nothing_of_it_stays(
    administrator: Desk, pager: WebhookEndpoint
) -> None:
    answer = administrator.act(ENDPOINTS, pager.id, "rotate", hours="24")
    plain = secret_of(text(answer))
    assert (answer.status_code, WebhookSecret.objects.count()) == (201, 2)
    assert plain not in text(administrator.page(ENDPOINTS, pager.id))
    assert plain not in str(administrator.client.cookies)


def test_an_overlap_beyond_a_week_is_refused(administrator: Desk, pager: WebhookEndpoint) -> None:
    assert administrator.act(ENDPOINTS, pager.id, "rotate", hours="169").status_code == 422
    assert WebhookSecret.objects.count() == 1


def test_a_test_event_is_in_the_log_of_deliveries(
    administrator: Desk, pager: WebhookEndpoint
) -> None:
    assert "Nothing was sent there yet." in text(administrator.page(ENDPOINTS, pager.id))
    administrator.act(ENDPOINTS, pager.id, "test")
    Message.objects.update(state="dead", last_error="HTTP 404 Not Found")
    page = text(administrator.page(ENDPOINTS, pager.id))
    assert "Test event for pager" in page
    assert "HTTP 404 Not Found" in page
    assert reverse("admin:outbox_message_change", args=[Message.objects.get().id]) in page


def test_it_is_disabled_and_enabled(administrator: Desk, pager: WebhookEndpoint) -> None:
    administrator.act(ENDPOINTS, pager.id, "disable")
    page = text(administrator.page(ENDPOINTS, pager.id))
    assert "Send a test event" not in page
    administrator.act(ENDPOINTS, pager.id, "enable")
    assert WebhookEndpoint.objects.get().active


def test_its_address_is_changed(administrator: Desk, pager: WebhookEndpoint) -> None:
    given = {"url": "https://other.example.org/", "description": ""}
    administrator.act(ENDPOINTS, pager.id, "change", **given)
    assert WebhookEndpoint.objects.get().url == "https://other.example.org/"


def test_the_list_shows_them_and_says_what_they_are_for(
    administrator: Desk, pager: WebhookEndpoint
) -> None:
    page = text(administrator.list(ENDPOINTS))
    assert "pager" in page
    assert "escalation matrix" in page


def test_an_empty_list_says_what_to_do(administrator: Desk) -> None:
    assert "There is no endpoint yet." in text(administrator.list(ENDPOINTS))


@pytest.mark.parametrize("role", ["compliance-officer", "responder", "auditor"])
def test_who_does_not_run_the_service_sees_none(role: str, pager: WebhookEndpoint) -> None:
    other = desk(role)
    assert other.page(ENDPOINTS, pager.id).status_code == 403
    assert other.list(ENDPOINTS).status_code == 403
