"""Making, changing, rotating and disabling endpoints."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from governance import vault
from governance.connectors.webhook import endpoints
from governance.connectors.webhook.models import WebhookEndpoint, WebhookSecret
from governance.errors import BylawError, Conflict, Invalid, NotFound
from governance.ledger.models import Entry
from tests.governance.connectors.webhook.hooks import AT, BY, URL, make

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def raw(plain: str) -> bytes:
    return base64.b64decode(plain.removeprefix("whsec_"))


# --- making --------------------------------------------------------------------------------------


def test_an_endpoint_comes_with_a_secret_as_the_standard_writes_it() -> None:
    endpoint, plain = make()
    assert (endpoint.name, endpoint.active) == ("pager", True)
    assert plain.startswith("whsec_")
    assert 24 <= len(raw(plain)) <= 64


def test_the_secret_signs() -> None:
    endpoint, plain = make()
    assert endpoints.signing_secrets(endpoint, at=AT) == [raw(plain)]


def test_the_database_holds_no_secret() -> None:
    _, plain = make()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM webhook_webhooksecret")
        ((sealed,),) = cursor.fetchall()
    assert raw(plain) not in bytes(sealed)
    assert plain.encode() not in bytes(sealed)


@pytest.mark.parametrize("name", ["", "Pager", "a b", "-pager", "päger", "x" * 81, "a/b"])
def test_a_name_that_no_policy_could_write_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        make(name=name)


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example.org/", "ftp://x/", "hooks", f"{URL}#part", f"https://{'x' * 2000}"],
)
def test_an_address_that_could_not_be_asked_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        make(url)


def test_a_plain_address_may_be_allowed_by_name(settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = ["hooks.internal:8080"]
    assert make("http://hooks.internal:8080/in")[0].url == "http://hooks.internal:8080/in"


def test_a_name_is_taken_once() -> None:
    make()
    with pytest.raises(Conflict, match="already"):
        make()


def test_an_endpoint_is_found_by_its_name() -> None:
    assert endpoints.find("pager") if make() else None


@pytest.mark.parametrize("name", ["nothing", "", "a\0b"])
def test_a_name_that_is_none_is_not_found(name: str) -> None:
    with pytest.raises(NotFound):
        endpoints.find(name)


# --- rotating ------------------------------------------------------------------------------------


def test_after_a_rotation_both_secrets_sign_the_new_one_first() -> None:
    endpoint, old = make()
    new = endpoints.rotate(endpoint, by=BY, at=AT)
    assert endpoints.signing_secrets(endpoint, at=AT) == [raw(new), raw(old)]


def test_the_old_secret_ends_by_itself() -> None:
    endpoint, old = make()
    new = endpoints.rotate(endpoint, by=BY, at=AT)
    before = endpoints.signing_secrets(endpoint, at=AT + 24 * HOUR - timedelta(seconds=1))
    after = endpoints.signing_secrets(endpoint, at=AT + 24 * HOUR)
    assert (before, after) == ([raw(new), raw(old)], [raw(new)])


def test_an_old_secret_that_somebody_else_has_ends_at_once() -> None:
    endpoint, _ = make()
    new = endpoints.rotate(endpoint, overlap=timedelta(), by=BY, at=AT)
    assert endpoints.signing_secrets(endpoint, at=AT) == [raw(new)]
    assert WebhookSecret.objects.count() == 1


def test_what_has_ended_is_forgotten_with_the_next_rotation() -> None:
    endpoint, _ = make()
    endpoints.rotate(endpoint, by=BY, at=AT)
    endpoints.rotate(endpoint, by=BY, at=AT + 25 * HOUR)
    assert WebhookSecret.objects.count() == 2


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), timedelta(days=7, seconds=1)])
def test_an_overlap_without_sense_is_refused(overlap: timedelta) -> None:
    endpoint, _ = make()
    with pytest.raises(Invalid):
        endpoints.rotate(endpoint, overlap=overlap, by=BY, at=AT)
    assert WebhookSecret.objects.count() == 1


def test_the_database_keeps_one_lasting_secret_an_endpoint() -> None:
    endpoint, _ = make()
    with pytest.raises(IntegrityError), transaction.atomic():
        WebhookSecret.objects.create(endpoint=endpoint, sealed=b"", created_at=AT)


def test_a_secret_of_another_endpoint_cannot_be_put_in() -> None:
    endpoint, _ = make()
    other, _ = make(name="other")
    sealed = other.secrets.get().sealed
    endpoint.secrets.update(sealed=sealed)
    with pytest.raises(vault.Unreadable):
        endpoints.signing_secrets(endpoint, at=AT)


# --- changing ------------------------------------------------------------------------------------


def test_a_changed_address_keeps_the_secret() -> None:
    endpoint, plain = make()
    url = "https://other.example.org/"
    changed = endpoints.change(endpoint, url=url, description="Night", by=BY, at=AT)
    assert (changed.url, changed.description) == (url, "Night")
    assert endpoints.signing_secrets(changed, at=AT) == [raw(plain)]


def test_two_who_change_one_thing_each_both_succeed() -> None:
    endpoint, _ = make()
    url = "https://other.example.org/"
    endpoints.change(WebhookEndpoint.objects.get(), url=url, by=BY, at=AT)
    endpoints.change(endpoint, description="Night", by=BY, at=AT)
    changed = WebhookEndpoint.objects.get()
    assert (changed.url, changed.description) == (url, "Night")


def test_a_change_that_changes_nothing_is_no_entry() -> None:
    endpoint, _ = make()
    endpoints.change(endpoint, url=endpoint.url, description="", by=BY, at=AT)
    assert not Entry.objects.filter(verb="webhook_endpoint.changed").exists()


def test_a_disabled_endpoint_can_be_enabled_again() -> None:
    endpoint, _ = make()
    endpoints.disable(endpoint, by=BY, at=AT)
    assert not WebhookEndpoint.objects.get().active
    endpoints.enable(endpoint, by=BY, at=AT)
    assert WebhookEndpoint.objects.get().active


def test_what_is_disabled_is_not_disabled_again() -> None:
    endpoint, _ = make()
    endpoints.disable(endpoint, by=BY, at=AT)
    with pytest.raises(Conflict):
        endpoints.disable(endpoint, by=BY, at=AT)


def test_what_is_disabled_is_not_tested() -> None:
    endpoint, _ = make()
    endpoints.disable(endpoint, by=BY, at=AT)
    with pytest.raises(Conflict):
        endpoints.tested(endpoint, by=BY, at=AT)


# --- the record ----------------------------------------------------------------------------------

CHANGES: dict[str, Callable[[WebhookEndpoint], Any]] = {
    "rotated": lambda found: endpoints.rotate(found, by=BY, at=AT),
    "disabled": lambda found: endpoints.disable(found, by=BY, at=AT),
    "tested": lambda found: endpoints.tested(found, by=BY, at=AT),
    "changed": lambda found: endpoints.change(found, url=f"{URL}2", description="x", by=BY, at=AT),
}


@pytest.mark.parametrize("verb", CHANGES)
def test_every_change_is_an_entry_about_the_endpoint(verb: str) -> None:
    endpoint, _ = make()
    CHANGES[verb](endpoint)
    entry = Entry.objects.get(verb=f"webhook_endpoint.{verb}")
    assert (entry.object_kind, entry.object_id) == ("webhook_endpoint", str(endpoint.id))


def test_the_record_holds_neither_a_secret_nor_a_token_in_an_address() -> None:
    endpoint, plain = make()
    shown = [plain, endpoints.rotate(endpoint, by=BY, at=AT)]
    endpoints.change(endpoint, url=f"{URL}2", description="", by=BY, at=AT)
    bodies = " ".join(Entry.objects.values_list("body", flat=True))
    assert "https://hooks.example.org" in bodies
    for hidden in ("hush", "whsec_", *(each.removeprefix("whsec_") for each in shown)):
        assert hidden not in bodies


def test_a_refused_change_leaves_no_entry() -> None:
    endpoint, _ = make()
    with pytest.raises(BylawError):
        endpoints.change(endpoint, url="http://x/", description="", by=BY, at=AT)
    assert not Entry.objects.filter(verb="webhook_endpoint.changed").exists()
