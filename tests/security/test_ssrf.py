"""Whoever names an address here reaches the internet with it and nothing of ours: the address of a
webhook, of a feed, of a witness, of the watch outside. What the way out itself refuses is tested in
`tests/governance/test_http.py`; here, that every address goes that way."""

import ast
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings as configured
from django.test import Client
from pytest_django import Settings

from governance import clock, http, ids
from governance.connectors.contract import DeliveryError, Parcel
from governance.connectors.webhook.channel import WebhookChannel
from governance.connectors.webhook.models import WebhookEndpoint
from governance.heartbeat import deadman
from governance.ledger.models import Checkpoint
from governance.witnesses import object_store, time_stamp, webhook
from governance.witnesses.contract import Unwitnessed
from governance.witnesses.signature_v4 import Account
from incidents.changes import Change
from incidents.following import telling
from policies import feeds
from policies.models import OnCallFeed
from tests import factory
from tests.live import identity
from tests.live.certificates import Authority
from tests.live.web import WebServer
from tests.security import walk

#: Ways to write this machine, its network and the metadata of a cloud.
INWARD: Final = (
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "0",
    "0.0.0.0",  # noqa: S104 - refused
    "localhost",
    "LOCALHOST.",
    "localhost.localdomain",
    "[::]",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[0:0:0:0:0:0:0:1]",
    "169.254.169.254",
    "[::ffff:169.254.169.254]",
    "[fd00:ec2::254]",
    "[64:ff9b::a9fe:a9fe]",
    "10.0.0.1",
    "192.168.0.1",
    "172.31.255.255",
    "100.100.100.200",
    "[fe80::1]",
    "\uff11\uff12\uff17.0.0.1",  # full-width digits
    "127\u3002" + "0\u30020\u30021",  # ideographic full stops
    "\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3",  # circled letters
)
#: What is no address of the web, whatever it leads to.
STRANGE: Final = (
    "http://example.org/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "ftp://example.org/",
    "data:text/plain,x",
    "javascript:alert(1)",
    "dict://127.0.0.1:11211/",
    "ldap://127.0.0.1/",
    "//example.org/",
    "https:///example.org/",
    "https://user:word@example.org/",
    "https://example.org@127.0.0.1/",
    "https://127.0.0.1\\@example.org/",
    "https://example.org:99999/",
    "https://exa\nmple.org/",
    "https://example.org/\r\nHost: 127.0.0.1",
    "https://example.org /",
    "\0https://example.org/",
    "https://example.org/\0",
)


@pytest.fixture
def inside(tmp_path: Path, settings: Settings) -> Iterator[WebServer]:
    """A service of ours that nobody outside may reach, though its certificate is trusted."""
    authority = Authority(tmp_path)
    server = WebServer(secured=authority.server("inside.example"))
    server.start()
    settings.OUTBOUND_CA = str(authority.file)
    settings.OUTBOUND_ALLOW = []
    yield server
    server.stop()


@pytest.mark.parametrize("host", INWARD)
def test_no_way_to_write_our_own_network_leads_there(inside: WebServer, host: str) -> None:
    with pytest.raises((http.Refused, http.Unreachable)):
        http.get(f"https://{host}:{inside.port}/", timeout=3)
    assert inside.asked == []


@pytest.mark.parametrize("url", STRANGE)
def test_what_is_no_address_of_the_web_is_refused_before_it_is_asked(url: str) -> None:
    def resolver(host: str, port: int) -> list[str]:
        raise AssertionError(f"{host} was looked up.")

    with pytest.raises(http.Refused):
        http.Client(resolver).get(url)


def test_a_name_that_turns_inward_once_it_was_checked_is_not_followed_there(
    inside: WebServer,
) -> None:
    """DNS rebinding: the first answer is public, every later one is not."""
    answers = iter([["203.0.113.7"], ["127.0.0.1"], ["127.0.0.1"]])
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    with pytest.raises((http.Refused, http.Unreachable)):
        http.Client(resolver).get(f"https://inside.example:{inside.port}/", timeout=1)
    assert asked == ["inside.example"]
    assert inside.asked == []


def test_an_answer_that_leads_inward_is_not_followed(inside: WebServer, settings: Settings) -> None:
    """What is allowed by name redirects to what is not."""
    outer = WebServer(status=307, headers={"Location": f"https://127.0.0.1:{inside.port}/"})
    outer.start()
    settings.OUTBOUND_ALLOW = [outer.name]
    try:
        assert http.post(f"{outer.url}/", body=b"").status == 307
    finally:
        outer.stop()
    assert inside.asked == []


def test_what_is_allowed_by_name_allows_no_other_name(settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = ["hooks.internal:8443"]
    for host, port in (
        ("hooks.internal", 443),
        ("hooks.internal.evil.example", 8443),
        ("evil-hooks.internal", 8443),
        ("internal", 8443),
    ):
        assert not http.allowed(host, port)


# --- every address goes this way ------------------------------------------------------------------


def to_a_webhook(url: str) -> None:
    WebhookEndpoint.objects.filter(name="inward").delete()
    WebhookEndpoint.objects.create(name="inward", url=url, created_by="x", created_at=clock.now())
    parcel = Parcel(ids.new(), "inward", "Subject", "Text", payload="{}")
    WebhookChannel().deliver(parcel)


def checkpoint() -> Checkpoint:
    return Checkpoint(size=1, root="0" * 64, text="x\n1\nAA==\n\n", at=clock.now())


def to_a_witness(url: str) -> None:
    webhook.Webhook(url, b"k" * 32).take(checkpoint(), at=clock.now())


def to_a_store(url: str) -> None:
    account = Account("id", "key", "region")
    object_store.ObjectStore(url, account).take(checkpoint(), at=clock.now())


def to_an_authority(url: str) -> None:
    roots = Path(configured.OUTBOUND_CA)
    time_stamp.TimeStampAuthority(url, roots).take(checkpoint(), at=clock.now())


def to_a_subscriber(url: str) -> None:
    change = Change(1, ids.new(), clock.now(), "incident.reported", "incident", "x", "user:1", None)
    receiver = telling.Receiver(url, [b"k" * 32])
    outcomes = telling.tell([change], receiver, at=clock.now(), patience=timedelta())
    for each in outcomes:
        if each.error is not None:
            raise each.error


SENDERS: Final[dict[str, tuple[Callable[[str], None], type[Exception]]]] = {
    "webhook": (to_a_webhook, DeliveryError),
    "subscriber": (to_a_subscriber, DeliveryError),
    "witness": (to_a_witness, Unwitnessed),
    "store": (to_a_store, Unwitnessed),
    "authority": (to_an_authority, Unwitnessed),
}


@pytest.mark.django_db
@pytest.mark.parametrize("sender", sorted(SENDERS))
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"])
def test_whoever_sends_something_does_not_send_it_inward(
    inside: WebServer, sender: str, host: str
) -> None:
    send, refusal = SENDERS[sender]
    with pytest.raises(refusal, match="not a public address"):
        send(f"https://{host}:{inside.port}/x/")
    assert inside.asked == []


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_feed_is_not_fetched_from_inside(inside: WebServer, host: str) -> None:
    at = clock.now()
    url = f"https://{host}:{inside.port}/on-call.ics"
    OnCallFeed.objects.create(url=url, name="in", zone="UTC", named_at=at, next_fetch_at=at)
    feeds.work(now=clock.now)
    assert "not a public address" in OnCallFeed.objects.get().error
    assert inside.asked == []


@pytest.mark.django_db
def test_the_watch_outside_is_not_inside(
    inside: WebServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadman, "faults", lambda at: [])
    settings.DEADMAN_URL = f"https://localhost:{inside.port}/ping"
    assert not deadman.ping(now=clock.now)
    assert inside.asked == []


@pytest.fixture
def provider(settings: Settings) -> Iterator[identity.Provider]:
    """Of sign-on, at an address that is allowed by name."""
    found = identity.Provider()
    found.start()
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = identity.CLIENT, identity.SECRET
    settings.OIDC_ISSUER, settings.OUTBOUND_ALLOW = found.url, [found.web.name]
    yield found
    found.stop()


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["token_endpoint", "userinfo_endpoint", "jwks_uri"])
def test_a_provider_of_sign_on_sends_us_nowhere_inside(
    provider: identity.Provider, place: str
) -> None:
    """What it names is asked no more than any other address: here one that would answer anybody."""
    inner, browser = WebServer(), Client()
    inner.start()
    provider.elsewhere = {place: f"{inner.url}/x"}
    left = browser.post("/login/provider/")
    claims = {"sub": "1", "email": "a@example.org", "email_verified": True}
    back = browser.get(provider.agree(left["Location"], claims))
    inner.stop()
    assert (back.status_code, back["Location"]) == (302, "/login/")
    assert inner.asked == []
    assert provider.web.asked != []


#: Who opens a connection besides the way out: to the mail server that the operator names, to our
#: own servers, to the service itself.
OTHERS: Final = {
    "governance/connectors/email/smtp.py",
    "governance/resolving.py",
    "governance/signon/provider.py",  # its session goes by `http`, whatever the scheme
    "governance/turns.py",  # the name of this machine
    "incidents/replay/client.py",
    "incidents/management/commands/replay.py",
}
CONNECTING: Final = {
    "aiohttp",
    "ftplib",
    "http.client",
    "httpcore",
    "httpx",
    "requests",
    "socket",
    "telnetlib",
    "urllib.request",
    "urllib3",
    "xmlrpc.client",
}


def test_nobody_else_opens_a_connection() -> None:
    """Unless it is one of the operator's own servers, or for development only."""
    found = set()
    for package in ("governance", "policies", "incidents"):
        for file in (configured.BASE_DIR / package).rglob("*.py"):
            name = str(file.relative_to(configured.BASE_DIR))
            development = ("governance/embedded/", "governance/mailcatcher/")
            if name.startswith(development) or name in OTHERS | {"governance/http.py"}:
                continue
            if _imported(file) & CONNECTING:
                found.add(name)
    assert found == set()


def _imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{each.name}" for each in node.names}
    return names


@pytest.mark.django_db
@pytest.mark.parametrize("url", STRANGE)
def test_no_endpoint_is_made_for_what_is_no_address(url: str) -> None:
    caller = walk.tool("webhooks:manage")
    answer = factory.post(caller, "webhook-endpoints", {"name": "a", "url": url})
    assert 400 <= answer.status_code < 500
    assert not WebhookEndpoint.objects.exists()
